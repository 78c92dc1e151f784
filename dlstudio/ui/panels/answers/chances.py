"""Chances: how likely each class is held, as bars with names; the target and the answer are marked in words."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.ink import brush, color
from dlstudio.ui.theme.tokens import TINY, Theme

ROW, BAR, NAME, VALUE, NOTE, EDGE = 20, 10, 120, 64, 104, 8
NARROW = 240
"""Below this width names and values take no more than they need, and words on a row have no room."""


@dataclass(frozen=True, slots=True)
class Chance:
    """One row: its name, how long its bar is, what is written, and a word on it."""

    name: str
    share: float
    text: str
    note: str = ""
    good: bool | None = None
    """Whether it is right, where that is what it is about."""


@dataclass(frozen=True, slots=True)
class Columns:
    """How wide names, values and words are."""

    named: float
    valued: float
    noted: float


class Chances(QWidget):
    """As high as its rows; who has less room scrolls it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.rows: Sequence[Chance] = ()
        self.setAccessibleName("How likely each answer is")

    def show_rows(self, rows: Sequence[Chance]) -> None:
        """Other chances."""
        self.rows = rows
        self.setMinimumHeight(ROW * len(rows) + 2 * EDGE)
        said = (f"{row.name} {row.text} {row.note}".strip() for row in rows[:10])
        self.setAccessibleDescription(", ".join(said))
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(360, ROW * max(1, len(self.rows)) + 2 * EDGE)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setFont(fonts.words(TINY))
            metrics = painter.fontMetrics()
            slim = self.width() < NARROW
            longest = max((metrics.horizontalAdvance(row.name) for row in self.rows[:200]), default=0) + 4
            named = min(self.width() // 3 if slim else NAME, longest)
            noted = 0 if slim else max((metrics.horizontalAdvance(row.note) for row in self.rows), default=0)
            noted = min(NOTE, noted + 8) if noted else 0
            painter.setFont(fonts.numbers(TINY))
            valued = max((painter.fontMetrics().horizontalAdvance(row.text) for row in self.rows[:200]), default=0)
            columns = Columns(named, valued + 4 if slim else VALUE, noted)
            first = max(0, (event.rect().top() - EDGE) // ROW)
            for i, row in enumerate(self.rows[first : event.rect().bottom() // ROW + 1], first):
                self._paint(painter, row, EDGE + i * ROW, columns)

    def _paint(self, painter: QPainter, row: Chance, top: int, columns: Columns) -> None:
        theme, (named, valued, noted) = self.theme, astuple(columns)
        tint = theme.muted if row.good is None else theme.good if row.good else theme.bad
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(fonts.words(TINY))
        painter.setPen(color(theme.text if row.note else theme.muted))
        name = painter.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideRight, int(named))
        painter.drawText(QRectF(EDGE, top, named, ROW), Qt.AlignmentFlag.AlignRight | middle, name)
        left = EDGE + named + 8
        track = QRectF(left, top + (ROW - BAR) / 2, self.width() - left - valued - noted - EDGE, BAR)
        painter.fillRect(track, brush(theme.line, 0.5))
        track.setWidth(max(1.0 if row.share > 0 else 0.0, track.width() * min(1.0, max(0.0, row.share))))
        painter.fillRect(track, brush(tint))
        painter.setFont(fonts.numbers(TINY))
        painter.setPen(color(theme.text))
        value = QRectF(self.width() - EDGE - noted - valued, top, valued, ROW)
        painter.drawText(value, Qt.AlignmentFlag.AlignRight | middle, row.text)
        if row.note and noted:
            painter.setFont(fonts.words(TINY))
            painter.setPen(color(tint if row.good is not None else theme.text))
            note = QRectF(value.right() + 8, top, noted, ROW)
            painter.drawText(note, Qt.AlignmentFlag.AlignLeft | middle, row.note)
