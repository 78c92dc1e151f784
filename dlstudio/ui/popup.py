"""Popup: what hangs over the window for a moment, and gives the keys back to whoever had them."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QGraphicsDropShadowEffect, QWidget
from shiboken6 import isValid


class Popup(QFrame):
    """A raised sheet over a widget; it is let go of when it is closed."""

    def __init__(self, over: QWidget, name: str) -> None:
        super().__init__(over)
        self.over: QWidget = over
        self.before: QWidget | None = over.window().focusWidget()
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(name)
        cast_shadow(self)

    def appear(self, focus: QWidget) -> None:
        """Shows itself and takes the keys."""
        self.show()
        self.raise_()
        focus.setFocus()

    def leave(self) -> None:
        """Gives the keys back and goes."""
        give_back(self.before, self.over)
        self.close()


def give_back(before: QWidget | None, over: QWidget) -> None:
    """Gives the keys to who had them before, where that is still there."""
    (before if before is not None and isValid(before) else over).setFocus()


def cast_shadow(widget: QWidget) -> None:
    """Lifts a widget off the ground, so that it is told apart where both are white."""
    shadow = QGraphicsDropShadowEffect(widget)
    shadow.setBlurRadius(32)
    shadow.setOffset(0, 8)
    shadow.setColor(QColor(0, 0, 0, 80))
    widget.setGraphicsEffect(shadow)
