"""Snapshot: what one look inside a network found, as plain numbers."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from torch import Tensor

Scale = Literal["linear", "symlog"]

SMALLEST, LARGEST = -8.0, 4.0
"""The decades between which a symmetric log scale lies: sizes below 1e-8 count as zero."""


@dataclass(frozen=True, slots=True)
class NodeStats:
    """What one node did at one step; None is what could not be seen."""

    kind: str = ""
    size: int = 0
    """How many trainable numbers the node has."""
    gradient: float | None = None
    """The length of the gradient of all its weights, as the optimizer was given it."""
    weight: float | None = None
    """The length of all its weights after the step."""
    update: float | None = None
    """How far the step moved the weights, as a share of their length."""
    small: float | None = None
    """The share of weights below a thousandth: what L1 makes many of and L2 few."""
    twins: float | None = None
    """The share of the other units whose weights are those of the first; 1 is perfect symmetry."""
    idle: tuple[int, ...] = ()
    """The inputs of a first layer whose weights got no gradient in all looks that are remembered."""
    rank: float | None = None
    """The effective rank of the weights, as a share of the largest possible."""
    mean: float | None = None
    std: float | None = None
    low: float | None = None
    high: float | None = None
    zeros: float | None = None
    """The share of results that are exactly zero."""
    dead: float | None = None
    """The share of units that were zero for every sample in all looks that are remembered."""
    saturated: float | None = None
    """The share of results at which the slope of the activation is below 0.01."""
    samples: int = 0
    """How many samples `dead` was judged by."""

    @property
    def gradient_each(self) -> float | None:
        """The gradient of a single weight, as a root mean square: comparable between layers of any size."""
        return None if self.gradient is None or not self.size else self.gradient / math.sqrt(self.size)


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts in bins of equal width on a scale; on a symmetric log scale the edges are the same at every step."""

    counts: tuple[int, ...]
    scale: Scale = "symlog"
    low: float = 0.0
    high: float = 0.0

    def edges(self) -> tuple[float, ...]:
        """The values between the bins."""
        bins = len(self.counts)
        places = (i / bins for i in range(bins + 1))
        if self.scale == "linear":
            return tuple(self.low + (self.high - self.low) * place for place in places)
        return tuple(_unlog(2 * place - 1) for place in places)


def _unlog(place: float) -> float:
    size = 10 ** (abs(place) * (LARGEST - SMALLEST) + SMALLEST) if place else 0.0
    return math.copysign(size, place) if place else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Feature maps of the pinned samples, or the kernels of a node, in main memory."""

    values: "Tensor"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a look inside costs: its seconds, those of a plain step, and its share of all time at the pace in force."""

    seconds: float
    step_seconds: float
    every: int

    @property
    def share(self) -> float:
        whole = self.seconds + self.every * self.step_seconds
        return self.seconds / whole if whole else 0.0

    def __str__(self) -> str:
        return f"looking inside: {self.share:.1%} of the time"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One look inside; the nodes stand in the order in which they work."""

    step: int
    nodes: Mapping[str, NodeStats]
    cost: Cost = Cost(0.0, 0.0, 1)
    histograms: Mapping[tuple[str, str], Histogram] = field(default_factory=dict)
    """By node and by what was counted: “weights”, “gradients” or “activations”."""
    features: Mapping[str, Picture] = field(default_factory=dict)
    kernels: Mapping[str, Picture] = field(default_factory=dict)

    @property
    def trained(self) -> dict[str, NodeStats]:
        """The nodes whose weights got a gradient."""
        return {name: stats for name, stats in self.nodes.items() if stats.gradient is not None}
