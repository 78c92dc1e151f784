"""Balance: how many samples each class has, in bars with a piece for each part."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from dlstudio.ui.panels.data.facts import PARTS
from dlstudio.ui.panels.data.share_bar import COLORS
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.ink import brush, color
from dlstudio.ui.theme.tokens import SMALL, TINY, Theme

ROW, NAME, COUNT, LEGEND = 20, 112, 64, 24
MOST = 400
"""So many classes have a bar."""

Counts = Mapping[str, Mapping[str, int]]


class Balance(QWidget):
    """One bar for each class of a column."""

    def __init__(self, column: str, counts: Counts, theme: Theme, *, all_in_each: bool) -> None:
        super().__init__()
        self.column, self.counts, self.theme = column, counts, theme
        self.parts = ["train"] if all_in_each else [part for part in PARTS if sum(counts.get(part, {}).values())]
        self.classes = list(next(iter(counts.values()), {}))[:MOST]
        self.setAccessibleName(f"Balance of {column}")
        self.setAccessibleDescription("; ".join(self.told(name) for name in self.classes[:40]))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def total(self, name: str) -> int:
        return sum(self.counts[part].get(name, 0) for part in self.parts)

    def told(self, name: str) -> str:
        """What is said of a class."""
        pieces = ", ".join(f"{PARTS[part]} {self.counts[part].get(name, 0):,}" for part in self.parts)
        return f"{name}: {self.total(name):,} ({pieces})"

    def sizeHint(self) -> QSize:
        return QSize(320, LEGEND + ROW * len(self.classes))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._legend(painter)
        most = max((self.total(name) for name in self.classes), default=1) or 1
        room = self.width() - NAME - COUNT - 8
        first = max(0, (event.rect().top() - LEGEND) // ROW)
        for row in range(first, min(len(self.classes), (event.rect().bottom() - LEGEND) // ROW + 1)):
            name, top, x = self.classes[row], LEGEND + row * ROW, float(NAME)
            painter.setFont(fonts.words(SMALL))
            painter.setPen(color(self.theme.text if self.total(name) else self.theme.muted))
            text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, NAME - 12)
            painter.drawText(QRectF(0, top, NAME - 8, ROW), Qt.AlignmentFlag.AlignVCenter, text)
            for part in self.parts:
                wide = room * self.counts[part].get(name, 0) / most
                painter.fillRect(QRectF(x, top + 5, max(0.0, wide - 1), ROW - 10), brush(COLORS[part]))
                x += wide
            painter.setFont(fonts.numbers(SMALL))
            painter.setPen(color(self.theme.text))
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(QRectF(self.width() - COUNT, top, COUNT, ROW), flags, f"{self.total(name):,}")
        painter.end()

    def _legend(self, painter: QPainter) -> None:
        painter.setFont(fonts.words(TINY))
        x = float(NAME)
        for part in self.parts:
            painter.fillRect(QRectF(x, 6, 8, 8), brush(COLORS[part]))
            painter.setPen(color(self.theme.muted))
            wide = painter.fontMetrics().horizontalAdvance(PARTS[part])
            painter.drawText(QRectF(x + 14, 0, wide + 4, 20), Qt.AlignmentFlag.AlignVCenter, PARTS[part])
            x += wide + 32

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            row = (event.pos().y() - LEGEND) // ROW
            if 0 <= row < len(self.classes):
                QToolTip.showText(event.globalPos(), self.told(self.classes[row]), self)
            return True
        return super().event(event)
