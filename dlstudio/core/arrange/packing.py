"""Where the parts of a drawing that no wire connects stand to each other."""

from collections.abc import Sequence
from math import isqrt
from typing import NamedTuple

_SHAPE = 2


class Box(NamedTuple):
    """The room of one part."""

    along: int
    across: int


def shelve(parts: Sequence[Box], lone: Sequence[Box], gap: int) -> list[tuple[int, int]]:
    """Corners of the parts and then of the lone nodes, on shelves as long as the longest part."""
    return _Shelves(_length([*parts, *lone], gap), gap).corners(parts, lone)


def _length(boxes: Sequence[Box], gap: int) -> int:
    """At least the longest box, and long enough for many small ones to make a block and not a strip."""
    area = sum((box.along + gap) * (box.across + gap) for box in boxes)
    return max([isqrt(area * _SHAPE), *(box.along for box in boxes)])


class _Shelves:
    """Rows along the flow, filled in order."""

    def __init__(self, length: int, gap: int) -> None:
        self.length = length
        self.gap = gap
        self.along = self.across = self.depth = 0

    def corners(self, parts: Sequence[Box], lone: Sequence[Box]) -> list[tuple[int, int]]:
        first = [self._put(box, 2 * self.gap) for box in parts]
        self._next(2 * self.gap)
        return first + [self._put(box, self.gap) for box in lone]

    def _put(self, box: Box, gap: int) -> tuple[int, int]:
        if self.along + box.along > self.length:
            self._next(gap)
        corner = self.along, self.across
        self.along += box.along + gap
        self.depth = max(self.depth, box.across)
        return corner

    def _next(self, gap: int) -> None:
        if self.along:
            self.across += self.depth + gap
            self.along = self.depth = 0
