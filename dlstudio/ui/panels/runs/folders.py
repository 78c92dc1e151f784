"""Folders: where runs are looked for: where this document's are kept, and folders that were added."""

import json
from collections.abc import Iterable
from pathlib import Path

from dlstudio.ui.settings import settings

KEY, MOST = "runs/folders", 24


def added() -> list[Path]:
    """The folders that were added, the last first."""
    try:
        return [Path(str(each)) for each in json.loads(str(settings().value(KEY, "[]")))]
    except (ValueError, TypeError):  # a list that somebody wrote by hand
        return []


def add(folder: Path) -> None:
    """One more, from now on."""
    _keep([folder.absolute(), *(each for each in added() if each != folder.absolute())][:MOST])


def forget(folder: Path) -> None:
    """Not this one any more; nothing on the disk changes."""
    _keep([each for each in added() if each != folder.absolute()])


def _keep(folders: Iterable[Path]) -> None:
    settings().setValue(KEY, json.dumps([str(each) for each in folders]))


def shown(folder: Path) -> str:
    """A folder in few letters."""
    home = Path.home()
    inside = folder.is_relative_to(home)
    parts = folder.relative_to(home).parts if inside else folder.parts
    front = "~" if inside else ""
    return "/".join([front, *parts]) if len(parts) <= 3 and inside else "…/" + "/".join(parts[-2:])
