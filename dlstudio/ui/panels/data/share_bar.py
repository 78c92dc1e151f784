"""ShareBar: how large the parts are against each other, in a bar and in words."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from dlstudio.ui.panels.data.facts import PARTS, Facts
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.ink import brush, color
from dlstudio.ui.theme.tokens import OKABE_ITO, TINY, Theme

HIGH, LINE = 8, 16
COLORS = dict(zip(PARTS, OKABE_ITO, strict=False))
"""The colour of each part, here and in the bars of the classes."""


class ShareBar(QWidget):
    """One segment for each part, and under it what it is, how many samples, and which share."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.parts: dict[str, int] = {}
        self.all_in_each = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Shares of the parts")

    def sizeHint(self) -> QSize:
        return QSize(200, HIGH + 8 + LINE * len(self.parts))

    def show_parts(self, facts: Facts) -> None:
        """Other shares."""
        self.parts, self.all_in_each = dict(facts.parts), facts.split == "Everything"
        self.setAccessibleDescription("; ".join(self.lines()))
        self.setVisible(bool(self.parts))
        self.updateGeometry()
        self.update()

    def lines(self) -> list[str]:
        """What is said of each part."""
        whole = sum(self.parts.values()) or 1
        return [f"{PARTS[name]} {count:,} · {self._share(count, whole)}" for name, count in self.parts.items()]

    def _share(self, count: int, whole: int) -> str:
        return "all samples" if self.all_in_each else f"{100 * count / whole:.3g} %"

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        whole = sum(self.parts.values()) or 1
        room, x = self.width() - 2 * (len(self.parts) - 1), 0.0
        for name, count in self.parts.items():
            wide = room * count / whole
            painter.fillRect(QRectF(x, 0, wide, HIGH), brush(COLORS[name]))
            x += wide + 2
        for row, (name, count) in enumerate(self.parts.items()):
            top = HIGH + 8 + row * LINE
            painter.fillRect(QRectF(0, top + 4, 8, 8), brush(COLORS[name]))
            painter.setPen(color(self.theme.muted))
            painter.setFont(fonts.words(TINY))
            painter.drawText(QRectF(16, top, 100, LINE), Qt.AlignmentFlag.AlignVCenter, PARTS[name])
            painter.setFont(fonts.numbers(TINY))
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(QRectF(0, top, self.width() - 84, LINE), flags, f"{count:,}")
            painter.drawText(QRectF(0, top, self.width() - 4, LINE), flags, self._share(count, whole))
        painter.end()
