"""Empty: what an empty canvas says to do first, in the middle of it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

WORDS = "Drag a layer here, press Tab to search, or type / to write a network."
APART = 16
"""How far the words stay from the sides."""


class Empty(QLabel):
    """One line; where the canvas is narrow or the letters are large, several."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(WORDS, canvas)
        self.canvas = canvas
        self.setProperty("role", "muted")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)

    def show_if(self, wanted: bool) -> None:
        """Shows itself in the middle of the canvas, or not at all."""
        self.setVisible(wanted)
        needed = self.fontMetrics().horizontalAdvance(WORDS) + 2
        wide = min(needed, self.canvas.width() - 2 * APART)
        self.resize(wide, self.heightForWidth(wide))
        middle = self.canvas.rect().center()
        self.move(middle.x() - self.width() // 2, middle.y() - self.height() // 2)
