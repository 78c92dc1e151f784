"""Row label: the name of a field; dragging it moves a number up and down."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QStyle, QStyleOption, QWidget

from dlstudio.ui.theme.tokens import SMALL

STEP = 4
"""So many pixels of the mouse are one step."""


class RowLabel(QLabel):
    """A muted name that is cut short where it does not fit."""

    scrubbed = Signal(int)
    """Steps since the last one."""
    pressed = Signal()
    released = Signal()

    def __init__(self, text: str, width: int, *, scrubs: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("role", "muted")
        self.wide, self.scrubs = width, scrubs
        self.setFixedWidth(width)
        self._from: float | None = None
        self._done = 0
        if scrubs:
            self.setCursor(Qt.CursorShape.SizeHorCursor)

    def changeEvent(self, event: QEvent) -> None:
        """Larger letters have more room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.setFixedWidth(round(self.wide * max(1, self.font().pixelSize()) / SMALL))

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOption()
        option.initFrom(self)
        painter = QPainter(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        room = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(self.alignment()), text)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.scrubs and event.button() == Qt.MouseButton.LeftButton:
            self._from, self._done = event.position().x(), 0
            self.pressed.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            return
        steps = int((event.position().x() - self._from) / STEP)
        if steps != self._done:
            wide = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.scrubbed.emit((steps - self._done) * (10 if wide else 1))
            self._done = steps

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            self._from = None
            self.released.emit()
