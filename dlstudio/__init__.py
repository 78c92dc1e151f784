"""dlstudio: a desktop studio for neural networks, and what scripts can do with the same projects.

Importing it loads nothing else; each name is fetched when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dlstudio.compiler.check import check
    from dlstudio.compiler.cost import Summary, summary
    from dlstudio.compiler.line import line
    from dlstudio.compiler.load import build
    from dlstudio.core.document import Project
    from dlstudio.core.files import load, save
    from dlstudio.core.issue import Issue, ProjectProblem
    from dlstudio.core.templates import template, templates
    from dlstudio.exchange.arriving.arrive import import_model
    from dlstudio.exchange.export import export
    from dlstudio.runs.warm import load_weights
    from dlstudio.training.run import Run, open_run, train

    __version__: str

__all__ = [
    "Issue",
    "Project",
    "ProjectProblem",
    "Run",
    "Summary",
    "__version__",
    "build",
    "check",
    "export",
    "import_model",
    "line",
    "load",
    "load_weights",
    "open_run",
    "save",
    "source",
    "summary",
    "template",
    "templates",
    "train",
]

_HOMES = {
    "Issue": "core.issue",
    "Project": "core.document",
    "ProjectProblem": "core.issue",
    "Run": "training.run",
    "Summary": "compiler.cost",
    "build": "compiler.load",
    "check": "compiler.check",
    "export": "exchange.export",
    "import_model": "exchange.arriving.arrive",
    "line": "compiler.line",
    "load": "core.files",
    "load_weights": "runs.warm",
    "open_run": "training.run",
    "save": "core.files",
    "summary": "compiler.cost",
    "template": "core.templates",
    "templates": "core.templates",
    "train": "training.run",
}
"""The module in which each public name is at home."""


def source(project: "Project", network: str = "model") -> str:
    """The Python text of a network; it needs torch only and defines the class that is trained."""
    from dlstudio.compiler.emit import emit

    return emit(project, network).text


if not TYPE_CHECKING:  # a type checker would take any name for one of these

    def __getattr__(name: str) -> Any:
        if name == "__version__":
            from dlstudio.core.version import version

            value = version()
        elif name in _HOMES:
            value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        else:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
