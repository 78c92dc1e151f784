"""Issues: all that is wrong or unwise, each with a way there and with buttons that mend it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from dlstudio.core.issue import Issue
from dlstudio.ui.panels.panel import Panel, clear
from dlstudio.ui.session import Session, State
from dlstudio.ui.theme.icons import pixmap
from dlstudio.ui.theme.tokens import Theme

SIGNS = {"error": "circle-alert", "warning": "triangle-alert", "hint": "lightbulb"}
MOST = 100
"""How many issues are listed."""


class Issues(Panel):
    """A list of issues, errors first; a click goes to the node."""

    name, title, icon, area = "issues", "Issues", "circle-alert", "right"

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.head = QLabel()
        self.head.setProperty("role", "small")
        self.head.setContentsMargins(12, 8, 12, 4)
        self.list = QVBoxLayout()
        self.list.setContentsMargins(8, 0, 8, 8)
        self.list.setSpacing(4)
        self.list.setAlignment(Qt.AlignmentFlag.AlignTop)
        inner = QWidget()
        inner.setLayout(self.list)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(scroll)

    def show_state(self, old: State | None, new: State) -> None:
        if old is None or old.checked.issues != new.checked.issues:
            self._list(new.checked.issues)

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self._list(self.session.state.checked.issues)

    def _list(self, issues: tuple[Issue, ...]) -> None:
        clear(self.list)
        self.head.setText(counted(issues) or "No issues. The network can be trained.")
        for issue in issues[:MOST]:
            self.list.addWidget(IssueRow(issue, self))


class IssueRow(QFrame):
    """One issue: its sign, its sentence, and its fixes."""

    def __init__(self, issue: Issue, panel: Panel) -> None:
        super().__init__()
        self.issue, self.panel = issue, panel
        theme = panel.theme
        tint = {"error": theme.bad, "warning": theme.warn}.get(issue.severity, theme.accent)
        sign = QLabel()
        sign.setPixmap(pixmap(SIGNS[issue.severity], tint, 14))
        sign.setAccessibleName(issue.severity)
        place = QLabel(issue.node or issue.network or "project")
        place.setProperty("role", "small")
        text = QLabel(issue.text)
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(place)
        words.addWidget(text)
        for fix in issue.fixes:
            button = QPushButton(fix.label)
            button.setProperty("role", "link")
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.clicked.connect(lambda _=False, fix=fix: panel.session.do(fix.label, fix.edit))
            words.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 4, 4, 4)
        row.setSpacing(8)
        row.addWidget(sign, alignment=Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.panel.session.go(self.issue)


def counted(issues: tuple[Issue, ...]) -> str:
    """How many there are of each: “2 errors, 1 hint”."""
    numbers = {name: sum(issue.severity == name for issue in issues) for name in ("error", "warning", "hint")}
    return ", ".join(f"{n} {name}{'' if n == 1 else 's'}" for name, n in numbers.items() if n)
