"""Trace: what is drawn of a track in so many pixels: its points, or the extremes of each column of pixels."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF

from dlstudio.ui.plots.curve import Track
from dlstudio.ui.plots.line import Array, index
from dlstudio.ui.plots.scale import Scale, Span

DENSE = 2
"""More points for each pixel than this are drawn as columns."""


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """Pixels from left to right; a gap is not a number. Points have the same lows and highs."""

    x: Array
    tops: Array
    bottoms: Array
    dense: bool
    wide: int = 1
    """How many pixels a column is wide."""


@dataclass(frozen=True, slots=True)
class Window:
    """Where on the screen the steps and the values lie."""

    room: QRectF
    x_scale: Scale
    x: Span
    y_scale: Scale
    y: Span

    def across(self, steps: Array) -> Array:
        return self.room.left() + (self.x_scale.to(np.asarray(steps, float)) - self.x.low) * (
            self.room.width() / self.x.size
        )

    def down(self, values: Array) -> Array:
        made = self.room.bottom() - (self.y_scale.to(values) - self.y.low) * (self.room.height() / self.y.size)
        return np.clip(
            made, self.room.top() - 4 * self.room.height() - 9, self.room.bottom() + 9 + self.room.height() * 4
        )


class Edges:
    """Where the columns of pixels begin in arrays of steps; lines that were measured together share them."""

    def __init__(self, room: QRectF, scale: Scale, span: Span, wide: int = 1) -> None:
        self.left, self.wide = int(room.left()) - wide, wide
        pixels = self.left + np.arange(int(room.width()) // wide + 4) * wide
        places = span.low + (pixels - room.left()) * (span.size / room.width())
        self.steps = scale.back(places)
        self._full: dict[int, tuple[Array, Array, Array]] = {}
        self._known: dict[int, tuple[Array, Array]] = {}

    def of(self, steps: Array) -> Array:
        """The number of the first point in each column, and one past the last column."""
        if id(steps) not in self._known:
            self._known[id(steps)] = steps, index(steps, self.steps)
        return self._known[id(steps)][1]

    def full(self, steps: Array, start: int) -> tuple[Array, Array, Array]:
        """The columns that hold any points from the start on: their middles, and which points."""
        if id(steps) not in self._full:
            bounds = self.of(steps)
            starts, ends = np.maximum(bounds[:-1], start), np.maximum(bounds[1:], start)
            full = np.flatnonzero(ends > starts)
            self._full[id(steps)] = self.left + (full + 0.5) * self.wide, starts[full], ends[full]
        return self._full[id(steps)]


def seen(steps: Array, window: Window, edges: Edges) -> tuple[int, int]:
    """The points to draw: those in sight, and one more at each side."""
    bounds = edges.of(steps)
    first = int(index(steps, 0, "right")) if window.x_scale.kind == "log" else 0
    return max(first, int(bounds[0]) - 1), min(len(steps), int(bounds[-1]) + 1)


def trace(steps: Array, track: Track, window: Window, edges: Edges) -> Trace:
    """What is drawn of a track."""
    track = track.on(window.y_scale.kind)
    start, end = seen(steps, window, edges)
    if end - start <= DENSE * window.room.width():
        tops = window.down(track.highs[start:end])
        same = track.lows is track.highs
        bottoms = tops if same else window.down(track.lows[start:end])
        return Trace(window.across(steps[start:end]), tops, bottoms, False)
    x, starts, ends = edges.full(steps, start)
    low, high = track.pyramid.columns(starts, ends)
    return Trace(x, window.down(high), window.down(low), True, edges.wide)
