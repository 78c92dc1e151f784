"""Recent: the projects that were opened last, the newest first."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dlstudio.ui.settings import settings

KEY, MOST = "recent", 24


@dataclass(frozen=True, slots=True)
class Recent:
    """A project's file, and when it was last opened or saved here."""

    path: Path
    when: datetime


def recent() -> list[Recent]:
    """Those that are still there."""
    return [entry for entry in _all() if entry.path.is_file()]


def remember(path: Path) -> None:
    """Puts a file first."""
    path = path.absolute()
    _keep([Recent(path, datetime.now().astimezone()), *(entry for entry in _all() if entry.path != path)][:MOST])


def forget(path: Path) -> None:
    """Takes a file off the list."""
    _keep([entry for entry in _all() if entry.path != path.absolute()])


def _all() -> list[Recent]:
    try:
        rows = json.loads(str(settings().value(KEY, "[]")))
        return [Recent(Path(path), datetime.fromisoformat(when)) for path, when in rows]
    except (ValueError, TypeError):  # a list that somebody wrote by hand
        return []


def _keep(entries: list[Recent]) -> None:
    settings().setValue(KEY, json.dumps([(str(entry.path), entry.when.isoformat()) for entry in entries]))
