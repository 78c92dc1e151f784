"""Axis: the numbers along one side of a plot, as pyqtgraph lays them out and as the house writes them."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from dlstudio.ui.plots.scale import Scale, Span, Tick
from dlstudio.ui.theme.fonts import numbers, words
from dlstudio.ui.theme.ink import color
from dlstudio.ui.theme.tokens import TINY, Theme

LINE = 16
"""The height of a row of numbers."""
TOP, EDGE, APART = 8, 12, 6
TALL, WIDE = 40, (72, 96, 128, 180, 260)
"""How far apart written values are at least, in pixels; beside each other they get as much as their words need."""
LEAST, GRID = 24, 4
"""How wide a side is at least, and in which steps it grows."""
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Axis(pg.AxisItem):  # type: ignore[misc]
    """Knows the span that it stands for from `seen` and how it is laid out from `ruler`; the steps have a title."""

    def __init__(self, side: str, seen: Callable[[], Span], ruler: Callable[[], Scale]) -> None:
        self.seen, self.ruler, self.title = seen, ruler, ""
        self._made: Sequence[Tick] | None = None
        self._room = 0.0
        super().__init__(side)
        self.enableAutoSIPrefix(False)
        self.upright = side != "bottom"
        if not self.upright:
            self.setHeight(LINE + 4)

    def set_theme(self, theme: Theme) -> None:
        self.setTextPen(color(theme.muted))
        self.setPen(color(theme.line))

    # What is written where

    @property
    def length(self) -> float:
        return float(self.size().height() if self.upright else self.size().width())

    def ticks(self) -> Sequence[Tick]:
        """The values along it, and the faint ones between them."""
        if self._made is None or self._room != self.length:
            self._room = self.length
            self._made = self.written(self._room) if self._room > 0 else []
        return self._made

    def written(self, room: float) -> Sequence[Tick]:
        """As many values as can be written in so much room."""
        if self.upright:
            return self.ruler().ticks(self.seen(), int(room / TALL))
        made: Sequence[Tick] = []
        for apart in WIDE:
            made = self.ruler().ticks(self.seen(), int(room / apart))
            texts = [tick.text for tick in made if tick.text]
            if all(_long(text) + 12 < room / len(texts) for text in texts):
                break
        return made

    def needed(self) -> float:
        """How wide it has to be."""
        widest = max((_long(tick.text) for tick in self.ticks() if tick.text), default=0.0)
        return max(LEAST, math.ceil((widest + APART + 4) / GRID) * GRID)

    def refresh(self) -> None:
        """Something else is seen."""
        span = self.seen()
        self.range, self._made = [span.low, span.high], None
        if self.upright and self.isVisible() and self.fixedWidth != (wide := self.needed()):
            self.setWidth(wide)
        self.update()

    # What pyqtgraph asks

    def linkedViewChanged(self, view: Any, newRange: object = None) -> None:  # noqa: N803
        self.refresh()

    def paint(self, painter: QPainter, option: object, widget: object) -> None:
        """Drawn straight and not through a recorded picture, so that letters become shapes where it is exported."""
        wide, span = self.size().width(), self.seen()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setFont(numbers(TINY))
        if self.upright:
            painter.setPen(self.textPen())
            room, flags = (QRectF(0, 0, wide - APART, LINE), RIGHT) if self.orientation == "left" else (
                QRectF(APART, 0, wide - APART, LINE), LEFT)  # fmt: skip
            for tick in self.ticks():
                y = round((1 - span.share(tick.place)) * self.length)
                painter.drawText(room.translated(0, y - LINE / 2), flags, tick.text)
        else:
            self._paint_steps(painter, wide, span)

    def _paint_steps(self, painter: QPainter, wide: float, span: Span) -> None:
        """Short lines with numbers under them, and what they count at the end."""
        end = wide + EDGE - 4
        limit = end - QFontMetricsF(words(TINY)).horizontalAdvance(self.title) - 8
        places = [(round(span.share(tick.place) * wide), tick.text) for tick in self.ticks()]
        painter.setPen(self.pen())
        painter.drawLines([QLineF(0, 0, wide, 0), *(QLineF(x, 0, x, 4 if text else 2) for x, text in places)])
        painter.setPen(self.textPen())
        for x, text in places:
            half = _long(text) / 2 + 1
            if text and x + half <= limit:
                painter.drawText(QRectF(x - half, 4, 2 * half, LINE), CENTER, text)
        painter.setFont(words(TINY))
        painter.drawText(QRectF(limit, 4, end - limit, LINE), RIGHT, self.title)


def _long(text: str) -> float:
    return QFontMetricsF(numbers(TINY)).horizontalAdvance(text)
