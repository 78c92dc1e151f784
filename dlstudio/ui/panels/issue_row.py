"""IssueRow: one issue: its sign, its sentence, the way there, and what mends it."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from dlstudio.core.issue import Fix, Issue
from dlstudio.ui.canvas.adding.mend import mend
from dlstudio.ui.changes import changes
from dlstudio.ui.panels.mending import Kinds, kind, together
from dlstudio.ui.panels.panel import clear
from dlstudio.ui.panels.soft import soft
from dlstudio.ui.session import Session
from dlstudio.ui.theme.icons import pixmap
from dlstudio.ui.theme.tokens import Theme

SIGNS = {"error": "circle-alert", "warning": "triangle-alert", "hint": "lightbulb"}


def tint(severity: str, theme: Theme) -> str:
    """The colour of a severity; its sign says the same."""
    return {"error": theme.bad, "warning": theme.warn}.get(severity, theme.accent)


class FixButton(QPushButton):
    """Mends something; under the mouse it says what it would change."""

    def __init__(self, fix: Fix, session: Session) -> None:
        super().__init__(fix.label)
        self.fix, self.session = fix, session
        self.setProperty("role", "link")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMinimumWidth(40)  # a long label never makes the panel wider than its room
        self.setAccessibleName(fix.label)
        self.clicked.connect(self._mend)

    def sizeHint(self) -> QSize:
        hint, metrics = super().sizeHint(), self.fontMetrics()
        wider = metrics.horizontalAdvance(self.fix.label) - metrics.horizontalAdvance(self.text())
        return QSize(hint.width() + wider, hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setText(self.fontMetrics().elidedText(self.fix.label, Qt.TextElideMode.ElideRight, self.width()))

    def _mend(self) -> None:
        mend(self.session, self.fix)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            project = self.session.state.project
            self.setToolTip("\n".join(changes(project, self.fix.edit(project))) or "Changes nothing any more.")
        return super().event(event)


class IssueRow(QFrame):
    """Shows an issue of a session; Enter or a click goes to where it is."""

    went = Signal(object)
    """Somebody wants to see where the issue is."""

    def __init__(self, issue: Issue, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.issue, self.session = issue, session
        self.sign, self.place, self.text = QLabel(), QLabel(), QLabel()
        self.place.setProperty("role", "small")
        self.place.setWordWrap(True)
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.buttons: list[FixButton] = []
        self.fixes = QVBoxLayout()
        self.fixes.setSpacing(0)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.place)
        words.addWidget(self.text)
        words.addLayout(self.fixes)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 8, 6)
        row.setSpacing(8)
        row.addWidget(self.sign, alignment=Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.setProperty("role", "issue")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(str(issue))
        self.sign.setAccessibleName(issue.severity)
        self.place.setText(soft(issue.node or issue.network or "project"))
        self.text.setText(soft(issue.text))
        self.take(issue)
        self.set_theme(theme)

    def take(self, issue: Issue, same: Kinds | None = None) -> None:
        """The same issue as it is found now, with the fixes of its kind that stand at other issues."""
        self.issue = issue
        wanted = [each for fix in issue.fixes for each in (fix, *_for_all(issue, fix, same or {}))]
        if [fix.label for fix in wanted] != [button.fix.label for button in self.buttons]:
            clear(self.fixes)
            self.buttons = [FixButton(fix, self.session) for fix in wanted]
            for button in self.buttons:
                self.fixes.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)
        for button, fix in zip(self.buttons, wanted, strict=True):
            button.fix = fix

    def mark(self, *, on: bool) -> None:
        """Whether it stands out."""
        if self.property("state") != ("on" if on else ""):
            self.setProperty("state", "on" if on else "")
            self.style().polish(self)

    def set_theme(self, theme: Theme) -> None:
        self.sign.setPixmap(pixmap(SIGNS[self.issue.severity], tint(self.issue.severity, theme), 14))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setFocus()
            self.go()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.go()
        else:
            super().keyPressEvent(event)

    def go(self) -> None:
        """Shows where the issue is."""
        self.session.go(self.issue)
        self.went.emit(self.issue)


def _for_all(issue: Issue, fix: Fix, same: Kinds) -> list[Fix]:
    fixes = same.get(kind(issue, fix), ())
    return [together(fixes)] if len(fixes) > 1 else []
