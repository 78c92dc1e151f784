"""Smooth: a line that follows the values slowly, and is not drawn towards zero at its start."""

import math

import numpy as np

from dlstudio.ui.plots.line import Array

REACH = 200.0
"""How far (as a power of e) the weights within one block may grow apart."""


class Smoother:
    """An exponential mean that goes on where it stopped; gaps stay gaps."""

    def __init__(self, keep: float) -> None:
        self.keep = keep
        self._total = self._weight = 0.0

    def follow(self, values: Array) -> Array:
        """The smooth values of those that come next."""
        if not len(values):
            return np.empty(0)
        known = np.isfinite(values)
        sound = bool(known.all())
        totals, self._total = _running(values if sound else np.where(known, values, 0.0), self.keep, self._total)
        weights, self._weight = _running(known.astype(np.float64), self.keep, self._weight)
        with np.errstate(invalid="ignore", divide="ignore"):
            made = totals / weights
        return made if sound else np.where(known, made, np.nan)


def _running(values: Array, keep: float, before: float) -> tuple[Array, float]:
    """y[t] = keep·y[t-1] + (1-keep)·x[t], in blocks: each is a sum under growing weights."""
    block = max(1, min(len(values), int(REACH / -math.log(keep))))
    rows = -(-len(values) // block)
    padded = np.zeros(rows * block)
    padded[: len(values)] = values
    ages = np.arange(block)
    sums = np.cumsum(padded.reshape(rows, block) * keep ** -ages.astype(np.float64), axis=1)
    sums *= (1 - keep) * keep**ages
    carries, decay = np.empty(rows), keep**block
    for row, last in enumerate(sums[:, -1].tolist()):
        carries[row] = before
        before = before * decay + last
    sums += carries[:, None] * keep ** (ages + 1.0)
    made = sums.ravel()[: len(values)]
    return made, float(made[-1])
