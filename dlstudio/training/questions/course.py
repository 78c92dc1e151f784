"""Course: numbers over steps, as forecasts and other sequences have them, and how far off they are at each step."""

from dataclasses import dataclass

import torch
from torch import Tensor

from dlstudio.core.tensor import TIME
from dlstudio.data.dataset import Column
from dlstudio.training.asking.plates import plate

FEWEST = 4
"""From so many numbers without names on, a vector is taken for steps: a horizon that is forecast."""


@plate
@dataclass(frozen=True, eq=False)
class Course:
    """The steps of an output, and over all samples its errors at each of them: steps × channels."""

    steps: int
    channels: tuple[str, ...]
    """What is measured at each step."""
    bias: Tensor
    """The mean of answer − target."""
    typical: Tensor
    """The root of the mean square of answer − target."""
    kept: Tensor
    """Which places of the flattened course stand in targets and answers: where there are many, evenly chosen ones."""


@dataclass(frozen=True)
class Track:
    """How the numbers of a column are laid out over steps."""

    steps: int
    channels: tuple[str, ...]
    first: bool
    """Whether the steps come first, and the channels of each behind."""

    def table(self, flat: Tensor) -> Tensor:
        """Numbers of a sample, or of several, as (samples ×) steps × channels."""
        count = len(self.channels)
        if self.first:
            return flat.reshape(*flat.shape[:-1], self.steps, count)
        return flat.reshape(*flat.shape[:-1], count, self.steps).transpose(-1, -2)

    def places(self, most: int) -> Tensor:
        """So many places of a flattened sample, over all steps of the first channel, and then of the others."""
        numbers = torch.arange(self.steps * len(self.channels))
        table = self.table(numbers).T.flatten()
        if len(table) <= most:
            return table
        each = max(1, most // len(self.channels))
        rows = torch.linspace(0, self.steps - 1, min(each, self.steps)).round().long()
        return self.table(numbers)[rows].T.flatten()[:most]

    def named(self, place: int) -> str:
        """What a place of a flattened sample is called."""
        step, channel = (place // len(self.channels), place % len(self.channels)) if self.first else (
            place % self.steps, place // self.steps
        )  # fmt: skip
        return f"step {step + 1}" + (f" {self.channels[channel]}" if len(self.channels) > 1 else "")


def track(column: Column) -> Track | None:
    """How a column runs over steps; None where it does not."""
    shape = column.tensor
    if shape.dtype != "float" or shape.size < FEWEST:
        return None
    if shape.rank == 1 and not column.features:
        return Track(shape.size, (column.name,), True)
    if TIME not in shape.axes or shape.rank > 2:
        return None
    at = shape.axes.index(TIME)
    steps = shape.shape[at]
    count = shape.size // steps
    named = column.features if len(column.features) == count else tuple(f"{column.name} {i}" for i in range(count))
    return Track(steps, named if count > 1 else (column.name,), at == 0) if steps > 1 else None


class Errors:
    """Adds up errors place by place."""

    def __init__(self) -> None:
        self.count = 0
        self.sums: Tensor | None = None
        self.squares: Tensor | None = None

    def add(self, errors: Tensor) -> None:
        """Samples × places."""
        errors = errors.double()
        self.count += len(errors)
        sums, squares = errors.sum(0), errors.square().sum(0)
        self.sums = sums if self.sums is None else self.sums + sums
        self.squares = squares if self.squares is None else self.squares + squares

    def course(self, way: Track, kept: Tensor) -> Course:
        """What they come to."""
        assert self.sums is not None
        assert self.squares is not None
        bias, typical = self.sums / self.count, (self.squares / self.count).sqrt()
        return Course(
            way.steps, way.channels, way.table(bias.float().cpu()).contiguous(),
            way.table(typical.float().cpu()).contiguous(), kept.int(),
        )  # fmt: skip
