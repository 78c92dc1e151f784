"""An ONNX file, where the package that reads such files is there."""

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.arriving.arrived import Arrived


def read(
    path: Path,
    *,
    inputs: Sequence[Sequence[int]] = (),
    name: str = "",
    allow_code: bool = False,
    tell: Callable[[str, float], None] = lambda _what, _share: None,
) -> Arrived:
    """The project of an ONNX file, its weights and a report; no code of a file is ever run."""
    if find_spec("onnx") is None:
        raise ProjectProblem(
            "ONNX files are read by a package that is not here. Install it: pip install 'dlstudio[export]'."
        )
    from dlstudio.exchange.arriving.onnx_project import project_of

    return project_of(path, inputs, tell)
