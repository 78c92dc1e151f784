"""Detach: a plot in a window of its own; it comes back when that is closed."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dlstudio.ui.mishap import guarded


class Detached(QWidget):
    """Holds the body of a plot until it is closed."""

    def __init__(self, owner: QWidget, body: QWidget, title: str, back: Callable[[], object]) -> None:
        super().__init__(owner, Qt.WindowType.Window)
        self.back = back
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(body)
        self.home = owner.window()
        self.home.installEventFilter(self)
        self.resize(max(640, body.width()), max(400, body.height()))

    def event(self, event: QEvent) -> bool:
        """The keys that close a window close this one, and not the program's."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.matches(QKeySequence.StandardKey.Close)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Close):
            self.close()
        else:
            super().keyPressEvent(event)

    @guarded
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """It goes with the window that it came from."""
        if watched is self.home and event.type() == QEvent.Type.Hide and not event.spontaneous():
            self.close()
        return False

    def closeEvent(self, event: QCloseEvent) -> None:
        self.home.removeEventFilter(self)
        self.back()
        super().closeEvent(event)
