"""Snap: where things that are moved come to lie: on the grid, or in line with what is near."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dlstudio.core.document import Point, Rect
from dlstudio.ui.canvas.plane import around, distance, middle, shifted

STEP = 8
"""Things lie on multiples of this many pixels."""
NEAR = 6.0
"""How near an edge must come to that of a neighbour, in pixels of the screen."""


class Line(NamedTuple):
    """A thin line that shows what is in line with what."""

    start: Point
    end: Point


class Snapped(NamedTuple):
    """How far things go, and the lines that say why."""

    dx: float
    dy: float
    lines: tuple[Line, ...]


def on_grid(value: float) -> float:
    return round(value / STEP) * STEP


def snap(first: Rect, dx: float, dy: float, others: Sequence[Rect], zoom: float) -> Snapped:
    """How far to move a rectangle that the mouse pulled by so much."""
    moved, reach = shifted(first, dx, dy), NEAR / zoom
    near = sorted(others, key=lambda other: distance(middle(other), middle(moved)))
    across = _nearest(_stops(moved.x, moved.width), ((s, o) for o in near for s in _stops(o.x, o.width)), reach)
    down = _nearest(_stops(moved.y, moved.height), ((s, o) for o in near for s in _stops(o.y, o.height)), reach)
    x = dx + across[0] if across else on_grid(first.x + dx) - first.x
    y = dy + down[0] if down else on_grid(first.y + dy) - first.y
    rect = shifted(first, x, y)
    lines = []
    if across:
        whole = around([rect, across[2]])
        lines.append(Line(Point(across[1], whole.y - STEP), Point(across[1], whole.y + whole.height + STEP)))
    if down:
        whole = around([rect, down[2]])
        lines.append(Line(Point(whole.x - STEP, down[1]), Point(whole.x + whole.width + STEP, down[1])))
    return Snapped(x, y, tuple(lines))


def _stops(start: float, length: float) -> tuple[float, float, float]:
    """Where a rectangle begins, has its middle, and ends."""
    return start, start + length / 2, start + length


def _nearest(
    mine: tuple[float, float, float], theirs: Iterable[tuple[float, Rect]], reach: float
) -> tuple[float, float, Rect] | None:
    """The least way to be in line with something: how far, at which line, and with what; the nearest of several."""
    best: tuple[float, float, Rect] | None = None
    for stop, rect in theirs:
        for own in mine:
            if abs(stop - own) <= reach and (best is None or abs(stop - own) < abs(best[0])):
                best = (stop - own, stop, rect)
    return best
