"""Code: a text of a program, to read."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPlainTextEdit

LINES = (6, 20)
"""How many lines are seen at least and at most."""


class Code(QPlainTextEdit):
    """A text to read, as high as it is long."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setProperty("role", "code")
        self.setReadOnly(True)
        self.setAccessibleName("Code")

    def sizeHint(self) -> QSize:
        lines = max(LINES[0], min(LINES[1], self.blockCount()))
        return QSize(super().sizeHint().width(), lines * self.fontMetrics().lineSpacing() + 24)
