"""Rows: a table of rows over steps made ready to be coloured at any zoom; when it grows, only what is new is read."""

from collections.abc import Sequence

import numpy as np

from dlstudio.ui.plots.curve import PROBES
from dlstudio.ui.plots.line import Array, floats
from dlstudio.ui.plots.pyramid import BITS, ENOUGH
from dlstudio.ui.plots.raster import Cells, borders, joined


class Rows:
    """Values of names by steps; what was not measured is not a number."""

    def __init__(self) -> None:
        self.names: tuple[str, ...] = ()
        self.steps: Array = np.empty(0)
        self.borders: Array = np.empty(0)
        self.levels: list[Array] = [np.empty((0, 0))]
        """The values, and above them the greatest of ever longer stretches of steps."""
        self._forget()

    def _forget(self) -> None:
        self.ends, self.positive = (np.inf, -np.inf), (np.inf, -np.inf)
        """The least and the greatest value; and of those above zero."""
        self.has_low = self.has_infinite = False

    @property
    def values(self) -> Array:
        return self.levels[0]

    def take(self, names: Sequence[str], steps: Array, values: Array) -> None:
        """Other rows, or the same ones grown."""
        steps, values = np.asarray(steps), floats(values)
        if values.shape != (len(names), len(steps)):
            raise ValueError(f"{values.shape} values for {len(names)} rows and {len(steps)} steps")
        kept = self._kept(tuple(names), steps, values)
        self.names, self.steps, self.borders = tuple(names), steps, borders(steps)
        self.levels[0] = values
        if not kept:
            self._forget()
            del self.levels[1:]  # they may have another number of rows
        self._read(values[:, kept:])
        self._climb(kept)

    def _kept(self, names: tuple[str, ...], steps: Array, values: Array) -> int:
        """With how many of the known steps the table begins; a few places tell."""
        known = len(self.steps)
        if names != self.names or not 0 < known <= len(steps):
            return 0
        at = np.unique(np.linspace(0, known - 1, PROBES).astype(np.intp))
        same = np.array_equal(self.steps[at], steps[at])
        return known if same and np.array_equal(self.values[:, at], values[:, at], equal_nan=True) else 0

    def _read(self, more: Array) -> None:
        if not more.size:
            return
        finite = np.where(np.isinf(more), np.nan, more)
        self.has_infinite = self.has_infinite or bool(np.isinf(more).any())
        self.has_low = self.has_low or bool((finite <= 0).any())
        self.ends = _wider(self.ends, finite)
        self.positive = _wider(self.positive, np.where(finite > 0, finite, np.nan))

    def _climb(self, kept: int) -> None:
        """Makes the levels above anew from the first stretch that was not full."""
        level = 0
        while self.levels[level].shape[1] > 1 << BITS:
            below, known = self.levels[level], len(self.levels) > level + 1
            kept = kept >> BITS if known else 0
            made = np.fmax.reduceat(below, np.arange(kept << BITS, below.shape[1], 1 << BITS), axis=1)
            if known:
                self.levels[level + 1] = np.concatenate([self.levels[level + 1][:, :kept], made], axis=1)
            else:
                self.levels.append(made)
            level += 1
        del self.levels[level + 1 :]

    def greatest(self, found: Cells) -> Array:
        """The greatest of each row under each column of pixels, true to a part of a pixel."""
        shift, least = 0, int((found.ends - found.starts).min())
        while least >> shift >= ENOUGH << BITS and shift // BITS + 1 < len(self.levels):
            shift += BITS
        ends = -(-found.ends >> shift)
        up = Cells(found.starts >> shift, ends, found.first, found.last)
        return joined(np.fmax, self.levels[shift // BITS], up)


def _wider(ends: tuple[float, float], values: Array) -> tuple[float, float]:
    return (
        float(np.fmin.reduce(values, axis=None, initial=ends[0])),
        float(np.fmax.reduce(values, axis=None, initial=ends[1])),
    )
