"""Attach: a window sees a run on disk, wherever it is trained."""

from pathlib import Path

from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.folder import is_run
from dlstudio.ui.files.question import tell
from dlstudio.ui.window import Window


def run_of(path: Path) -> Path | None:
    """The run that a path means: the folder itself, or that of a file in it."""
    return next((each for each in (path, path.parent) if is_run(each)), None)


def watch(window: Window, path: Path) -> bool:
    """Shows a run in the panels of a window; what stands in the way is told."""
    try:
        window.viewing.watch((run_of(path) or path).absolute())
    except ProjectProblem as problem:
        tell(window, "The run cannot be watched", str(problem))
        return False
    dock = window.docks["dashboard"]
    if dock.isHidden():
        dock.show()
        dock.raise_()
    return True
