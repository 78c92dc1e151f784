"""Mistakes: the samples that were answered worst, found while the batches go by."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from dlstudio.catalog.metrics import MEASURED
from dlstudio.training.measures.boxes import overlap
from dlstudio.training.measures.judgement import Mistake
from dlstudio.training.measures.reading import Reading
from dlstudio.training.measures.subject import Subject

MOST = 20
SHOWN = 40
"""Of how many steps or numbers a sample is written out."""

AMOUNTS = {
    "class": "sure",
    "yes/no": "sure",
    "labels": "sure",
    "pixels": "wrong",
    "sequence": "wrong",
    "numbers": "off by",
    "box": "missed",
}
"""What the amount of a mistake says: how likely the wrong answer seemed (or, where scores are no probabilities, by how
much it was ahead of the right one), which share of the steps or pixels is wrong, how far off the numbers are on
average, or which share of the boxes does not overlap."""


class Mistakes:
    """Keeps the worst samples that it has seen."""

    def __init__(self, subject: Subject, most: int = MOST) -> None:
        self.subject, self.most = subject, most
        self.seen = 0
        self.kept: tuple[Tensor, ...] = ()
        """How wrong, at which position, what was answered, and what the target was."""

    def add(self, reading: Reading) -> None:
        amount = wrongness(self.subject, reading)
        places = torch.arange(self.seen, self.seen + len(amount), device=amount.device)
        self.seen += len(amount)
        worst = amount.topk(min(self.most, len(amount))).indices
        said = reading.answers if self.subject.answer in MEASURED else reading.decided
        found: tuple[Tensor, ...] = (amount[worst], places[worst], said[worst, :SHOWN], reading.targets[worst, :SHOWN])
        if self.kept:
            found = tuple(torch.cat(pair) for pair in zip(self.kept, found, strict=True))
        order = found[0].argsort(descending=True, stable=True)[: self.most]
        self.kept = tuple(each[order] for each in found)

    def told(self, rows: Sequence[int], place: Callable[[int], str]) -> tuple[Mistake, ...]:
        """The mistakes, the worst first; `rows` are the samples' numbers in the data, in the order of the batches."""
        listed = [each.tolist() for each in self.kept]
        return tuple(
            Mistake(rows[at], place(rows[at]), self._written(target), self._written(said), amount)
            for amount, at, said, target in zip(*listed, strict=True)
            if amount > 0
        )

    def _written(self, values: list[float]) -> str:
        subject, more = self.subject, " ..." if self.subject.places > SHOWN else ""
        if subject.answer in MEASURED:
            return ", ".join(f"{value:.4g}" for value in values) + more
        if subject.answer == "pixels":
            return ""
        if subject.answer == "labels":
            names = [name for name, value in zip(subject.classes, values, strict=False) if value]
            return ", ".join(names) or "none"
        names = [subject.classes[int(value)] if 0 <= value < len(subject.classes) else "·" for value in values]
        return ("" if all(len(name) == 1 for name in names) else " ").join(names) + more


def wrongness(subject: Subject, reading: Reading) -> Tensor:
    """How wrong each sample is answered; 0 is right."""
    answers, targets = reading.answers, reading.targets
    if subject.answer == "box":
        return 1 - overlap(answers, targets)
    if subject.answer == "numbers":
        return (answers - targets).abs().mean(1)
    if subject.answer in ("pixels", "sequence"):
        weights = reading.weights
        return (weights - reading.right.sum(1)) / weights.clamp(min=1)
    if not reading.choice:
        return torch.where(reading.right, 0.0, (answers - targets).abs()).amax(1)
    wrong = ~reading.right[:, 0] if reading.counted is None else reading.counted[:, 0] & ~reading.right[:, 0]
    scores = answers[:, 0]
    if subject.likely:
        return torch.where(wrong, scores.softmax(1).amax(1), 0.0)
    wanted = scores.gather(1, targets.clamp(0, scores.shape[1] - 1)).squeeze(1)
    return torch.where(wrong, scores.amax(1) - wanted, 0.0)
