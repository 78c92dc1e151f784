"""Gauge: how far an answer is from the model's beside what is tolerated, in powers of ten."""

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from dlstudio.ui.theme.ink import brush, pen
from dlstudio.ui.theme.tokens import Theme

LEAST, MOST = -9.0, 1.0
"""The powers of ten at its ends."""
HEIGHT, DOT, MARK, EDGE = 16, 4.0, 7.0, 6.0


class Gauge(QWidget):
    """A line that is green up to what is tolerated, a mark there, and a dot where the answer is."""

    def __init__(self, relative: float, tolerance: float, theme: Theme) -> None:
        super().__init__()
        self.relative, self.tolerance, self.theme = relative, tolerance, theme
        self.setProperty("role", "clear")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(80)
        self.setAccessibleName(f"{relative:.1e} apart, {tolerance:g} tolerated")
        self.setToolTip(f"{self.accessibleName()}; from {10**LEAST:g} on the left to {10**MOST:g} on the right")

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    def place(self, value: float) -> float:
        """Where a difference is on the line, in pixels."""
        power = MOST if not math.isfinite(value) else math.log10(max(value, 10**LEAST))
        share = (min(max(power, LEAST), MOST) - LEAST) / (MOST - LEAST)
        return EDGE + share * (self.width() - 2 * EDGE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, middle = QPainter(self), self.height() / 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        limit, at = self.place(self.tolerance), self.place(self.relative)
        painter.setPen(Qt.PenStyle.NoPen)
        for start, end, tint, strength in ((EDGE, limit, self.theme.good, 0.35), (limit, self.place(1e9), "", 1.0)):
            painter.setBrush(brush(tint or self.theme.line, strength))
            painter.drawRoundedRect(QRectF(start, middle - 2, end - start, 4), 2, 2)
        painter.setPen(pen(self.theme.muted, 1.5))
        painter.drawLine(QPointF(limit, middle - MARK), QPointF(limit, middle + MARK))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(self.theme.good if self.relative <= self.tolerance else self.theme.bad))
        painter.drawEllipse(QPointF(at, middle), DOT, DOT)
        painter.end()
