"""ColorBar: which number a colour stands for."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from dlstudio.ui.plots.axis import APART, LEFT, LINE
from dlstudio.ui.plots.raster import rainbow
from dlstudio.ui.plots.scale import Scale, Span
from dlstudio.ui.theme.fonts import numbers, words
from dlstudio.ui.theme.ink import brush, color
from dlstudio.ui.theme.tokens import TINY, Theme

BAR, LOWEST = 12, 20


@dataclass(frozen=True, slots=True)
class ColorBar:
    """From the least to the greatest on a scale; `others` are colours for what lies outside."""

    scale: Scale
    span: Span
    unit: str
    others: tuple[tuple[str, str], ...] = ()

    def width(self) -> float:
        """How much room it takes."""
        metrics = QFontMetricsF(numbers(TINY))
        texts = [tick.text for tick in self.scale.ticks(self.span, 4)] + [name for name, _ in self.others]
        unit = min(96.0, QFontMetricsF(words(TINY)).horizontalAdvance(self.unit))
        wide = BAR + APART + max((metrics.horizontalAdvance(text) for text in texts), default=0.0)
        return max(wide, unit) + 16

    def paint(self, painter: QPainter, room: QRectF, theme: Theme) -> None:
        """Stands in a room of its width."""
        left = room.left() + 8
        unit_font = words(TINY)
        painter.setFont(unit_font)
        painter.setPen(color(theme.muted))
        top = room.top()
        if self.unit:
            text = QFontMetricsF(unit_font).elidedText(self.unit, Qt.TextElideMode.ElideRight, room.width() - 8)
            painter.drawText(QRectF(left, top - 2, room.width() - 8, LINE), LEFT, text)
            top += LINE + 4
        high = max(float(LOWEST), room.bottom() - top - len(self.others) * LINE)
        painter.drawImage(QRectF(left, top, BAR, high), rainbow())
        painter.setFont(numbers(TINY))
        for tick in self.scale.ticks(self.span, int(high / 28)):
            if tick.text:
                y = top + high - self.span.share(tick.place) * high
                y = min(max(y, top + 5), top + high - 5)
                painter.drawText(QRectF(left + BAR + APART, y - LINE / 2, 80, LINE), LEFT, tick.text)
        for number, (name, tint) in enumerate(self.others):
            y = top + high + 4 + number * LINE
            painter.fillRect(QRectF(left, y + 2, BAR, LINE - 6), brush(tint))
            painter.drawText(QRectF(left + BAR + APART, y - 1, 80, LINE), LEFT, name)
