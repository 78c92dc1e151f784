"""Examination: a meter that also keeps what explains its numbers: confusions, mistakes, residuals, intervals."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import torch
from torch import Tensor

from dlstudio.training.measures.confusion import MOST, Confusion
from dlstudio.training.measures.gauge import wide
from dlstudio.training.measures.judgement import Judgement, Residuals, Row
from dlstudio.training.measures.meters import Meter
from dlstudio.training.measures.mistakes import AMOUNTS, Mistakes
from dlstudio.training.measures.reading import Reading
from dlstudio.training.measures.spread import interval
from dlstudio.training.measures.subject import LONG, Subject

KEPT = 100_000
"""How many numbers are kept for a picture of the residuals."""


class Examination(Meter):
    """The whole table of one output."""

    def __init__(self, subject: Subject, names: Iterable[str]) -> None:
        super().__init__(subject, names)
        self.numeric = subject.answer in ("numbers", "box")
        self.confusion = None if self.numeric or len(subject.classes) > MOST else Confusion(subject)
        self.mistakes = Mistakes(subject)
        self.errors = _Errors() if self.numeric else None
        self.sums: list[tuple[Tensor, Tensor]] = []

    def add(self, reading: Reading) -> None:
        super().add(reading)
        self.mistakes.add(reading)
        if self.confusion:
            self.confusion.add(reading)
        if self.errors:
            self.errors.add(reading)
            off = (reading.answers - reading.targets).abs().mean(1)
            self.sums.append((off, torch.ones_like(off)))
        else:
            self.sums.append((reading.right.sum(1), reading.weights))

    def told(self, rows: Sequence[int], place: Callable[[int], str]) -> Judgement:
        """Everything, as plain values."""
        subject = self.subject
        total, count = (torch.cat(each) for each in zip(*self.sums, strict=True))
        return Judgement(
            subject.output,
            subject.target,
            subject.answer,
            self.numbers(),
            {"mean_absolute_error" if self.numeric else "accuracy": interval(total, count)},
            self.errors.each(subject.classes) if self.errors else self.confusion.each() if self.confusion else {},
            subject.classes,
            self.confusion.square() if self.confusion else (),
            self.mistakes.told(rows, place),
            AMOUNTS[subject.answer],
            self.errors.residuals() if self.errors else None,
        )


class _Errors:
    """The errors of each number, and the first samples themselves."""

    def __init__(self) -> None:
        self.count = 0
        self.sums: Tensor | None = None
        self.largest: Tensor | None = None
        self.targets: list[Tensor] = []
        self.answers: list[Tensor] = []

    def add(self, reading: Reading) -> None:
        error = wide(reading.answers - reading.targets)
        sums = torch.stack([error.sum(0), error.abs().sum(0), error.square().sum(0)])
        largest = error.abs().amax(0)
        self.sums = sums if self.sums is None else self.sums + sums
        self.largest = largest if self.largest is None else torch.maximum(self.largest, largest)
        room = max(0, KEPT // error.shape[1] - self.count)
        self.targets.append(reading.targets[:room].cpu())
        self.answers.append(reading.answers[:room].cpu())
        self.count += len(error)

    def each(self, names: Sequence[str]) -> Mapping[str, Row]:
        if self.sums is None or self.largest is None or not names or len(names) > LONG:
            return {}
        mean, size, square = (self.sums / self.count).tolist()
        rows = zip(names, mean, size, square, self.largest.tolist(), strict=True)
        return {
            name: {"mean error": bias, "mean absolute error": off, "root mean square error": root**0.5, "largest": most}
            for name, bias, off, root, most in rows
        }

    def residuals(self) -> Residuals:
        made = (tuple(map(tuple, torch.cat(each).tolist())) for each in (self.targets, self.answers))
        return Residuals(*made)
