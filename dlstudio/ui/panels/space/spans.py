"""Spans: how far codes of one class and of two lie from each other, as two hills over one axis of distance."""

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from dlstudio.ui.plots.colors import hue_color
from dlstudio.ui.theme.fonts import numbers, words
from dlstudio.ui.theme.ink import brush, color, pen
from dlstudio.ui.theme.tokens import TINY, Theme

if TYPE_CHECKING:
    from dlstudio.training.questions.latent import Distances

HIGH, LINE, EDGE = 140, 16, 8
NAMES = ("one class", "two classes")


class Spans(QWidget):
    """Two hills, each as high as the other at its highest; the margin of the loss stands as a bar behind the first."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.found: Distances | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Distances between codes")

    def sizeHint(self) -> QSize:
        return QSize(200, HIGH)

    def show_distances(self, found: "Distances | None") -> None:
        """Other distances."""
        self.found = found
        self.setVisible(found is not None)
        if found is not None:
            self.setAccessibleDescription(" · ".join(said(found)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.found is None:
            return
        found, painter = self.found, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(0, LINE + 4, self.width() - EDGE, HIGH - 4 - 4 * LINE)
        for hue, counts in enumerate((found.same, found.other)):
            self._hill(painter, room, counts, hue)
        if found.margin is not None:
            self._margin(painter, room, middle(found.same, found.longest), found)
        painter.setPen(pen(self.theme.line))
        painter.drawLine(room.bottomLeft(), room.bottomRight())
        painter.setFont(numbers(TINY))
        painter.setPen(color(self.theme.muted))
        under = QRectF(room.left(), room.bottom() + 2, room.width(), LINE)
        painter.drawText(under, Qt.AlignmentFlag.AlignLeft, "0")
        painter.drawText(under, Qt.AlignmentFlag.AlignRight, f"{found.longest:.3g}")
        painter.setFont(words(TINY))
        for number, (hue, text) in enumerate(zip((0, 1), said(found)[:2], strict=True)):
            line = under.translated(0, LINE * (number + 1) - 2)
            painter.fillRect(QRectF(line.left(), line.center().y() - 1, 10, 3), brush(hue_color(hue, self.theme)))
            painter.setPen(color(self.theme.muted))
            painter.drawText(line.adjusted(16, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)

    def _hill(self, painter: QPainter, room: QRectF, counts: Any, hue: int) -> None:
        heights = np.asarray(counts, float)
        heights = heights / (heights.max() or 1.0)
        each = room.width() / len(heights)
        top = [
            QPointF(room.left() + (n + 0.5) * each, room.bottom() - share * (room.height() - 2))
            for n, share in enumerate(heights)
        ]
        hill = QPolygonF([room.bottomLeft(), *top, room.bottomRight()])
        painter.setPen(pen(hue_color(hue, self.theme), 1.5, dashed=hue == 1))
        painter.setBrush(brush(hue_color(hue, self.theme), 0.25))
        painter.drawPolygon(hill)

    def _margin(self, painter: QPainter, room: QRectF, start: float, found: "Distances") -> None:
        """From the middle of those of one class, as far as the loss wants others to be beyond."""
        assert found.margin is not None
        scale = room.width() / found.longest
        y = room.top() - 8
        left, right = start * scale, min(room.width(), (start + found.margin) * scale)
        painter.setPen(pen(self.theme.text, 1.0))
        painter.drawLine(QPointF(left, y), QPointF(right, y))
        for x in (left, right):
            painter.drawLine(QPointF(x, y - 3), QPointF(x, y + 3))
        painter.setFont(words(TINY))
        painter.drawText(QPointF(min(right + 4, room.width() - 72), y + 4), f"margin {found.margin:g}")


def middle(counts: Any, longest: float) -> float:
    """The distance below which half of the pairs are."""
    sums = np.cumsum(np.asarray(counts, float))
    place = int(np.searchsorted(sums, sums[-1] / 2)) if sums[-1] else 0
    return (place + 0.5) / len(sums) * longest


def said(found: "Distances") -> tuple[str, str, str]:
    """The distances in words."""
    one, two = (
        f"{name}: {middle(counts, found.longest):.3g}"
        for name, counts in zip(NAMES, (found.same, found.other), strict=True)
    )
    return one, two, f"{100 * found.verification:.1f} % of pairs are on the right side"
