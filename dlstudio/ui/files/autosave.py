"""Autosave: what was not saved is written beside its file every few seconds, without holding up the window."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import token_hex

from PySide6.QtCore import QLockFile, QTimer

from dlstudio.core import files
from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.ui.files import locks
from dlstudio.ui.session import Session, State
from dlstudio.ui.settings import folder

DELAY = 3000
"""How long a change waits to be written, in milliseconds."""
LOOK = 100


@dataclass(frozen=True, slots=True)
class Left:
    """Work that was not saved before the program ended."""

    path: Path | None
    """The file that it belongs to, or None when it never had one."""
    place: Path
    when: datetime


def place(path: Path | None, token: str) -> Path:
    """Where the unsaved state of a document is written: beside its file, or in the settings folder."""
    return files.shadow(path) if path else folder() / "unsaved" / f"{token}.dls"


def left(path: Path) -> Left | None:
    """Unsaved work that belongs to a file, where there is some that is not in the file."""
    found = _left(path, files.shadow(path))
    with suppress(OSError):
        if found and path.read_bytes() == found.place.read_bytes():
            return None
    return found


def put_aside(found: Left) -> None:
    """Keeps unsaved work as one without a file, so that new work of its document does not take its place."""
    aside = folder() / "unsaved" / f"{token_hex(8)}.dls"
    with suppress(OSError):  # it stays where it is then
        aside.parent.mkdir(parents=True, exist_ok=True)
        found.place.replace(aside)


def left_nameless() -> list[Left]:
    """Unsaved work that never had a file and that no program is at work on, the newest first."""
    places = sorted((folder() / "unsaved").glob("*.dls"))
    found = [_left(None, place) for place in places if locks.free(place)]
    return sorted((each for each in found if each), key=lambda each: each.when, reverse=True)


def _left(path: Path | None, place: Path) -> Left | None:
    try:
        return Left(path, place, datetime.fromtimestamp(place.stat().st_mtime).astimezone())
    except OSError:
        return None


class Autosave:
    """Watches a session and keeps its last value on the disk while it is not in its file."""

    def __init__(self, session: Session, tell: Callable[[str], None]) -> None:
        self.session, self.tell, self.token = session, tell, token_hex(8)
        self._lock: QLockFile | None = None
        self._written: set[Path] = set()
        self._worker, self._problem = Worker(), ""
        self._timer = QTimer(singleShot=True, interval=DELAY)
        self._timer.timeout.connect(self._write)
        self._look = QTimer(interval=LOOK)
        self._look.timeout.connect(self._see)
        self._end = session.listen(self._on_state)

    def _on_state(self, old: State, new: State) -> None:
        if not new.dirty or new.path != old.path:
            self.discard()
        changed = new.project is not old.project or new.path != old.path
        if new.dirty and changed and not self._timer.isActive():
            self._timer.start()

    def now(self) -> None:
        """Keeps what is not in its file, without waiting."""
        if self.session.state.dirty:
            self._timer.stop()
            self._write()

    def _write(self) -> None:
        """Hands the last value to the worker."""
        state = self.session.state
        target = place(state.path, self.token)
        if state.path is None and self._lock is None:
            self._lock = locks.hold(target)
        self._written.add(target)
        self._worker.want(target, state.project)
        self._look.start()

    def _see(self) -> None:
        """Tells once when unsaved work cannot be kept safe."""
        if not self._worker.busy:
            self._look.stop()
        if self._worker.problem and not self._problem:
            self._problem = self._worker.problem
            self.tell(f"Unsaved work cannot be kept safe. {self._problem}")

    def adopt(self, place: Path) -> None:
        """Unsaved work of an earlier start is this document's now."""
        if place.parent == folder() / "unsaved":
            self.token, self._lock = place.stem, locks.hold(place)
        self._written.add(place)

    def discard(self) -> None:
        """Takes away what was written: it is in its file now, or not wanted."""
        self._timer.stop()
        for target in self._written:
            self._worker.want(target, None)
        self._written.clear()

    def close(self) -> None:
        """Nothing is kept, and nothing goes on."""
        self.discard()
        self._look.stop()
        self._worker.settle()
        self._end()
        if self._lock:
            self._lock.unlock()


class Worker:
    """A thread that lives while there is something to write; for each file the latest wish counts."""

    def __init__(self) -> None:
        self.problem = ""
        self._wishes: dict[Path, Project | None] = {}
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        return self._thread is not None

    def want(self, target: Path, project: Project | None) -> None:
        """A file shall hold a project, or shall not be there."""
        with self._guard:
            self._wishes[target] = project
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="autosave")
                self._thread.start()

    def settle(self) -> None:
        """Waits until all is done."""
        thread = self._thread
        if thread:
            thread.join()

    def _work(self) -> None:
        while True:
            with self._guard:
                if not self._wishes:
                    self._thread = None
                    return
                target, project = self._wishes.popitem()
            try:
                if project is None:
                    target.unlink(missing_ok=True)
                else:
                    _make_room(target)
                    files.save(project, target)
            except (ProjectProblem, OSError) as problem:
                self.problem = str(problem)


def _make_room(target: Path) -> None:
    """The folder of work that has no file yet is made when it is needed."""
    if target.parent == folder() / "unsaved":
        target.parent.mkdir(parents=True, exist_ok=True)
