"""Statistics: what is measured of a column over many samples, in one pass, whatever fits into memory."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from dlstudio.core.tensor import CHANNEL, FEATURE
from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.dataset import Dataset
from dlstudio.data.progress import counted

Chunks = Callable[[], Iterable[Tensor]]
"""Gives the values of a column in pieces, as often as it is asked."""

AT_ONCE = 4096
"""How many samples in memory are looked at together; of those on the disk, a sixteenth."""


def chunks(dataset: Dataset, indices: Tensor, name: str) -> Iterator[Tensor]:
    """The values of a column for these samples, in pieces."""
    step = AT_ONCE if dataset.resident else AT_ONCE // 16
    for first in counted(range(0, len(indices), step), f"Going through {name}", len(indices), each=step):
        yield dataset.take(indices[first : first + step], (name,))[name]


def kept(shape: Shape, over: str) -> int | None:
    """The axis whose places are measured apart, among those of one sample; None where all numbers go together."""
    if over == "all" or not shape.rank:
        return None
    if over in ("auto", "channel") and (channel := shape.position(CHANNEL)) is not None:
        return channel
    return shape.position(FEATURE) if over == "auto" else shape.rank - 1


def lined(values: Tensor, axis: int | None) -> Tensor:
    """The values as a table with one column for each place of the axis, in full precision."""
    wide = values.double()
    return wide.reshape(-1, 1) if axis is None else wide.movedim(axis + 1, -1).flatten(0, -2)


def broadcast(row: Tensor, shape: Shape, axis: int | None) -> Tensor:
    """A row of such a table in the form in which it goes together with samples."""
    if axis is None:
        return row.reshape([1] * shape.rank)
    return row.reshape([shape.shape[axis] if each == axis else 1 for each in range(shape.rank)])


@dataclass(frozen=True)
class Moments:
    """The count, extremes, mean and sum of squared differences of each column of a table."""

    count: int
    low: Tensor
    high: Tensor
    mean: Tensor
    squares: Tensor

    def std(self, ddof: int = 0) -> Tensor:
        return (self.squares / max(self.count - ddof, 1)).sqrt()


def moments(pieces: Iterable[Tensor]) -> Moments:
    """Merges the moments of the pieces (Chan, Golub, LeVeque 1979: exact where sums of squares cancel out)."""
    found: Moments | None = None
    for piece in pieces:
        mean = piece.mean(0)
        here = Moments(len(piece), piece.amin(0), piece.amax(0), mean, (piece - mean).square().sum(0))
        found = _merged(found, here) if found else here
    if found is None:
        raise ValueError("no samples")
    return found


def _merged(one: Moments, two: Moments) -> Moments:
    count, apart = one.count + two.count, two.mean - one.mean
    return Moments(
        count,
        torch.minimum(one.low, two.low),
        torch.maximum(one.high, two.high),
        one.mean + apart * (two.count / count),
        one.squares + two.squares + apart.square() * (one.count * two.count / count),
    )


def covariance(pieces: Iterable[Tensor], mean: Tensor) -> Tensor:
    """The covariance of the columns of a table around their mean."""
    count, total = 0, torch.zeros(len(mean), len(mean), dtype=torch.float64)
    for piece in pieces:
        apart = piece - mean
        count, total = count + len(piece), total + apart.T @ apart
    return total / count
