"""Paths: files and folders that a source names, found or told to be missing."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from dlstudio.core.document import natural
from dlstudio.core.issue import ProjectProblem
from dlstudio.data.loading import PartName, Place

PART_WORDS: dict[str, PartName] = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
}
"""What people call the parts of a data set."""


def file(place: Place, path: str, what: str) -> Path:
    """An existing file, or a ProjectProblem that names it."""
    found = _there(place, path, what, "file")
    if not found.is_file():
        raise ProjectProblem(f"{found} is no file; choose {what}.")
    return found


def folder(place: Place, path: str, what: str) -> Path:
    """An existing folder, or a ProjectProblem that names it."""
    found = _there(place, path, what, "folder")
    if not found.is_dir():
        raise ProjectProblem(f"{found} is no folder; choose {what}.")
    return found


def _there(place: Place, path: str, what: str, kind: str) -> Path:
    if not path:
        raise ProjectProblem(f"The data names no {kind}; choose {what}.")
    if "\0" in path:
        raise ProjectProblem(f"“{path!a}” is no usable path; choose {what}.")
    found = place.folder / Path(path).expanduser()
    if not found.exists():
        where = "" if Path(path).is_absolute() else " (paths start at the project's file)"
        raise ProjectProblem(f"There is no {kind} {found}{where}; choose {what}.")
    return found


def stamps(source: object, folder: Path) -> tuple[int, ...]:
    """When the files that a source names were written last, so that a mended file is read again."""
    named = source.values() if isinstance(source, Mapping) else ()
    paths = [folder / Path(value).expanduser() for value in named if isinstance(value, str) and "\0" not in value]
    return tuple(path.stat().st_mtime_ns for path in paths if path.suffix and path.is_file())


def files_in(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """The files of these kinds in a folder and below it, in natural order; hidden ones are left out."""
    found: list[Path] = []
    for base, folders, names in os.walk(folder, onerror=_closed):
        folders[:] = (each for each in folders if not each.startswith("."))  # where the walk goes on
        found += (Path(base, each) for each in names if each.lower().endswith(suffixes) and not each.startswith("."))
    return sorted(found, key=lambda path: natural(str(path.relative_to(folder))))


def _closed(error: OSError) -> None:
    raise ProjectProblem(f"{error.filename} could not be read: {error.strerror}. Change its permissions.") from error


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turns what the system says about a file into a sentence."""
    try:
        yield
    except FileNotFoundError as error:
        raise ProjectProblem(f"{path} has gone; put it back, or choose another file.") from error
    except OSError as error:
        raise ProjectProblem(f"{path} could not be read: {error.strerror or error}. Look into the file.") from error
