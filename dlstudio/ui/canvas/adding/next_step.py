"""Next step: what the network as a whole still lacks, one calm line over the canvas with the button that gives it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from dlstudio.core.issue import Fix, Issue
from dlstudio.ui.canvas.adding.mend import mend
from dlstudio.ui.session import Session, State

ABOVE = 12


class NextStep(QFrame):
    """Stands at the upper edge while an issue is about no node, so that none of them is told in a list alone."""

    def __init__(self, canvas: QWidget, session: Session) -> None:
        super().__init__(canvas)
        self.canvas, self.session = canvas, session
        self.issue: Issue | None = None
        self.setProperty("role", "popup")
        self.text, self.button = QLabel(), QPushButton()
        self.text.setProperty("role", "muted")
        self.button.setProperty("role", "link")
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.button.clicked.connect(self._mend)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 8, 4)
        row.setSpacing(4)
        row.addWidget(self.text)
        row.addWidget(self.button)
        self.hide()

    def show_state(self, state: State, *, busy: bool) -> None:
        """What the network on the canvas lacks; nothing while something else is asked, or it is empty."""
        found = state.issues_here.get("", ()) if state.network.nodes and not busy else ()
        errors = sorted((issue for issue in found if issue.severity == "error"), key=lambda issue: not issue.fixes)
        self.issue = errors[0] if errors else None
        self.setVisible(self.issue is not None)
        if self.issue:
            self.text.setText(self.issue.text)
            self.setAccessibleName(self.issue.text)
            self.button.setText(self.issue.fixes[0].label if self.issue.fixes else "")
            self.button.setVisible(bool(self.issue.fixes))
            self.place()

    def place(self) -> None:
        """In the middle of the upper edge; on a narrow canvas the words take several lines."""
        room = self.canvas.width() - 2 * ABOVE
        beside = self.button.sizeHint().width() + 32 if self.button.text() else 24
        words = min(self.text.fontMetrics().horizontalAdvance(self.text.text()) + 2, max(120, room - beside))
        self.text.setWordWrap(True)
        self.text.setFixedWidth(words)
        self.text.setFixedHeight(self.text.heightForWidth(words))
        self.adjustSize()
        self.move((self.canvas.width() - self.width()) // 2, ABOVE)

    def _mend(self) -> None:
        fix: Fix | None = self.issue.fixes[0] if self.issue and self.issue.fixes else None
        if fix:
            mend(self.session, fix)
            self.canvas.setFocus()
