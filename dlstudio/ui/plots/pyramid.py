"""Pyramid: the least and the greatest of ever longer stretches of an array, made once and grown at its end."""

import numpy as np

from dlstudio.ui.plots.line import Array

BITS = 4
"""Each stretch holds 2**BITS of those below it."""
ENOUGH = 4
"""A column is read from a level when it holds so many of its stretches: its edges are true to a part of a pixel."""


class Pyramid:
    """Answers for any stretches of a long array in a time that depends on how many there are."""

    def __init__(self, lows: Array, highs: Array) -> None:
        self.lows, self.highs = [lows], [highs]
        self._climb(0)

    def __len__(self) -> int:
        return len(self.lows[0])

    def grow(self, lows: Array, highs: Array) -> None:
        """Takes arrays that begin with what was there; only what is new is read."""
        kept = len(self)
        self.lows[0], self.highs[0] = lows, highs
        self._climb(kept)

    def _climb(self, kept: int) -> None:
        """Makes the levels above anew from the first stretch that was not full."""
        level = 0
        while len(self.lows[level]) > 1 << BITS:
            known = len(self.lows) > level + 1
            kept = kept >> BITS if known else 0
            for levels, join in ((self.lows, np.fmin), (self.highs, np.fmax)):
                below = levels[level]
                made = join.reduceat(below, np.arange(kept << BITS, len(below), 1 << BITS))
                if known:
                    levels[level + 1] = np.concatenate([levels[level + 1][:kept], made])
                else:
                    levels.append(made)
            level += 1
        del self.lows[level + 1 :], self.highs[level + 1 :]

    def columns(self, starts: Array, ends: Array) -> tuple[Array, Array]:
        """The extremes from each start to before its end; nothing (NaN) for stretches that are empty."""
        low, high = np.full(len(starts), np.nan), np.full(len(starts), np.nan)
        counts = ends - starts
        least = 1.0
        for level in range(len(self.lows)):
            shift = BITS * level
            most = float(ENOUGH << (shift + BITS)) if level + 1 < len(self.lows) else np.inf
            here = np.flatnonzero((counts >= least) & (counts < most))
            if len(here):
                first, last = starts[here] >> shift, (ends[here] + (1 << shift) - 1) >> shift
                low[here] = stretches(np.fmin, self.lows[level], first, last)
                high[here] = stretches(np.fmax, self.highs[level], first, last)
            least = most
        return low, high

    def extremes(self, start: int, end: int) -> tuple[float, float]:
        """The least and the greatest of one stretch."""
        return self._extreme(np.fmin, self.lows, start, end), self._extreme(np.fmax, self.highs, start, end)

    def _extreme(self, join: np.ufunc, levels: list[Array], start: int, end: int) -> float:
        """Exactly: single values at both ends, and the longest stretches that fit between."""
        found = [np.nan]
        for level, values in enumerate(levels):
            first, last = -(-start >> BITS), end >> BITS
            if level + 1 == len(levels) or last - first < 2:
                parts = [values[start:end]]
            else:
                parts = [values[start : first << BITS], values[last << BITS : end]]
            found += [float(join.reduce(part)) for part in parts if len(part)]
            if len(parts) == 1:
                break
            start, end = first, last
        return float(join.reduce(found))


def stretches(join: np.ufunc, values: Array, first: Array, last: Array) -> Array:
    """Joins stretches along the last axis, from each first to before its last; they may overlap, and none is empty."""
    end = values.shape[-1] - 1
    pairs = np.empty(2 * len(first), dtype=np.intp)
    pairs[::2], pairs[1::2] = first, np.minimum(last, end)
    made: Array = join.reduceat(values, pairs, axis=-1)[..., ::2]
    whole = np.flatnonzero((last > end) & (first < end))  # an end past the array is no index: its last value is added
    if len(whole):
        made[..., whole] = join(made[..., whole], values[..., end:])
    return made
