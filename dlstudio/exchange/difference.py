"""Difference: how far the answers of an export are from those of the trained model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True)
class Difference:
    """One output (or one node within) compared over all batches."""

    name: str
    absolute: float
    """The largest difference of two numbers."""
    relative: float
    """That against the largest number of the trained model, or 1 where all are smaller."""
    shape: tuple[int, ...] = ()
    nodes: tuple[str, ...] = ()
    """The node of the canvas that it belongs to, outer blocks first; empty for an output."""
    largest: float = 0.0
    """The largest number that the trained model gives here."""

    def within(self, tolerance: float) -> bool:
        return self.relative <= tolerance

    def plain(self) -> dict[str, Any]:
        """It as JSON holds it."""
        found = {"name": self.name, "absolute": self.absolute, "relative": self.relative, "largest": self.largest}
        return {**found, "shape": list(self.shape), **({"nodes": list(self.nodes)} if self.nodes else {})}

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> "Difference":
        """The one that JSON holds, where infinity is a word."""
        sizes = [float(found[name]) for name in ("absolute", "relative")]
        shape, nodes = tuple(found["shape"]), tuple(found.get("nodes", ()))
        return cls(found["name"], sizes[0], sizes[1], shape, nodes, float(found["largest"]))


def difference(name: str, pairs: Sequence[tuple[Tensor, Tensor]], nodes: tuple[str, ...] = ()) -> Difference:
    """Compares pairs of (expected, found); another shape, or no number where there is one, is infinitely far."""
    absolute, largest = 0.0, 0.0
    for wanted, found in pairs:
        expected = wanted.detach()
        apart = _apart(expected, found)
        absolute = max(absolute, apart)
        sizes = expected.double().abs()
        largest = max(largest, float(sizes[sizes.isfinite()].amax()) if sizes.isfinite().any() else 0.0)
    shape = tuple(pairs[0][0].shape[1:]) if pairs else ()
    return Difference(name, absolute, absolute / max(1.0, largest), shape, nodes, largest)


def _apart(expected: Tensor, found: Tensor) -> float:
    if expected.shape != found.shape:
        return float("inf")
    one, two = expected.double(), found.double()
    same = (one == two) | (one.isnan() & two.isnan())
    apart = torch.where(same, torch.zeros_like(one), (one - two).abs())
    return float(apart.nan_to_num(nan=float("inf")).amax()) if apart.numel() else 0.0


def differences(expected: Sequence[Mapping[str, Tensor]], found: Sequence[Mapping[str, Tensor]]) -> list[Difference]:
    """Each output over all batches."""
    names = expected[0] if expected else {}
    return [
        difference(name, [(one[name], two[name]) for one, two in zip(expected, found, strict=True)]) for name in names
    ]
