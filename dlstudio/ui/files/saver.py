"""Saver: writes a document into files in a thread, one after the other, and tells when each is on the disk."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from dlstudio.core import files
from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.ui.files import disk

LOOK = 15
FRAME = 0.015
"""Seconds: what is on the disk within one frame needs no words."""


@dataclass
class Job:
    """One project on its way into a file; the thread writes how it went."""

    project: Project
    path: Path
    then: Callable[["Job"], object]
    first: Callable[[], object] | None = None
    """What is done before, in the thread too."""
    problem: str = ""
    mistake: Exception | None = None
    stamp: disk.Stamp | None = None

    def run(self) -> None:
        """In the thread."""
        try:
            if self.first:
                self.first()
            files.save(self.project, self.path)
            self.stamp = disk.stamp(self.path)
        except ProjectProblem as problem:
            self.problem = str(problem)
        except Exception as mistake:  # noqa: BLE001 - raised again in the window's thread
            self.problem, self.mistake = f"{self.path.name} could not be written: {mistake}", mistake


class Saver(QObject):
    """Has one file at a time under way."""

    def __init__(self, parent: QObject, tell: Callable[[str], object]) -> None:
        super().__init__(parent)
        self._tell = tell
        self._under_way: tuple[Job, threading.Thread] | None = None
        self._next: deque[Callable[[], object]] = deque()
        self._timer = QTimer(self, interval=LOOK)
        self._timer.timeout.connect(self._look)

    @property
    def busy(self) -> bool:
        return self._under_way is not None

    def write(
        self, project: Project, path: Path, then: Callable[[Job], object],
        *, first: Callable[[], object] | None = None,
    ) -> None:  # fmt: skip
        """Writes a project, after those that are under way; then says how it went."""
        self.after(lambda: self._begin(Job(project, path, then, first)))

    def after(self, act: Callable[[], object]) -> None:
        """Does something as soon as nothing is under way."""
        if self.busy:
            self._next.append(act)
        else:
            act()

    def forget(self) -> None:
        """Nothing follows any more: the window goes."""
        self._next.clear()

    def _begin(self, job: Job) -> None:
        thread = threading.Thread(target=job.run, name="dlstudio saving")
        self._under_way = job, thread
        self._timer.start()
        thread.start()
        thread.join(FRAME)
        if thread.is_alive():
            self._tell(f"Saving {job.path.name}…")
        else:
            self._look()

    def _look(self) -> None:
        """In the window's thread: what is on the disk is told, and the next begins."""
        if self._under_way is None or self._under_way[1].is_alive():
            return
        job, self._under_way = self._under_way[0], None
        self._timer.stop()
        job.then(job)
        while self._next and not self.busy:
            self._next.popleft()()
        if job.mistake:
            raise job.mistake
