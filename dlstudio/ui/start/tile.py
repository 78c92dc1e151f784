"""Tile: one template as a card: its drawing, its title, what it teaches, how large it is and how long it trains."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent

from dlstudio.ui.canvas.brushwork import elided
from dlstudio.ui.start.gallery import Entry
from dlstudio.ui.start.picture_button import PictureButton
from dlstudio.ui.start.thumbnail import RATIO
from dlstudio.ui.start.words import lines
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.ink import brush, color, pen
from dlstudio.ui.theme.letters import scaled, widened
from dlstudio.ui.theme.tokens import BODY, TINY, Theme

PICTURE, WORDS, LEAST, MARGIN = 112, 92, 220, 12
"""How high the drawing is and the words under it, how narrow a tile may be, and how far words are from its edge."""
CORNER = 8.0


def size() -> QSize:
    """How narrow a tile may be, and how high it is."""
    return QSize(widened(LEAST), PICTURE + scaled(WORDS))


class Tile(PictureButton):
    """A button that shows a template."""

    def __init__(self, entry: Entry, theme: Theme) -> None:
        facts = f"{entry.size}{f', trains in about {entry.took} on two cores' if entry.took else ''}"
        super().__init__(entry.title, f"{entry.about} {facts}", f"{entry.title}\n{entry.about}\n{facts}", theme)
        self.entry = entry

    def sizeHint(self) -> QSize:
        return size()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        self._ground(painter, box)
        self._words(painter, box)
        painter.end()

    def _ground(self, painter: QPainter, box: QRectF) -> None:
        theme = self.theme
        shape = QPainterPath()
        shape.addRoundedRect(box, CORNER, CORNER)
        painter.fillPath(shape, brush(theme.hover if self.underMouse() else theme.raised))
        painter.save()
        painter.setClipPath(shape)
        top = QRectF(box.x(), box.y(), box.width(), PICTURE)
        painter.fillRect(top, brush(theme.window))
        if self.image is not None:
            share = min(1 / RATIO, (box.width() - 8) / self.image.width())
            size = QRectF(0, 0, self.image.width() * share, self.image.height() * share)
            size.moveCenter(top.center())
            painter.drawImage(size, self.image)
        painter.restore()
        lit = self.hasFocus() or self.isDown()
        painter.setPen(pen(theme.accent if lit else theme.line, 2.0 if lit else 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(shape)

    def _words(self, painter: QPainter, box: QRectF) -> None:
        left, width = box.x() + MARGIN, box.width() - 2 * MARGIN
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setPen(color(self.theme.text))
        body, tiny, under, high = scaled(BODY), scaled(TINY), box.y() + PICTURE, scaled(18)
        painter.setFont(fonts.words(body, bold=True))
        painter.drawText(QRectF(left, under + scaled(8), width, high), middle, self._title(body, int(width)))
        painter.setPen(color(self.theme.muted))
        painter.setFont(fonts.words(tiny))
        for row, line in enumerate(lines(self.entry.about, tiny, int(width))):
            painter.drawText(QRectF(left, under + scaled(28) + scaled(16) * row, width, scaled(16)), middle, line)
        painter.setFont(fonts.numbers(tiny))
        facts = QRectF(left, box.bottom() - scaled(26), width, high)
        painter.drawText(facts, middle, self.entry.size)
        if self.entry.took:
            painter.drawText(facts, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, f"≈ {self.entry.took}")

    def _title(self, size: int, width: int) -> str:
        return elided(self.entry.title, size, width, bold=True)
