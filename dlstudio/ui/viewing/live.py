"""Live: the training in this window's own thread, as it is seen."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dlstudio.core.document import Project
from dlstudio.ui.job import Job
from dlstudio.ui.viewing.looks import Looks
from dlstudio.ui.viewing.series import Series
from dlstudio.ui.viewing.source import Standing, Wanted

if TYPE_CHECKING:
    from dlstudio.training.asking.question import Answered, Question
    from dlstudio.training.doctor import Finding

OVERDUE = 200
"""How many looks are taken in at once."""
BINS = 576
"""How many bins a histogram has: 24 for each decade of either sign, each a tenth wider than the one before."""


class Live:
    """Reads what the thread of a training puts out; it never waits for it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.series: dict[str, Series] = {}
        self.looks = Looks()
        self._wanted = Wanted()
        self._spent = 0.0
        """What all answers had taken when they were last looked at: while a training waits there is no other news."""
        self._given = False

    @property
    def project(self) -> Project:
        return self.job.project

    @property
    def path(self) -> Path | None:
        kept = self.job.ended.path if self.job.ended else None
        return kept or (self.job.sight.folder if self.job.sight else None)

    @property
    def alive(self) -> bool:
        return not self.job.over

    @property
    def standing(self) -> Standing:
        job, plan = self.job, self.job.sight.plan if self.job.sight else None
        status = job.ended.status if job.ended else "paused" if job.control.paused else "running"
        reason = job.ended.text if job.ended else ""
        far = (plan.last, plan.per_epoch) if plan else (0, 0)
        return Standing(status, reason, job.step, job.epoch, *far)

    @property
    def findings(self) -> "Sequence[Finding]":
        return self.job.sight.findings if self.job.sight else ()

    def pull(self) -> bool:
        sight = self.job.sight
        if sight is None:
            return False
        if not self._given:
            self.want(self._wanted)
        news = self._numbers()
        taken = 0
        while sight.snapshots and taken < OVERDUE:
            self.looks.add(sight.snapshots.popleft())
            taken += 1
        answered, self._spent = sight.desk.spent != self._spent, sight.desk.spent
        return news or taken > 0 or answered

    def _numbers(self) -> bool:
        """What was measured since, by curve; a run that goes on brings along what it measured before."""
        if not self.series and self.job.curves:
            for name, (known, before) in list(self.job.curves.all().items()):
                count = min(len(known), len(before))
                self.series.setdefault(name, Series()).extend(known[:count], before[:count])
            self.job.fresh.clear()
            return bool(self.series)
        found: dict[str, tuple[list[float], list[float]]] = {}
        fresh = self.job.fresh
        while fresh:
            step, values = fresh.popleft()
            for name, value in values.items():
                steps, numbers = found.setdefault(name, ([], []))
                steps.append(step)
                numbers.append(value)
        for name, (steps, numbers) in found.items():
            self.series.setdefault(name, Series()).extend(steps, numbers)
        return bool(found)

    def want(self, wanted: Wanted) -> None:
        self._wanted = wanted
        if (sight := self.job.sight) is None:
            return
        from dlstudio.training.probes import Wish

        self._given = True
        sight.desk.standing = wanted.questions
        sight.wish = Wish(histograms=wanted.histograms, ranks=wanted.ranks, bins=BINS)
        sight.eager = wanted.looks or bool(wanted.histograms)

    def answer(self, question: "Question") -> "Answered | None":
        return self.job.sight.desk.answers.get(question) if self.job.sight else None

    def ask(self, question: "Question") -> bool:
        if not self.alive or self.job.sight is None:
            return False
        self.job.sight.desk.once.append(question)
        return True

    def stop(self) -> None:
        self.want(Wanted())
