"""Page: the frame that the pages of the dialog share: a title, what stands under it, and a row of buttons."""

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget


class Page(QWidget):
    """One page of a sheet."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(24, 20, 24, 20)
        self.column.setSpacing(12)


def row(*buttons: QPushButton, front: tuple[QWidget, ...] = ()) -> QHBoxLayout:
    """The row under a page; its last button is the one that is usually wanted."""
    made = QHBoxLayout()
    made.setSpacing(8)
    for widget in front:
        made.addWidget(widget)
    made.addStretch(1)
    for button in buttons:
        button.setMinimumWidth(88)
        button.setProperty("role", "primary" if button is buttons[-1] else "")
        made.addWidget(button)
    return made
