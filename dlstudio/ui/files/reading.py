"""Reading: the project in a file: in a .dls file, or in a picture that carries one."""

from pathlib import Path

from dlstudio.core import files
from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.ui.carried import carried

PICTURES = (".png", ".svg")


def is_picture(path: Path) -> bool:
    return path.suffix.lower() in PICTURES


def read(path: Path) -> Project:
    """The project in a file, or a ProjectProblem."""
    if not is_picture(path):
        return files.load(path)
    text = carried(path)
    if text is None:
        raise ProjectProblem(f"{path.name} is a picture that carries no project; choose one that dlstudio drew.")
    try:
        return files.loads(text)
    except ProjectProblem as problem:
        raise ProjectProblem(f"{path.name}: {problem}", problem.issues) from None
