"""Roller: a scroll bar that knows which rows are in sight."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QScrollBar

TIGHT, LEAST_ROW, ROW = 9, 14, 18
"""How high a row of the heat map is at least where all have room, where not, and beside curves."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How high the rows are together, whether they are those of a heat map, and whether all are wanted at once."""

    room: float
    heat: bool
    all: bool

    def page(self, count: int) -> int:
        """How many of so many rows are in sight."""
        if self.heat and (self.all or not self.crowded(count)):
            return count
        return max(1, min(count, int(self.room / (LEAST_ROW if self.heat else ROW))))

    def crowded(self, count: int) -> bool:
        """Whether so many have no room for their names."""
        return count * TIGHT > self.room


class Roller(QScrollBar):
    """Its value is the first row in sight."""

    def __init__(self, shape: Callable[[], Shape]) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.shape = shape
        self.setAccessibleName("Which layers are in sight")

    def part(self, count: int) -> slice:
        """The rows in sight of so many."""
        return slice(self.value(), self.value() + self.shape().page(count))

    def fit(self, count: int) -> bool:
        """Goes as far as there are rows; whether some are out of sight."""
        page = self.shape().page(count)
        with QSignalBlocker(self):
            self.setPageStep(page)
            self.setRange(0, count - page)
        return page < count

    def reveal(self, at: int, count: int) -> None:
        """Brings a row into sight."""
        page = self.shape().page(count)
        if not self.value() <= at < self.value() + page:
            with QSignalBlocker(self):
                self.setMaximum(max(0, count - page))
                self.setValue(at - page // 2)
