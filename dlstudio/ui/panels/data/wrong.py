"""Wrong: why the data cannot be read, in the middle of the room, with what mends it."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from dlstudio.core.issue import Fix
from dlstudio.ui.forms.editor import restyle
from dlstudio.ui.panels.data.changes import put
from dlstudio.ui.panels.inspector.page import label
from dlstudio.ui.panels.issue_row import FixButton
from dlstudio.ui.session import Session

HALTED = "The reading was cancelled, so nothing is known of the data."
SKIP = Fix("Leave such rows out", partial(put, entry="bad_rows", value="skip"))


class Wrong(QWidget):
    """One sentence; rows that cannot be read may be left out, and what was cancelled be read after all."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.told = label(role="bad", wrap=True)
        self.told.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.told.setAccessibleName("Why the data cannot be read")
        self.skip = FixButton(SKIP, session)
        self.again = QPushButton("Read it")
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 16, 48, 16)
        column.addStretch(2)
        column.addWidget(self.told)
        column.addWidget(self.skip, alignment=Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.again, alignment=Qt.AlignmentFlag.AlignCenter)
        column.addStretch(3)

    def show_mistake(self, text: str, *, halted: bool = False) -> None:
        """The sentence, or nothing; that somebody cancelled the reading is no mistake."""
        self.told.setText(HALTED if halted else text)
        restyle(self.told, role="muted" if halted else "bad")
        self.skip.setVisible("bad_rows" in text)
        self.again.setVisible(halted)
