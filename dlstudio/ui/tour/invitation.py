"""Invitation: a small card on the start page that offers the tour to who never took it."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from dlstudio.ui.tour.tour import remember


class Invitation(QFrame):
    """Begins the tour, or is waved away for good."""

    def __init__(self, begin: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("role", "invitation")
        self.setAccessibleName("New here?")
        title, text = QLabel("New here?"), QLabel("A tour of the window in one minute, on an empty canvas.")
        text.setProperty("role", "muted")
        text.setWordWrap(True)
        self.begin, self.no = QPushButton("Take the tour"), QPushButton("No, thanks")
        row = QHBoxLayout()
        row.setSpacing(12)
        for button, does in ((self.begin, begin), (self.no, self._wave_away)):
            button.setProperty("role", "link")
            button.clicked.connect(lambda _=False, does=does: does())
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addWidget(title)
        column.addWidget(text)
        column.addLayout(row)

    def _wave_away(self) -> None:
        remember()
        self.hide()
