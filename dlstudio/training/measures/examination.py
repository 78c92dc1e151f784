"""Examination: a meter that also keeps what explains its numbers: confusions, mistakes, residuals, intervals."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import torch
from torch import Tensor

from dlstudio.catalog.metrics import CHOOSING, MEASURED
from dlstudio.training.measures.codes import Codes
from dlstudio.training.measures.confusion import MOST, Confusion
from dlstudio.training.measures.errors import Errors
from dlstudio.training.measures.judgement import Judgement, Row
from dlstudio.training.measures.meters import Meter
from dlstudio.training.measures.mistakes import AMOUNTS, Mistakes
from dlstudio.training.measures.reading import Reading
from dlstudio.training.measures.spread import interval
from dlstudio.training.measures.subject import Subject


class Examination(Meter):
    """The whole table of one output."""

    def __init__(self, subject: Subject, names: Iterable[str], *, intervals: bool = True) -> None:
        super().__init__(subject, names)
        self.intervals = intervals
        choosing = subject.answer in CHOOSING
        self.confusion = Confusion(subject) if choosing and len(subject.classes) <= MOST else None
        self.errors = Errors() if subject.answer in MEASURED else None
        self.codes = Codes() if subject.answer == "code" else None
        self.mistakes = Mistakes(subject) if self.codes is None else None
        self.sums: list[tuple[Tensor, Tensor]] = []

    def add(self, reading: Reading) -> None:
        super().add(reading)
        for each in (self.confusion, self.errors, self.codes, self.mistakes):
            if each is not None:
                each.add(reading)
        if self.errors:
            off = (reading.answers - reading.targets).abs().mean(1)
            self.sums.append((off, torch.ones_like(off)))
        elif not self.codes:
            self.sums.append((reading.right.sum(1), reading.weights))

    def told(self, rows: Sequence[int], place: Callable[[int], str]) -> Judgement:
        """Everything, as plain values."""
        subject = self.subject
        return Judgement(
            subject.output,
            subject.target,
            subject.answer,
            self.numbers(),
            self._intervals(),
            self._each(),
            subject.classes,
            self.confusion.square() if self.confusion else (),
            self.mistakes.told(rows, place) if self.mistakes else (),
            AMOUNTS.get(subject.answer, ""),
            self.errors.residuals() if self.errors else None,
        )

    def _intervals(self) -> dict[str, tuple[float, float]]:
        if not self.sums or not self.intervals:
            return {}
        total, count = (torch.cat(each) for each in zip(*self.sums, strict=True))
        return {"mean_absolute_error" if self.errors else "accuracy": interval(total, count)}

    def _each(self) -> Mapping[str, Row]:
        if self.errors:
            return self.errors.each(self.subject.classes)
        return self.codes.curve() if self.codes else self.confusion.each() if self.confusion else {}
