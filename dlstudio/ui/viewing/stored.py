"""Stored: a run on disk as it is seen, whether it has ended or another process trains it."""

import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.album import AlbumReader
from dlstudio.runs.findings import read_findings
from dlstudio.runs.folder import ALBUM, RunFolder
from dlstudio.runs.follower import Follower
from dlstudio.runs.metrics import MetricReader
from dlstudio.ui.loading import load_torch
from dlstudio.ui.viewing.looks import Looks
from dlstudio.ui.viewing.series import Series
from dlstudio.ui.viewing.source import Standing, Wanted

if TYPE_CHECKING:
    from dlstudio.training.asking.question import Answered, Question
    from dlstudio.training.doctor import Finding
    from dlstudio.training.probes import Snapshot

LOOK, MOST_LOOKS = "look", 400
"""The topic of looks, and how many are unpacked at one time."""
THREAD = "dlstudio run"


@dataclass
class News:
    """What one reading of a run brought."""

    standing: Standing
    alive: bool
    findings: "Sequence[Finding]" = ()
    anew: bool = False
    """Whether the training went back, so that everything was read again."""
    numbers: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    looks: "list[Snapshot]" = field(default_factory=list)


class Stored:
    """Reads the folder of a run now and then, in a thread; the window takes in what it brought."""

    def __init__(self, path: Path, *, inside: bool = True) -> None:
        """Without what is inside only its curves are read."""
        self.inside = inside
        self.folder = RunFolder.open(path)
        self.project: Project = self.folder.project()
        self.series: dict[str, Series] = {}
        self.looks = Looks()
        self.standing, self.alive = Standing(self.folder.status().status), True
        self.findings: Sequence[Finding] = ()
        self._album = AlbumReader(self.folder.path / ALBUM)
        self._follower: Follower | None = None
        self._steps: dict[str, int] = {}
        self._look = -1
        self._thread: threading.Thread | None = None
        self._found: News | ProjectProblem | None = None

    @property
    def path(self) -> Path:
        return self.folder.path

    @property
    def busy(self) -> bool:
        """Whether it is being read, or was and is not taken in yet."""
        return self._thread is not None

    # In the window's thread

    def pull(self) -> bool:
        if self._thread is not None and not self._thread.is_alive():
            self._thread = None
            return self._take()
        if self._thread is None and self.alive:
            self._thread = threading.Thread(target=self._work, name=THREAD)
            self._thread.start()
        return False

    def want(self, wanted: Wanted) -> None:
        """Nobody here looks inside."""

    def answer(self, question: "Question") -> "Answered | None":
        """Only its checkpoints can be asked."""
        return None

    def ask(self, question: "Question") -> bool:
        return False

    def stop(self) -> None:
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._follower is not None:
            self._follower.close()
            self._follower = None

    def _take(self) -> bool:
        found, self._found = self._found, None
        if isinstance(found, ProjectProblem):
            self.alive, self.standing = False, Standing("failed", str(found), self.standing.step)
            return True
        if found is None:
            return False
        if found.anew:
            self.series, self.looks = {}, Looks()
        for name, columns in found.numbers.items():
            self.series.setdefault(name, Series()).extend(*columns)
        for look in found.looks:
            self.looks.add(look)
        news = found.anew or bool(found.numbers) or bool(found.looks) or found.standing != self.standing
        self.standing, self.alive, self.findings = found.standing, found.alive, found.findings
        return news or not self.alive

    # In its own thread

    def _work(self) -> None:
        try:
            self._found = self._read()
        except ProjectProblem as problem:
            self._found = problem

    def _read(self) -> News:
        """What is new since the last reading; whether the run lives is asked first, so that its last words are read."""
        alive = self.folder.locked
        said = self.folder.status()
        status = "interrupted" if self.folder.interrupted else said.status
        news = News(Standing(status, said.reason, said.step, said.epoch), alive)
        first = self._follower is None
        if self._follower is None:
            self._follower = Follower(self.folder.metrics)
        found = None if first else self._follower.news(self._steps)
        if first or (found is not None and found.anew):
            news.anew, self._steps, self._look = True, {}, -1
            news.numbers = {name: tuple(each) for name, each in MetricReader(self.folder.metrics).overviews().items()}
        elif found is not None:
            news.numbers = dict(found.numbers)
        self._steps |= {name: int(columns[0][-1]) for name, columns in news.numbers.items() if len(columns[0])}
        newest = max(self._steps.values(), default=0)
        news.standing = Standing(status, said.reason, max(said.step, newest), said.epoch)
        if first:
            news.alive = True  # the curves are shown at once, what takes longer is read next
        elif self.inside:
            news.findings, news.looks = _findings(self.folder.path), self._new_looks()
        return news

    def _new_looks(self) -> "list[Snapshot]":
        """The looks since the last one; of very many some, evenly chosen."""
        steps = [int(step) for step in self._album.steps(LOOK) if step > self._look]
        if not steps:
            return []
        load_torch()
        from dlstudio.training.asking.plates import Unreadable, unpack

        found = []
        for step in sorted({*steps[:: -(-len(steps) // MOST_LOOKS)], steps[-1]}):
            kept = self._album.read(LOOK, step)
            if kept is not None and kept[0] == step:
                with suppress(Unreadable):
                    found.append(unpack(kept[1]))
        self._look = steps[-1]
        return found


def _findings(path: Path) -> "list[Finding]":
    """What the doctor found wrong, as it holds now."""
    rows = [row for row in read_findings(path) if row.now]
    if not rows:
        return []
    load_torch()
    from dlstudio.training.doctor import Finding

    return [Finding(row.code, row.text, row.node, row.since_step, row.evidence) for row in rows]
