"""Bubble: a few words at the mouse while something is pulled."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from dlstudio.ui.canvas.stage import Tone
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.ink import brush, color, pen
from dlstudio.ui.theme.tokens import SMALL, Theme

WIDEST, AWAY = 320.0, 16.0
"""How wide the words may run, and how far from the mouse they stand."""


def bubble(painter: QPainter, text: str, tone: Tone, at: QPointF, room: QRectF, theme: Theme) -> None:
    """Words beside a pixel, wholly inside a room; a coloured edge says how they are meant."""
    tints = {"plain": theme.line, "good": theme.good, "warn": theme.warn, "bad": theme.bad}
    wrap = int(Qt.TextFlag.TextWordWrap)
    needs = QFontMetricsF(fonts.words(SMALL)).boundingRect(QRectF(0, 0, WIDEST, 400), wrap, text)
    box = QRectF(at.x() + AWAY, at.y() + AWAY, needs.width() + 22, needs.height() + 12)
    if box.right() > room.right() - 8:
        box.moveRight(max(at.x() - AWAY, room.left() + 8 + box.width()))
    if box.bottom() > room.bottom() - 8:
        box.moveBottom(at.y() - AWAY)
    painter.setPen(pen(theme.line))
    painter.setBrush(brush(theme.raised))
    painter.drawRoundedRect(box, 6, 6)
    painter.fillRect(QRectF(box.x() + 6, box.y() + 6, 2, box.height() - 12), brush(tints[tone]))
    painter.setFont(fonts.words(SMALL))
    painter.setPen(color(theme.text))
    painter.drawText(box.adjusted(14, 6, -8, -6), wrap, text)
