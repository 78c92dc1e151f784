"""Curve: a line made ready to be drawn at any zoom; when it grows, only what is new is read."""

import numpy as np

from dlstudio.ui.plots.line import Array, Line, floats, index
from dlstudio.ui.plots.pyramid import Pyramid
from dlstudio.ui.plots.scale import Kind
from dlstudio.ui.plots.smooth import Smoother

PROBES = 64
"""At how many places a longer line is compared with the one before, to see whether it only grew."""


class Track:
    """The lower and upper edge of what is drawn; infinite numbers are gaps, and counted."""

    def __init__(self, lows: Array, highs: Array) -> None:
        self.infinite = 0
        self._positive: Track | None = None
        self.lows, self.highs = lows, highs
        self.pyramid = Pyramid(lows, highs)
        self._clean()

    def grow(self, lows: Array, highs: Array) -> None:
        """Takes arrays that begin as those that were there."""
        self.lows, self.highs = lows, highs
        if self.infinite:
            self.pyramid = Pyramid(lows, highs)
        else:
            self.pyramid.grow(lows, highs)
        self._clean()
        if self._positive:
            self._positive.grow(*self._above_zero())

    def _clean(self) -> None:
        """Leaves infinite numbers out, where the extremes say that there are any."""
        if not np.isinf(self.pyramid.extremes(0, len(self.lows))).any():
            return
        infinite = np.isinf(self.lows) | np.isinf(self.highs)
        self.infinite = int(np.count_nonzero(infinite))
        same = self.lows is self.highs
        self.lows = np.where(infinite, np.nan, self.lows)
        self.highs = self.lows if same else np.where(infinite, np.nan, self.highs)
        self.pyramid = Pyramid(self.lows, self.highs)

    def on(self, kind: Kind) -> "Track":
        """What of it has a place on such a scale."""
        least = self.pyramid.extremes(0, len(self.lows))[0] if len(self.lows) else 1.0
        if kind != "log" or not least <= 0:
            return self
        if self._positive is None:
            self._positive = Track(*self._above_zero())
        return self._positive

    def _above_zero(self) -> tuple[Array, Array]:
        lows = np.where(self.lows > 0, self.lows, np.nan)
        return lows, lows if self.highs is self.lows else np.where(self.highs > 0, self.highs, np.nan)


class Curve:
    """One line with all that is drawn of it."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.steps = np.asarray(line.steps)
        values = floats(line.values)
        self.track = Track(values, values)
        self.band = Track(*_edges(line)) if _has_band(line) else None
        self.smooth: Track | None = None
        self._smoother: Smoother | None = None

    def __len__(self) -> int:
        return len(self.steps)

    def take(self, line: Line) -> bool:
        """Shows another state of the same line, where that is this one grown; says whether it was."""
        if _has_band(line) != (self.band is not None) or not self._begins(line):
            return False
        self.line, self.steps = line, np.asarray(line.steps)
        if len(self.steps) == len(self.track.lows):
            return True
        kept, values = len(self.track.lows), floats(line.values)
        self.track.grow(values, values)
        if self.band:
            self.band.grow(*_edges(line))
        if self.smooth and self._smoother:
            more = np.concatenate([self.smooth.lows, self._smoother.follow(self.track.lows[kept:])])
            self.smooth.grow(more, more)
        return True

    def _begins(self, line: Line) -> bool:
        """Whether the line begins as this one; a few places tell."""
        known = len(self.steps)
        if len(line.steps) < known:
            return False
        if not known:
            return True
        at = np.unique(np.linspace(0, known - 1, PROBES).astype(np.intp))
        return all(was is now or _same(was[at], now[at]) for was, now in zip(_all(self.line), _all(line), strict=True))

    def smoothed(self, keep: float) -> bool:
        """Whether the smooth line of that weight is there, or none is needed: a few dots stay what they are."""
        return keep <= 0 or self.line.dots or (self._smoother is not None and self._smoother.keep == keep)

    def make_smooth(self, keep: float) -> None:
        """Makes the smooth line."""
        self._smoother = Smoother(keep)
        values = self._smoother.follow(self.track.lows)
        self.smooth = Track(values, values)

    def shown(self, keep: float) -> Track:
        """What is read and stands in front: the smooth line where there is one."""
        return self.smooth if self.smooth and keep > 0 and self.smoothed(keep) else self.track

    def unseen(self, kind: Kind) -> tuple[int, int]:
        """How many numbers have no place on the scale: those that are not positive, and infinite ones."""
        if kind != "log" or self.track.on(kind) is self.track:
            return 0, self.track.infinite
        return int(np.count_nonzero(self.track.lows <= 0)), self.track.infinite

    def before(self, step: float) -> int:
        """The last point that is not after a step, or -1."""
        return int(index(self.steps, step, "right")) - 1

    def nearest(self, step: float) -> float:
        """The step of the nearest point."""
        at = int(index(self.steps, step))
        near = self.steps[max(0, at - 1) : at + 1]
        return float(near[np.argmin(np.abs(near - step))])


def _has_band(line: Line) -> bool:
    return line.lows is not None and line.highs is not None


def _edges(line: Line) -> tuple[Array, Array]:
    assert line.lows is not None
    assert line.highs is not None
    return floats(line.lows), floats(line.highs)


def _all(line: Line) -> list[Array]:
    return [each for each in (line.steps, line.values, line.lows, line.highs) if each is not None]


def _same(was: Array, now: Array) -> bool:
    return bool(np.array_equal(was, now, equal_nan=True))
