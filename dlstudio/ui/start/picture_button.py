"""Picture button: what a tile and a row have in common: a drawing that comes later, and the page's keys."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QEnterEvent, QImage, QKeyEvent
from PySide6.QtWidgets import QAbstractButton

from dlstudio.ui.start.ways import DIRECTIONS
from dlstudio.ui.theme.tokens import Theme


class PictureButton(QAbstractButton):
    """A button that paints itself; arrows and Enter are left to the page."""

    def __init__(self, name: str, description: str, tip: str, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.image: QImage | None = None
        self.setAccessibleName(name)
        self.setAccessibleDescription(description)
        self.setToolTip(tip)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    def leaveEvent(self, event: QEnterEvent) -> None:  # type: ignore[override]
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (*DIRECTIONS, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)
