"""Tiled: samples in rows that scroll, of which only those in sight are wanted and painted."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea

from dlstudio.ui.own_keys import taken
from dlstudio.ui.theme.tokens import Theme

GAP, EDGE = 8, 8
"""Pixels between two samples, and around all of them."""
STEPS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
    Qt.Key.Key_PageUp: (0, -3), Qt.Key.Key_PageDown: (0, 3),
}  # fmt: skip
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
KEYS = (*STEPS, *ENTER, Qt.Key.Key_Home, Qt.Key.Key_End)


class Tiled(QAbstractScrollArea):
    """The arrow keys go from one sample to the next, Enter opens it; those who derive from it paint."""

    opened = Signal(int)
    """The sample at this place is wanted large."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.theme = theme
        self.at = 0
        self.wide = False
        """Whether the samples are no pictures, and need the width of words, numbers and waves."""
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)

    # What those who derive from it say

    @property
    def total(self) -> int:
        """How many samples there are."""
        raise NotImplementedError

    @property
    def least(self) -> int:
        """How wide one is at least."""
        raise NotImplementedError

    def height_of(self, wide: float) -> float:
        """How high one is that is so wide, with the space behind both."""
        raise NotImplementedError

    def describe_one(self) -> None:
        """Says in words which sample the keys are at."""
        raise NotImplementedError

    # Where things lie

    @property
    def across(self) -> int:
        """How many stand side by side."""
        return max(1, (self.viewport().width() - 2 * EDGE + GAP) // (self.least + GAP))

    @property
    def cell(self) -> tuple[float, float]:
        """How wide and high one is with the space behind it."""
        wide = (self.viewport().width() - 2 * EDGE + GAP) / self.across
        return wide, self.height_of(wide)

    def rect_of(self, at: int) -> QRectF:
        """Where a sample stands in the viewport."""
        (wide, high), (row, column) = self.cell, divmod(at, self.across)
        top = EDGE + row * high - self.verticalScrollBar().value()
        return QRectF(round(EDGE + column * wide), round(top), round(wide - GAP), round(high - GAP))

    def in_sight(self) -> range:
        """The places of those that can be seen."""
        high = self.cell[1]
        top = self.verticalScrollBar().value() - EDGE
        first = max(0, int(top // high)) * self.across
        last = (int((top + self.viewport().height()) // high) + 1) * self.across
        return range(first, min(self.total, last))

    def place(self, point: QPoint) -> int | None:
        """The sample at a point."""
        return next((at for at in self.in_sight() if self.rect_of(at).contains(QPointF(point))), None)

    def measure(self) -> None:
        """Fits the scroll bar to what there is."""
        rows = -(-self.total // self.across)
        bar, high = self.verticalScrollBar(), self.cell[1]
        bar.setRange(0, max(0, round(rows * high + 2 * EDGE - GAP - self.viewport().height())))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(round(high / 3))

    # What is done

    def choose(self, at: int) -> None:
        """Goes to a sample, and brings it into sight."""
        self.at = max(0, min(self.total - 1, at))
        room, bar = self.rect_of(self.at), self.verticalScrollBar()
        if room.top() < 0:
            bar.setValue(round(bar.value() + room.top() - EDGE))
        elif room.bottom() > self.viewport().height():
            bar.setValue(round(bar.value() + room.bottom() - self.viewport().height() + EDGE))
        self.describe_one()
        self.viewport().update()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.measure()

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self.place(event.position().toPoint())
        if at is not None and event.button() == Qt.MouseButton.LeftButton:
            self.choose(at)

    def event(self, event: QEvent) -> bool:
        return taken(event, KEYS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in STEPS:
            across, down = STEPS[Qt.Key(key)]
            to = self.at + across + down * self.across
            if 0 <= to < self.total:
                self.choose(to)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.choose(0 if key == Qt.Key.Key_Home else self.total - 1)
        elif key in ENTER and self.total:
            self.opened.emit(self.at)
        else:
            super().keyPressEvent(event)
