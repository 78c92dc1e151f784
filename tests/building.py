"""build for tests: a module whose parts may be reached by name, which torch's own types do not allow."""

from typing import Any

from dlstudio.compiler.load import build as typed_build
from dlstudio.core.document import Project


def build(project: Project, network: str = "model", *, allow_code: bool = False) -> Any:
    """A network as a torch module."""
    return typed_build(project, network, allow_code=allow_code)
