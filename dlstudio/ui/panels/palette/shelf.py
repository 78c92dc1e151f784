"""Shelf: the list of the palette, from which entries are pulled with the mouse."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from dlstudio.ui.canvas.adding.rows import Row, RowList


class Shelf(RowList):
    """Tells where an entry is pulled to; a head is opened and closed by a click or by the arrows."""

    pulled = Signal(object, QPoint)
    """A row is pulled, and the mouse is there on the screen."""
    let_go = Signal(object, QPoint)
    given_up = Signal()
    taken = Signal(object)
    """A row is wanted without being pulled: Enter or a double-click."""
    toggled = Signal(object, object)
    """A head is to be opened, closed, or turned over (None)."""
    typed = Signal(str)
    """Letters that belong into the search field."""

    field: QWidget | None = None
    """Where somebody types what is looked for; its arrows move the chosen line too."""
    held: Row | None = None
    start = QPoint()
    pulling = False

    @property
    def hears(self) -> bool:
        return self.hasFocus() or (self.field is not None and self.field.hasFocus())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        at = self.indexAt(event.position().toPoint()).row()
        row = self.lines.rows[at] if at >= 0 else None
        if row and event.button() == Qt.MouseButton.LeftButton:
            if row.head:
                self.toggled.emit(row, None)
            else:
                self.held, self.start = row, event.globalPosition().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.held is None:
            super().mouseMoveEvent(event)
            return
        at = event.globalPosition().toPoint()
        if self.pulling or (at - self.start).manhattanLength() >= QApplication.startDragDistance():
            self.pulling = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.pulled.emit(self.held, at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        row, pulled = self.held, self.pulling
        self._end()
        if row and pulled:
            self.let_go.emit(row, event.globalPosition().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self.row
        if row and row.head:
            self.toggled.emit(row, None)
        elif row:
            self.taken.emit(row)

    def _end(self) -> None:
        self.held, self.pulling = None, False
        self.unsetCursor()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.pulling:
            self._end()
            self.given_up.emit()
        elif not self.hear(event):
            super().keyPressEvent(event)

    def hear(self, event: QKeyEvent) -> bool:
        """What a key does to the list, whether it or the search field has heard it."""
        row, key = self.row, Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row:
            self.toggled.emit(row, None) if row.head else self.taken.emit(row)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.step(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.step(10 if key == Qt.Key.Key_PageDown else -10)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and row and self.hasFocus():
            self.toggled.emit(row, key == Qt.Key.Key_Right)
        elif self.hasFocus() and event.text().isprintable() and event.text().strip():
            self.typed.emit(event.text())
        else:
            return False
        return True
