"""Shapes: how the points of a class look, so that nobody needs its colour; and a row of them with their names."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from dlstudio.ui.plots.colors import hue_color
from dlstudio.ui.theme.fonts import words
from dlstudio.ui.theme.ink import brush, color, pen
from dlstudio.ui.theme.tokens import TINY, Theme

SYMBOLS = ("o", "s", "t1", "d", "t", "star", "p", "+")
"""As pyqtgraph calls them; classes that come round again take another shape for the same colour."""
SIDE, APART, LONGEST, HIGH = 10, 12, 96, 18


def symbol(kind: int) -> str:
    """The shape of a class."""
    return SYMBOLS[(kind + kind // len(SYMBOLS)) % len(SYMBOLS)]


def path(name: str) -> QPainterPath:
    """A shape of one pixel about the middle."""
    from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols

    found: QPainterPath = Symbols[name]
    return found


class Key(QWidget):
    """The classes with their shapes; what has no room is counted."""

    def __init__(self, theme: Theme, *, lines: int = 1) -> None:
        super().__init__()
        self.theme, self.lines = theme, lines
        self.names: tuple[str, ...] = ()
        self.hollow = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Classes")

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(words(TINY))
        wide = round(sum(self._wide(metrics, text) for _, text in self._entries()))
        return QSize(wide if self.lines == 1 else self.width(), HIGH * self._count())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, HIGH * self._count())

    def show_names(self, names: Sequence[str], *, hollow: bool = False) -> None:
        """Other classes; and whether hollow shapes are explained."""
        if (tuple(names), hollow) != (self.names, self.hollow):
            self.names, self.hollow = tuple(names), hollow
            self.setAccessibleDescription(", ".join(names))
            self.updateGeometry()
            self.update()

    def _entries(self) -> list[tuple[int, str]]:
        entries = list(enumerate(self.names))
        return [*entries, (-1, "validation")] if self.hollow else entries

    def _wide(self, metrics: QFontMetricsF, text: str) -> float:
        return SIDE + 6 + min(self.longest, metrics.horizontalAdvance(text)) + 2 + APART

    @property
    def longest(self) -> float:
        """How wide a name may be: as wide as it is where all have room in one line."""
        metrics, entries = QFontMetricsF(words(TINY)), self._entries()
        whole = sum(metrics.horizontalAdvance(text) + SIDE + 8 + APART for _, text in entries) - APART
        return math.inf if whole <= self.width() + 1 else float(LONGEST)

    def _places(self) -> list[QPointF]:
        """Where each entry begins, line by line; those that have no room are left out."""
        metrics, found, x, line = QFontMetricsF(words(TINY)), list[QPointF](), 0.0, 0
        for _, text in self._entries():
            wide = self._wide(metrics, text)
            if x and x + wide - APART > self.width() + 1:
                x, line = 0.0, line + 1
            if line >= self.lines:
                break
            found.append(QPointF(x, line * HIGH))
            x += wide
        return found

    def _count(self) -> int:
        """How many lines there are."""
        places = self._places() if self.lines > 1 else []
        return round(places[-1].y() / HIGH) + 1 if places else 1

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(words(TINY))
        metrics = QFontMetricsF(words(TINY))
        for (kind, text), at in zip(self._entries(), self._places(), strict=False):
            self._shape(painter, at + QPointF(SIDE / 2 + 1, HIGH / 2), kind)
            painter.setPen(color(self.theme.muted))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, min(self.longest, self.width()))
            room = QRectF(at.x() + SIDE + 6, at.y(), metrics.horizontalAdvance(shown) + 8, HIGH)
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def _shape(self, painter: QPainter, at: QPointF, kind: int) -> None:
        tint = hue_color(kind, self.theme) if kind >= 0 else self.theme.muted
        painter.save()
        painter.translate(at)
        painter.scale(SIDE - 1, SIDE - 1)
        painter.setPen(pen(tint, 1.5, fixed=True))
        painter.setBrush(brush(tint) if kind >= 0 else Qt.BrushStyle.NoBrush)
        painter.drawPath(path(symbol(max(kind, 0))))
        painter.restore()


def arrow(start: QPointF, end: QPointF, head: float) -> QPolygonF:
    """The tip of an arrow that ends at a place."""
    way = end - start
    length = (way.x() ** 2 + way.y() ** 2) ** 0.5 or 1.0
    along = QPointF(way.x() / length * head, way.y() / length * head)
    side = QPointF(-along.y(), along.x()) * 0.5
    return QPolygonF([end, end - along + side, end - along - side])
