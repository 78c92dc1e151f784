"""Bars: a few numbers in a row, up for more than zero and down for less; and how often values occur."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from dlstudio.ui.plots.heat import LARGEST, Cell, Heat, Picture
from dlstudio.ui.theme.ink import brush, pen
from dlstudio.ui.theme.tokens import Theme

HIGH = 48


class Bars(Heat):
    """A vector; its picture has one row, whose colours are those of the bars."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.values: Sequence[float] = ()

    def show_bars(self, picture: Picture, values: Sequence[float]) -> None:
        """Other numbers, between -1 and 1."""
        self.values = values
        self.show_picture(picture)

    def _fit(self) -> None:
        self._across = 1
        self._size = min(float(LARGEST), self.width() / max(1, len(self.values))), float(HIGH)
        self.setFixedHeight(HIGH)

    def cell(self, point: QPoint) -> Cell | None:
        column = int(point.x() // self._size[0])
        return (0, 0, column) if 0 <= column < len(self.values) else None

    def draw(self, painter: QPainter, picture: Picture) -> None:
        """Each number from the middle."""
        wide, middle = self._size[0], HIGH / 2
        gap = 1 if wide >= 3 else 0
        painter.setPen(Qt.PenStyle.NoPen)
        image = picture.tiles[0]
        for i, value in enumerate(self.values):
            length = max(1.0, abs(value) * (middle - 1))
            top = middle - length if value >= 0 else middle
            painter.fillRect(QRectF(i * wide, top, max(wide - gap, 0.5), length), image.pixelColor(i, 0))
        painter.setPen(pen(self.theme.muted, opacity=0.5))
        painter.drawLine(0, int(middle), int(wide * len(self.values)), int(middle))


class Histogram(QWidget):
    """How often values occur between the least and the greatest."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.counts: Sequence[int] = ()
        self.zero: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(40)

    def sizeHint(self) -> QSize:
        return QSize(40, 40)

    def show_counts(self, counts: Sequence[int], zero: float | None) -> None:
        """Other counts; `zero` is the place of zero between the ends, where it lies there."""
        self.counts, self.zero = counts, zero
        self.setToolTip(f"How often values occur, from the least to the greatest; the highest bar is {max(counts):,}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        most, wide, high = max(self.counts, default=0), self.width(), self.height() - 1
        each = wide / max(1, len(self.counts))
        for i, count in enumerate(self.counts):
            if count:
                top = max(1.0, count / most * high)
                painter.fillRect(QRectF(i * each, high - top, max(1.0, each - 1), top), brush(self.theme.muted, 0.7))
        painter.setPen(pen(self.theme.line))
        painter.drawLine(0, high, wide, high)
        if self.zero is not None:
            painter.setPen(pen(self.theme.text, dashed=True, opacity=0.6))
            painter.drawLine(int(self.zero * (wide - 1)), 0, int(self.zero * (wide - 1)), high)
