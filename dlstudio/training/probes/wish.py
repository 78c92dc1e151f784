"""Wish: what a visible panel wants to see inside a network, beyond the few numbers that every look gives."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlstudio.training.probes.snapshot import Scale

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, eq=False)
class Wish:
    """Node names; `pinned` are the samples, one tensor for each input, whose feature maps are wanted."""

    histograms: frozenset[str] = frozenset()
    features: frozenset[str] = frozenset()
    kernels: frozenset[str] = frozenset()
    ranks: frozenset[str] = frozenset()
    pinned: "tuple[Tensor, ...]" = ()
    scale: Scale = "symlog"
    bins: int = 64
    maps: int = 64
    """The most feature maps or kernels that are fetched of one node."""
