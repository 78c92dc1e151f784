"""Tensor: what flows along a wire, with a name for every axis; the batch axis is implied."""

from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Literal

DType = Literal["float", "int", "bool"]
BYTES: dict[str, int] = {"float": 4, "int": 8, "bool": 1}

CHANNEL, DEPTH, HEIGHT, WIDTH, TIME, FEATURE, OTHER = "channel", "depth", "height", "width", "time", "feature", "axis"

FORMS: dict[str, tuple[str, ...]] = {
    "a number": (),
    "a vector": (FEATURE,),
    "a row of steps": (TIME,),
    "a sequence": (TIME, FEATURE),
    "a signal": (CHANNEL, TIME),
    "a map": (HEIGHT, WIDTH),
    "an image": (CHANNEL, HEIGHT, WIDTH),
    "a volume": (CHANNEL, DEPTH, HEIGHT, WIDTH),
    "a clip": (TIME, CHANNEL, HEIGHT, WIDTH),
}
"""What people call a tensor with these axes."""

_NAMES = {axes: name for name, axes in FORMS.items()}


@dataclass(frozen=True)
class Tensor:
    """One sample's shape, its axis names and its kind of number."""

    shape: tuple[int, ...]
    axes: tuple[str, ...]
    dtype: DType = "float"

    @classmethod
    def of(cls, *shape: int, dtype: DType = "float") -> "Tensor":
        """A tensor whose axes get the names that its rank usually means."""
        return cls(shape, usual_axes(len(shape), dtype), dtype)

    @property
    def rank(self) -> int:
        return len(self.shape)

    @cached_property
    def size(self) -> int:
        return prod(self.shape)

    @property
    def form(self) -> str:
        """What people call it: "an image", "a sequence"."""
        return _NAMES.get(self.axes, f"a rank-{self.rank} tensor")

    def position(self, axis: str) -> int | None:
        """Where the axis of that name stands among the sample's axes."""
        return self.axes.index(axis) if axis in self.axes else None

    def length(self, axis: str) -> int:
        return self.shape[self.axes.index(axis)]

    @property
    def channels(self) -> int:
        """The length of the axis that layers mix: the channels of an image, the features of anything else."""
        return self.shape[self.channel_position]

    @property
    def channel_position(self) -> int:
        return self.axes.index(CHANNEL) if CHANNEL in self.axes else self.rank - 1

    def resized(self, axis: int, length: int) -> "Tensor":
        shape = list(self.shape)
        shape[axis] = length
        return Tensor(tuple(shape), self.axes, self.dtype)

    def cast(self, dtype: DType) -> "Tensor":
        return self if dtype == self.dtype else Tensor(self.shape, self.axes, dtype)

    def __str__(self) -> str:
        return "×".join(map(str, self.shape)) or "1 number"

    def describe(self) -> str:
        """Form and shape in words: "an image 32×7×7"."""
        kind = {"float": "", "int": " of whole numbers", "bool": " of yes/no"}[self.dtype]
        return f"{self.form} {self}{kind}" if self.rank else f"{self.form}{kind}"


def usual_axes(rank: int, dtype: DType = "float") -> tuple[str, ...]:
    """The axis names that a tensor of this rank usually means."""
    if rank == 1 and dtype == "int":
        return (TIME,)
    usual: dict[int, tuple[str, ...]] = {
        0: (),
        1: (FEATURE,),
        2: (TIME, FEATURE),
        3: (CHANNEL, HEIGHT, WIDTH),
        4: (CHANNEL, DEPTH, HEIGHT, WIDTH),
    }
    return usual.get(rank, (OTHER,) * rank)
