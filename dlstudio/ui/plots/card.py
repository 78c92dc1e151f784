"""Card: the values under the cross, in a small sheet beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QPainter, Qt

from dlstudio.ui.plots.axis import LEFT, LINE, RIGHT
from dlstudio.ui.theme.fonts import numbers, words
from dlstudio.ui.theme.ink import brush, color, pen
from dlstudio.ui.theme.tokens import TINY, Theme

PAD, APART, SWATCH, NAME = 8, 12, 12, 160
"""The air inside and beside the card, the stroke of colour, and the longest name."""


@dataclass(frozen=True, slots=True)
class Row:
    """One value: its colour, if it has one, its name, and a word on where it was measured."""

    name: str
    value: str
    tint: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A title and rows."""

    title: str
    rows: Sequence[Row] = ()


def paint_card(painter: QPainter, card: Card, at: QPointF, room: QRectF, theme: Theme) -> None:
    """Stands beside a place, where there is room."""
    name, mono = QFontMetricsF(words(TINY)), QFontMetricsF(numbers(TINY))
    fits = max(1, int((room.height() - 2 * PAD) / LINE) - 1)
    rows = list(card.rows[:fits])
    if len(card.rows) > fits:
        rows[-1] = Row(f"and {len(card.rows) - fits + 1} more", "")
    swatch = SWATCH + 6 if any(row.tint for row in rows) else 0
    valued = max((mono.horizontalAdvance(row.value) for row in rows), default=0.0)
    noted = max((mono.horizontalAdvance(row.note) + 8 for row in rows if row.note), default=0.0)
    limit = min(NAME, max(60.0, room.width() - swatch - valued - noted - 12 - 2 * PAD))
    named = min(limit, max((name.horizontalAdvance(row.name) for row in rows), default=0.0) + 1)
    wide = max(swatch + named + (12 + valued if valued else 0) + noted, mono.horizontalAdvance(card.title)) + 2 * PAD
    high = (len(rows) + 1) * LINE + 2 * PAD - 4
    x = at.x() + APART if at.x() + APART + wide <= room.right() else at.x() - APART - wide
    x = min(max(room.left(), x), max(room.left(), room.right() - wide))
    y = min(max(room.top(), at.y() - high / 2), max(room.top(), room.bottom() - high))
    painter.setPen(pen(theme.line))
    painter.setBrush(brush(theme.raised, 0.96))
    painter.drawRoundedRect(QRectF(x + 0.5, y + 0.5, wide, high), 6, 6)
    x, y = x + PAD, y + PAD - 2
    painter.setFont(numbers(TINY))
    painter.setPen(color(theme.muted))
    painter.drawText(QRectF(x, y, wide - 2 * PAD, LINE), LEFT, card.title)
    for number, row in enumerate(rows, 1):
        line = y + number * LINE
        if row.tint:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(brush(row.tint))
            painter.drawRoundedRect(QRectF(x, line + LINE / 2 - 1.5, SWATCH, 3), 1.5, 1.5)
        painter.setFont(words(TINY))
        painter.setPen(color(theme.text))
        shown = name.elidedText(row.name, Qt.TextElideMode.ElideMiddle, named)
        painter.drawText(QRectF(x + swatch, line, named + 2, LINE), LEFT, shown)
        painter.setFont(numbers(TINY))
        painter.drawText(QRectF(x + swatch + named + 12, line, valued + 1, LINE), RIGHT, row.value)
        painter.setPen(color(theme.muted))
        painter.drawText(QRectF(x + wide - 2 * PAD - noted, line, noted, LINE), RIGHT, row.note)
