"""Code bar: says over the canvas that a project brought Python of its own, which has not run."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton

from dlstudio.core.document import Project
from dlstudio.ui import consent
from dlstudio.ui.files.question import Answer, Question
from dlstudio.ui.window import Window


class CodeBar(QFrame):
    """Stands over the canvas until the user has decided."""

    def __init__(self, window: Window) -> None:
        super().__init__()
        self.window_, self.asks = window, False
        self.setProperty("role", "notice")
        self.setAccessibleName("Python in this file")
        self.text = QLabel()
        self.text.setWordWrap(True)
        show, allow, later = QPushButton("Show the code"), QPushButton("Allow for this file"), QPushButton("Not now")
        show.setToolTip("Only shows it; nothing runs.")
        allow.setToolTip("Lets it run, now and whenever a file brings just this code.")
        later.setToolTip("It stays switched off; everything else works.")
        show.clicked.connect(self.show_code)
        allow.clicked.connect(self.allow)
        later.clicked.connect(self.hide)
        self.answers = QHBoxLayout()
        self.answers.setSpacing(16)
        for button in (show, allow, later):
            button.setProperty("role", "link")
            self.answers.addWidget(button)
        self.row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self.row.setContentsMargins(12, 8, 12, 8)
        self.row.setSpacing(8)
        self.row.addWidget(self.text, 1)
        self.row.addLayout(self.answers)
        self.row.setAlignment(self.answers, Qt.AlignmentFlag.AlignRight)
        middle = window.canvas.parentWidget()
        around = middle.layout() if middle else None
        if isinstance(around, QBoxLayout):
            around.insertWidget(around.indexOf(window.canvas), self)
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The answers stand beside the words, or under them where these would need more than two lines."""
        super().resizeEvent(event)
        beside = self.width() - self.answers.sizeHint().width()
        crowded = beside < self.fontMetrics().horizontalAdvance(self.text.text()) * 0.6
        ways = QBoxLayout.Direction
        self.row.setDirection(ways.TopToBottom if crowded else ways.LeftToRight)

    def show_for(self, project: Project) -> None:
        """Asks when the project brings code that was never allowed."""
        self.asks = not consent.allowed(project)
        nodes = [node for _, node, _ in consent.own_code(project)]
        named = ", ".join(nodes[:3]) + (f" and {len(nodes) - 3} more" if len(nodes) > 3 else "")
        self.text.setText(f"This file brings Python of its own in {named}. It has not run and is switched off.")
        self.setVisible(self.asks)

    def show_code(self) -> None:
        """The Python as text, each node's under its name."""
        found = consent.own_code(self.window_.session.state.project)
        text = "\n\n".join(f"# {network}/{node}\n{code.strip()}" for network, node, code in found)
        Question(
            self.window_,
            "Python in this file",
            "Only you can judge it: once allowed, it can do whatever a program of yours can.",
            (Answer("Allow for this file", self.allow), Answer("Close")),
            code=text,
        )

    def allow(self) -> None:
        consent.allow(self.window_.session.state.project)
        self.asks = False
        self.hide()
