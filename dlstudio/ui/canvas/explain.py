"""Explain: what is wrong with a node, said beside its badge, with buttons that mend it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from dlstudio.core.document import Point
from dlstudio.core.issue import Fix, Issue
from dlstudio.ui.canvas.adding.mend import mend
from dlstudio.ui.canvas.stage import Stage
from dlstudio.ui.session import State
from dlstudio.ui.theme.appearance import scale

WIDTH, MOST = 320, 4
"""How wide it is, and how many issues it tells."""


class Explain(QFrame):
    """Stands beside a badge until something else is clicked, Escape is pressed, or the issues are others."""

    left = Signal()
    """Nobody wants to read it any more."""

    def __init__(self, parent: QWidget, canvas: Stage, node: str) -> None:
        super().__init__(parent)
        self.canvas, self.room, self.node = canvas, parent, node
        self.issues = canvas.session.state.issues_here.get(node, ())
        self.setProperty("role", "popup")
        self.setAccessibleName(f"What is wrong with {node}")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(12, 8, 12, 8)
        self.column.setSpacing(4)
        for issue in self.issues[:MOST]:
            self._tell(issue)
        if len(self.issues) > MOST:
            self._say(f"and {len(self.issues) - MOST} more", "small")
        self.setFixedWidth(min(round(WIDTH * scale()), parent.width() - 16))
        self.show()  # its letters have their size from now on
        self.adjustSize()
        self.place()

    def _tell(self, issue: Issue) -> None:
        self._say(issue.text, {"error": "bad", "warning": "warn"}.get(issue.severity, "small"))
        for at, fix in enumerate(issue.fixes):
            button = QPushButton(fix.label)
            button.setProperty("role", "link")
            button.setToolTip("Mends it (Ctrl+.)" if at == 0 and issue is self.issues[0] else "Mends it")
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.clicked.connect(lambda _=False, fix=fix: self._mend(fix))
            self.column.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)

    def _say(self, text: str, role: str) -> None:
        label = QLabel(text)
        label.setProperty("role", role)
        label.setWordWrap(True)
        self.column.addWidget(label)

    def _mend(self, fix: Fix) -> None:
        mend(self.canvas.session, fix)
        self.left.emit()

    def place(self) -> None:
        """Below the card where there is room, else above it."""
        box = self.canvas.scene.boxes.get(self.node)
        if box is None:
            return
        top, bottom = (self.canvas.pixel(Point(box.x, y)).toPoint() for y in (box.y, box.y + box.height))
        below, above = bottom.y() + 8, top.y() - self.height() - 16
        y = below if below + self.height() <= self.room.height() - 8 else above
        self.move(max(8, min(top.x(), self.room.width() - self.width() - 8)), max(8, y))

    def follows(self, state: State) -> bool:
        """Whether what it tells is still so."""
        return state.issues_here.get(self.node, ()) == self.issues

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
