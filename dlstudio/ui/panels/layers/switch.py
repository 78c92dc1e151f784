"""Switch: one of a few words, or some of them, all of them seen."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton


class Switch(QFrame):
    """Buttons in a row of which one is down, or with `several` any."""

    changed = Signal()

    def __init__(self, name: str, words: Sequence[str], *, several: bool = False) -> None:
        super().__init__()
        self.setProperty("role", "segments")
        self.setAccessibleName(name)
        self.group = QButtonGroup(self)
        self.group.setExclusive(not several)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        self.buttons: dict[str, QPushButton] = {}
        for word in words:
            button = self.buttons[word] = QPushButton(word)
            button.setProperty("role", "segment")
            button.setCheckable(True)
            button.setAccessibleName(f"{name}: {word}")
            button.clicked.connect(self.changed)
            self.group.addButton(button)
            row.addWidget(button)
        if not several:
            self.buttons[words[0]].setChecked(True)

    @property
    def chosen(self) -> str:
        """The first word that is down."""
        return next((word for word, button in self.buttons.items() if button.isChecked()), "")

    def on(self, word: str) -> bool:
        return self.buttons[word].isChecked()
