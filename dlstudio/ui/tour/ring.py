"""Ring: a line around what the tour points at, and a thin veil over the rest; the mouse goes through both."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from dlstudio.ui.theme.ink import brush, pen
from dlstudio.ui.theme.tokens import Theme

APART, ROUND = 2, 8
VEIL = 0.45
"""How much the veil hides."""


class Ring(QWidget):
    """Lies over a whole window."""

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self.window_, self.theme, self.at = window, theme, QRect()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_at(self, at: QRect, theme: Theme) -> None:
        """Goes around another rectangle of the window."""
        self.at, self.theme = at, theme
        self.setGeometry(self.window_.rect())
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        box = QRectF(self.at).adjusted(-APART, -APART, APART, APART) & room
        veil = QPainterPath()
        veil.addRect(QRectF(self.rect()))
        veil.addRoundedRect(box, ROUND, ROUND)
        painter.setOpacity(VEIL)
        painter.fillPath(veil, brush(self.theme.window))
        painter.setOpacity(1.0)
        painter.setPen(pen(self.theme.accent, 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, ROUND, ROUND)
        painter.end()
