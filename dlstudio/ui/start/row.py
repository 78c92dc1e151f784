"""Row: one recent project: its drawing, its name, where it lies and when it was last open."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent

from dlstudio.ui.canvas.brushwork import elided
from dlstudio.ui.files.recent import Recent
from dlstudio.ui.moment import when
from dlstudio.ui.start.picture_button import PictureButton
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.ink import brush, color, pen
from dlstudio.ui.theme.letters import scaled
from dlstudio.ui.theme.tokens import SMALL, TINY, Theme

HEIGHT, PICTURE = 52, (64.0, 36.0)


class Row(PictureButton):
    """A button that opens a recent project."""

    def __init__(self, entry: Recent, theme: Theme) -> None:
        moment = when(entry.when)
        super().__init__(entry.path.name, f"in {entry.path.parent}, {moment}", f"{entry.path}\n{moment}", theme)
        self.entry = entry
        self.set_letters()

    def set_letters(self) -> None:
        """Takes over the size of letters."""
        self.setFixedHeight(scaled(HEIGHT))

    def sizeHint(self) -> QSize:
        return QSize(240, scaled(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box, theme = QRectF(self.rect()).adjusted(1, 1, -1, -1), self.theme
        painter.setPen(pen(theme.accent, 2.0) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(brush(theme.hover) if self.underMouse() else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 6, 6)
        self._picture(painter, box)
        left, width = box.x() + 8 + PICTURE[0] + 12, box.width() - PICTURE[0] - 28
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setPen(color(theme.text))
        painter.setFont(fonts.words(scaled(SMALL), bold=True))
        name = elided(self.entry.path.stem, scaled(SMALL), int(width), bold=True)
        painter.drawText(QRectF(left, box.y() + scaled(7), width, scaled(18)), middle, name)
        painter.setPen(color(theme.muted))
        painter.setFont(fonts.words(scaled(TINY)))
        where = elided(f"{when(self.entry.when)} · {self.entry.path.parent.name}", scaled(TINY), int(width))
        painter.drawText(QRectF(left, box.y() + scaled(25), width, scaled(16)), middle, where)
        painter.end()

    def _picture(self, painter: QPainter, box: QRectF) -> None:
        place = QRectF(box.x() + 8, box.center().y() - PICTURE[1] / 2, *PICTURE)
        ground = QPainterPath()
        ground.addRoundedRect(place, 4, 4)
        painter.fillPath(ground, brush(self.theme.window))
        if self.image is not None:
            share = PICTURE[0] / self.image.width()
            size = QRectF(0, 0, PICTURE[0], self.image.height() * share)
            size.moveCenter(place.center())
            painter.drawImage(size, self.image)
