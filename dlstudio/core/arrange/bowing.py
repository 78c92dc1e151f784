"""Bowing: a row of nodes steps down where a wire along the same row would run hidden behind it."""

from collections.abc import Iterable, Mapping
from math import ceil
from typing import NamedTuple

Place = tuple[float, float]
_GRID = 4


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    def touches(self, other: "_Box") -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


def bow(
    places: Mapping[str, Place],
    sizes: Mapping[str, tuple[float, float]],
    wires: Iterable[tuple[str, str]],
    *,
    gap: float = 32,
) -> dict[str, Place]:
    """The places of a drawing that flows to the right, with nodes moved out from under level wires, outer first."""
    boxes = {node: _Box(x, y, x + sizes[node][0], y + sizes[node][1]) for node, (x, y) in places.items()}
    forward = {(a, b) for a, b in wires if boxes[a].right < boxes[b].left}
    for source, target in sorted(forward, key=lambda wire: (boxes[wire[0]].right - boxes[wire[1]].left, *wire)):
        boxes |= _moved(boxes[source], boxes[target], boxes, gap)
    return {node: (box.left, box.top) for node, box in boxes.items()}


def _moved(source: _Box, target: _Box, boxes: Mapping[str, _Box], gap: float) -> dict[str, _Box]:
    """The boxes that make room for a level wire: those on it and all below them; none, where they would collide."""
    high, low = sorted((source.middle, target.middle))
    between = {node: box for node, box in boxes.items() if source.right < box.left and box.right < target.left}
    behind = [box for box in between.values() if box.top < low and high < box.bottom]
    if low - high > gap or not behind:
        return {}
    top = min(box.top for box in behind)
    shift = _GRID * ceil((low + gap - top) / _GRID)
    below = {node: box for node, box in between.items() if box.top >= top}
    moved = {node: box._replace(top=box.top + shift, bottom=box.bottom + shift) for node, box in below.items()}
    others = [box for node, box in boxes.items() if node not in moved]
    return {} if any(box.touches(other) for box in moved.values() for other in others) else moved
