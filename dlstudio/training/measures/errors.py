"""Errors: how far each number is off, and the first samples themselves for a picture of it."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from dlstudio.training.measures.gauge import wide
from dlstudio.training.measures.judgement import Residuals, Row
from dlstudio.training.measures.reading import Reading
from dlstudio.training.measures.subject import LONG

KEPT = 100_000
"""How many numbers are kept for a picture of the residuals."""


class Errors:
    """Adds up the errors of each number."""

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
