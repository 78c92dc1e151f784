"""Counts: the histograms of one node over time on shared bins, by decades or evenly."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dlstudio.training.probes import Histogram

    Numbers = NDArray[np.float64]

RARE = 0.002
"""The share of all values other than zero that may lie within the bin around zero."""
FEWEST, EVEN = 12, 64
"""How few and how many bins there are: by the Rice rule, 2 ∛n of n values."""


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Steps by bins; `threshold` is where the bin around zero ends, on an axis by decades."""

    steps: "NDArray[np.int64]"
    edges: "Numbers"
    counts: "Numbers"
    threshold: float | None = None


class Tally:
    """Histograms of one node as numbers, each made once."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[Histogram, Numbers]] = {}

    def counts(self, found: "Sequence[tuple[int, Histogram]]", *, log: bool) -> Counts | None:
        """Those with the same bins as the newest, by decades or on bins of one width."""
        import numpy as np

        if not found:
            return None
        newest = found[-1][1]
        alike = [(step, each) for step, each in found if len(each.counts) == len(newest.counts)]
        kept = {step: self._row(step, each) for step, each in alike}
        self._made = {step: self._made[step] for step in kept}
        steps, table = np.array([*kept], np.int64), np.stack([*kept.values()])
        edges = np.array(newest.edges())
        return _by_decades(steps, edges, table) if log else _evenly(steps, edges, table, [each for _, each in alike])

    def _row(self, step: int, histogram: "Histogram") -> "Numbers":
        import numpy as np

        known = self._made.get(step)
        if known is None or known[0] is not histogram:
            known = self._made[step] = histogram, np.array(histogram.counts, np.float64)
        return known[1]


def _by_decades(steps: "NDArray[np.int64]", edges: "Numbers", table: "Numbers") -> Counts:
    """The bins as they were counted, so many joined that few values make no comb; those around zero are one."""
    import numpy as np

    totals, middle = table.sum(axis=0), len(edges) // 2
    near = _near_zero(totals)
    wide = max(1, round(np.count_nonzero(totals) / _bins(table[-1].sum())))
    ends = np.arange(middle - near, 0, -wide)[::-1], np.arange(middle + near, 2 * middle, wide)
    starts = np.unique(np.concatenate([[0], *ends]))
    joined, kept = np.add.reduceat(table, starts, axis=1), np.append(edges[starts], edges[-1])
    used = np.flatnonzero(joined.any(axis=0))
    first, last = (int(used[0]), int(used[-1])) if len(used) else (0, len(starts) - 1)
    return Counts(steps, kept[first : last + 2], joined[:, first : last + 1], float(edges[middle + near]))


def _bins(count: float) -> int:
    """How many bins so many values fill."""
    import numpy as np

    return int(np.clip(2 * np.cbrt(count), FEWEST, EVEN))


def _near_zero(totals: "Numbers") -> int:
    """How many bins on each side of zero are one."""
    import numpy as np

    half = len(totals) // 2
    sizes = totals[half:] + totals[:half][::-1]
    sizes[0] = 0  # what is zero itself
    inside = np.cumsum(sizes)
    return int(np.clip(np.searchsorted(inside, RARE * inside[-1], "right"), 1, half - 1)) if inside[-1] else 1


def _evenly(
    steps: "NDArray[np.int64]", edges: "Numbers", table: "Numbers", found: "Sequence[Histogram]"
) -> Counts | None:
    """Bins of one width from the least to the greatest value; what a bin by decades holds is spread evenly in it."""
    import numpy as np

    low, high = min(each.low for each in found), max(each.high for each in found)
    if not np.isfinite([low, high]).all():
        return None
    if low == high:
        low, high = low - 0.5, high + 0.5
    bins = _bins(table[-1].sum())
    even = np.linspace(low, high, bins + 1)
    below = np.concatenate([np.zeros((len(table), 1)), np.cumsum(table, axis=1)], axis=1)
    made = np.empty((len(table), bins))
    for row, (sums, each) in enumerate(zip(below, found, strict=True)):
        made[row] = np.diff(np.interp(even, np.clip(edges, each.low, each.high), sums))
        made[row, 0] += sums[-1] - made[row].sum()  # what lies at the very least value
    return Counts(steps, even, made)
