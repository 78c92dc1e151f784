"""Lines and marks: what a chart shows, as plain arrays."""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Side: TypeAlias = Literal["left", "right"]
MarkKind: TypeAlias = Literal["finding", "change", "stop", "cursor"]


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Values over steps that only grow; a value that is not finite is a gap."""

    name: str
    steps: Array
    values: Array
    lows: Array | None = None
    highs: Array | None = None
    """The extremes of what each point stands for, where it stands for more than one measurement."""
    hue: int = 0
    dashed: bool = False
    dots: bool = False
    faint: bool = False
    axis: Side = "left"
    brief: str = ""
    """What the legend calls it, where its name is long."""

    @property
    def called(self) -> str:
        return self.brief or self.name


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the axis of steps."""

    step: float
    text: str
    kind: MarkKind = "finding"


def index(steps: Array, keys: Array | float, side: Literal["left", "right"] = "left") -> Array:
    """Where keys lie among steps; whole steps are compared with whole keys, or numpy would copy all of them."""
    if steps.dtype.kind == "i":
        whole = np.ceil(keys) if side == "left" else np.floor(keys)
        ends = np.iinfo(steps.dtype)
        keys = np.clip(np.nan_to_num(whole), max(ends.min, -(2**62)), min(ends.max, 2**62)).astype(steps.dtype)
    return np.asarray(np.searchsorted(steps, keys, side))


def floats(values: Array) -> Array:
    """The same numbers, as floats of their own precision."""
    made = np.asarray(values)
    return made if made.dtype.kind == "f" else made.astype(np.float64)
