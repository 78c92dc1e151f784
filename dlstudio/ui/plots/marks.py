"""Marks: hairlines at steps where something happened, with a small flag."""

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPolygonF

from dlstudio.ui.plots.axis import LEFT
from dlstudio.ui.plots.line import Mark
from dlstudio.ui.plots.scale import Scale, Span
from dlstudio.ui.theme.fonts import words
from dlstudio.ui.theme.ink import brush, color, mixed, pen
from dlstudio.ui.theme.tokens import TINY, Theme

FLAG = 16
"""The height of a flag; rows of flags stand below each other."""
ROWS = 3
PENNANT = ((-4, 0), (4, 0), (0, -7))


def tint(mark: Mark, theme: Theme) -> str:
    return {"finding": theme.warn, "change": theme.muted, "stop": theme.bad, "cursor": theme.accent}[mark.kind]


def places(marks: Sequence[Mark], room: QRectF, seen: Span, scale: Scale) -> list[tuple[Mark, float]]:
    """The marks in sight, from left to right."""
    found = []
    for mark in sorted(marks, key=lambda each: each.step):
        share = seen.share(scale.place(mark.step))
        if 0 <= share <= 1:
            found.append((mark, room.left() + share * room.width()))
    return found


def paint_marks(
    painter: QPainter, marks: Sequence[Mark], room: QRectF, span: Span, scale: Scale, theme: Theme
) -> list[tuple[Mark, QRectF]]:
    """Draws them; says where the flags are. What has no room for words keeps a small pennant."""
    metrics = QFontMetricsF(words(TINY))
    ends, flags = [room.left()] * ROWS, []
    painter.setFont(words(TINY))
    seen = [(mark, round(place) + 0.5, tint(mark, theme)) for mark, place in places(marks, room, span, scale)]
    for mark, x, hue in seen:
        painter.setPen(pen(hue, dashed=mark.kind == "change", opacity=0.8))
        painter.drawLine(QLineF(x, room.top(), x, room.bottom()))
    for mark, x, hue in seen:
        wide = metrics.horizontalAdvance(mark.text) + 9
        left = x if x + wide <= room.right() else x - wide
        row = next((n for n, end in enumerate(ends) if left >= end), None)
        if row is None or not mark.text:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(brush(hue))
            painter.drawPolygon(QPolygonF([QPointF(x + at, room.bottom() + up) for at, up in PENNANT]))
            flags.append((mark, QRectF(x - 4, room.bottom() - 10, 9, 10)))
            continue
        ends[row] = left + wide + 4
        box = QRectF(left, room.top() + row * (FLAG + 2), wide, FLAG)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(mixed(theme.panel, hue, 0.18)))
        painter.drawRoundedRect(box, 2, 2)
        painter.setPen(color(theme.text))
        painter.drawText(box.adjusted(4, 0, 4, 0), LEFT, mark.text)
        flags.append((mark, box))
    return flags
