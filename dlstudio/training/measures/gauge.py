"""Gauge: one metric over the batches of one output; the quick ones are sums of our own, the rest is torchmetrics."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from dlstudio.training.measures.library import quiet
from dlstudio.training.measures.reading import Reading

View = Callable[[Reading], tuple[Any, Any]]
"""What a metric is shown of a batch: answers and targets."""


class Gauge(ABC):
    """Adds up batches, and says what came out."""

    @abstractmethod
    def add(self, reading: Reading) -> None: ...

    @abstractmethod
    def value(self) -> float: ...


class Share(Gauge):
    """A sum over places by their number, both kept on the device."""

    def __init__(
        self, of: Callable[[Reading], tuple[Tensor, Tensor]], then: Callable[[Tensor], Tensor] | None = None
    ) -> None:
        self.of, self.then = of, then
        self.total: Tensor | None = None
        self.count: Tensor | None = None

    def add(self, reading: Reading) -> None:
        total, count = self.of(reading)
        total = wide(total)
        self.total = total if self.total is None else self.total + total
        self.count = count if self.count is None else self.count + count

    def value(self) -> float:
        if self.total is None or self.count is None:
            return float("nan")
        mean = self.total / self.count
        return float(self.then(mean) if self.then else mean)


class Explained(Gauge):
    """R²: 1 − Σ(t − y)²/Σ(t − mean t)² of each number, the mean over those whose target changes at all.

    Not torchmetrics', which takes targets of a small scale (squares below 1e-4 in all) for constant. The sums are
    taken around the first batch's mean, or they would lose their digits where targets are large."""

    def __init__(self) -> None:
        self.count = 0
        self.middle: Tensor | None = None
        self.sums: Tensor | None = None

    def add(self, reading: Reading) -> None:
        targets = wide(reading.targets)
        if self.middle is None:
            self.middle = targets.mean(0)
        off, error = targets - self.middle, targets - wide(reading.answers)
        sums = torch.stack([off.sum(0), off.square().sum(0), error.square().sum(0)])
        self.sums = sums if self.sums is None else self.sums + sums
        self.count += len(targets)

    def value(self) -> float:
        if self.sums is None:
            return float("nan")
        total, squares, errors = self.sums
        spread = squares - total.square() / self.count
        changing = spread > 0
        return float((1 - errors[changing] / spread[changing]).mean())


class Library(Gauge):
    """A metric of torchmetrics."""

    def __init__(self, metric: Any, view: View) -> None:
        self.metric, self.view = metric, view

    def add(self, reading: Reading) -> None:
        answers, targets = self.view(reading)
        if not len(targets):
            return
        if isinstance(targets, Tensor):
            self.metric.to(targets.device)
        with quiet():
            self.metric.update(answers, targets)

    def value(self) -> float:
        return float(self.values().nanmean())

    def values(self) -> Tensor:
        """One number, or one for each class."""
        with quiet():
            found: Tensor = self.metric.compute()
        return found.float()


class Ranked(Library):
    """A metric that ranks the samples of each class before the others: the mean over the classes that have some and
    lack some. torchmetrics takes 0 for a class of which the data has no sample."""

    def __init__(self, metric: Any, view: View, classes: int) -> None:
        super().__init__(metric, view)
        self.classes = classes
        self.positive: Tensor | None = None
        self.count = 0

    def add(self, reading: Reading) -> None:
        super().add(reading)
        targets = self.view(reading)[1]
        each = F.one_hot(targets, self.classes) if reading.choice else targets.reshape(len(targets), -1)
        self.positive = each.sum(0) if self.positive is None else self.positive + each.sum(0)
        self.count += len(targets)

    def values(self) -> Tensor:
        if self.positive is None:
            return torch.tensor([float("nan")])
        told = (self.positive > 0) & (self.positive < self.count)
        return super().values().reshape(-1).masked_fill(~told, float("nan"))


def wide(values: Tensor) -> Tensor:
    """In double precision where the device has it."""
    return values if values.device.type == "mps" else values.double()
