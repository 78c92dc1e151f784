"""Close: the sample beside the maps, and on it what one unit sees."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from dlstudio.ui.theme.fonts import words
from dlstudio.ui.theme.ink import color, pen
from dlstudio.ui.theme.tokens import TINY, Theme

if TYPE_CHECKING:
    from dlstudio.training.questions.field import FieldOfView

WIDTH, MARGIN, LINE = 168, 12, 16


class Close(QWidget):
    """A sample as large as there is room, the field of view of a unit framed in it, and two lines of words."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.image: QImage | None = None
        self.field: FieldOfView | None = None
        self.lines: tuple[str, ...] = ()
        self.setFixedWidth(WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("The sample")

    def sizeHint(self) -> QSize:
        return QSize(WIDTH, 120)

    def show_sample(self, image: QImage | None, lines: tuple[str, ...], field: Any = None) -> None:
        """Another sample, and what a unit sees of it."""
        self.image, self.lines, self.field = image, lines, field
        self.setAccessibleDescription(". ".join(lines))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        below = LINE * len(self.lines) + 8
        side = min(self.width() - MARGIN, self.height() - 16 - below)
        top = 8.0
        if self.image is not None and not self.image.isNull() and side > 8:
            scale = side / max(self.image.width(), self.image.height())
            box = QRectF(0, top, self.image.width() * scale, self.image.height() * scale)
            painter.drawImage(box, self.image)
            if self.field is not None:
                (first, last), (left, right) = self.field.rows, self.field.columns
                seen = QRectF(left * scale, top + first * scale, (right - left + 1) * scale, (last - first + 1) * scale)
                painter.setPen(pen(self.theme.accent, 2.0))
                painter.drawRect(seen.adjusted(1, 1, -1, -1))
            top = box.bottom() + 8
        painter.setFont(words(TINY))
        painter.setPen(color(self.theme.muted))
        for i, text in enumerate(self.lines):
            room = QRectF(0, top + i * LINE, self.width() - 8, LINE)
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
