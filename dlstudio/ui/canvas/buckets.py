"""Buckets: which rectangles lie near a place, without looking at all of them."""

from collections.abc import Iterator
from typing import Generic, TypeVar

from dlstudio.core.document import Rect

K = TypeVar("K")
SIDE = 512
"""How wide and high one bucket is."""

Cells = tuple[int, int, int, int]


class Buckets(Generic[K]):
    """Rectangles under names, in a grid of buckets."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], dict[K, None]] = {}
        self._held: dict[K, Cells] = {}

    def put(self, key: K, rect: Rect) -> None:
        """Takes a rectangle in, or moves it."""
        cells = _cells(rect)
        if self._held.get(key) == cells:
            return
        self.drop(key)
        self._held[key] = cells
        for cell in _each(cells):
            self._cells.setdefault(cell, {})[key] = None

    def drop(self, key: K) -> None:
        for cell in _each(self._held.pop(key, (0, 0, -1, -1))):
            self._cells[cell].pop(key, None)
            if not self._cells[cell]:
                del self._cells[cell]

    def near(self, rect: Rect) -> Iterator[K]:
        """Whatever may touch a rectangle, each once."""
        cells = _cells(rect)
        if (cells[2] - cells[0]) * (cells[3] - cells[1]) > len(self._cells):
            yield from self._held
            return
        seen: set[K] = set()
        for cell in _each(cells):
            for key in self._cells.get(cell, ()):
                if key not in seen:
                    seen.add(key)
                    yield key


def _cells(rect: Rect) -> Cells:
    right, bottom = rect.x + rect.width, rect.y + rect.height
    return int(rect.x // SIDE), int(rect.y // SIDE), int(right // SIDE), int(bottom // SIDE)


def _each(cells: Cells) -> Iterator[tuple[int, int]]:
    left, top, right, bottom = cells
    return ((x, y) for x in range(left, right + 1) for y in range(top, bottom + 1))
