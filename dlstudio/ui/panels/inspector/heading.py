"""Heading: what a node is: its name, its kind with one line of purpose, its colour, whether it is muted, its note."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QToolButton, QWidget

from dlstudio.ui.panels.inspector.naming import Naming, Refusal
from dlstudio.ui.panels.inspector.page import Notes, label
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.theme.tokens import Theme


class Heading(QWidget):
    """The top of a page about nodes."""

    muted = Signal(bool)

    def __init__(self, refuse: Refusal) -> None:
        super().__init__()
        self._look: tuple[str, bool, str] | None = None
        self.bar = QFrame()
        self.bar.setFixedWidth(3)
        self.naming = Naming("node", refuse)
        self.title = label(role="head")
        self.kind = label(role="small", wrap=True)
        self.title.setContentsMargins(0, 4, 0, 4)
        self.mute = QToolButton()
        self.mute.setCheckable(True)
        self.mute.setIconSize(QSize(16, 16))
        self.mute.setAccessibleName("Mute")
        self.mute.clicked.connect(self.muted)
        self.note = Notes("Add a note")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(9)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.bar, 0, 0, 3, 1)
        grid.addWidget(self.naming, 0, 1)
        grid.addWidget(self.title, 0, 1)
        grid.addWidget(self.mute, 0, 2, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.kind, 1, 1, 1, 2)
        grid.addWidget(self.note, 2, 1, 1, 2)

    def show_one(self, name: str, kind: str, note: str) -> None:
        """One node."""
        self.title.hide()
        self.naming.show()
        self.note.show()
        self.naming.show_name(name)
        self.note.show_text(note)
        self.kind.setText(kind)

    def show_many(self, count: int, kinds: str) -> None:
        """Several nodes."""
        self.naming.hide()
        self.note.hide()
        self.title.setText(f"{count} nodes")
        self.title.show()
        self.kind.setText(kinds)

    def show_look(self, tint: str, muted: bool, theme: Theme) -> None:
        """The colour of the family, and whether what is shown is bypassed."""
        if self._look == (tint, muted, theme.name):
            return
        self._look = tint, muted, theme.name
        self.bar.setStyleSheet(f"background: {tint}; border-radius: 1px;")
        self.mute.setIcon(icon("eye-off" if muted else "eye", theme))
        self.mute.setChecked(muted)
        self.mute.setToolTip(("Bring back" if muted else "Mute: pass on what comes in") + " (M)")
