"""Doctor: what was found wrong in a training, with the numbers that show it and a button that mends it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from dlstudio.ui.panels.panel import clear
from dlstudio.ui.session import Session
from dlstudio.ui.theme.icons import pixmap
from dlstudio.ui.theme.tokens import Theme
from dlstudio.ui.viewing.viewing import Viewing

if TYPE_CHECKING:
    from dlstudio.training.doctor import Finding

WIDTH = 240
"""How wide the findings are beside a chart."""
MOST = 16_777_215
"""No limit, as Qt writes it."""


class Card(QFrame):
    """One finding."""

    def __init__(self, finding: "Finding", session: Session, theme: Theme) -> None:
        super().__init__()
        self.session = session
        self.setProperty("role", "card")
        self.setAccessibleName(finding.text)
        sign = QLabel()
        sign.setPixmap(pixmap("triangle-alert", theme.warn, 14))
        head = QPushButton(finding.node or "the training")
        head.setProperty("role", "link")
        head.setToolTip("Show it on the canvas")
        head.setEnabled(bool(finding.node))
        head.clicked.connect(lambda: self._go(finding.node))
        since = QLabel(f"since step {finding.since_step:,}")
        since.setProperty("role", "muted")
        first = QHBoxLayout()
        first.setSpacing(6)
        first.addWidget(sign)
        first.addWidget(head)
        first.addStretch(1)
        first.addWidget(since)
        text = QLabel(finding.text)
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 8, 4)
        column.setSpacing(4)
        column.addLayout(first)
        column.addWidget(text)
        if finding.evidence:
            numbers = " · ".join(f"{name.replace('_', ' ')} {value:.3g}" for name, value in finding.evidence.items())
            evidence = QLabel(numbers)
            evidence.setProperty("role", "muted")
            evidence.setWordWrap(True)
            column.addWidget(evidence)
        for fix in finding.fixes:
            button = QPushButton(fix.label)
            button.setProperty("role", "link")
            button.clicked.connect(lambda _=False, fix=fix: session.do(fix.label, fix.edit))
            column.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)

    def _go(self, node: str) -> None:
        state = self.session.state
        where = next((name for name, network in state.project.networks.items() if node in network.nodes), "")
        if where:
            self.session.show(where)
            self.session.choose_nodes(node)


class Doctor(QScrollArea):
    """The findings that hold now."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self.session, self.theme = session, theme
        self._shown: tuple[tuple[str, str], ...] = ()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("What the doctor found")
        sheet = QWidget()
        self.column = QVBoxLayout(sheet)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)
        self.setWidget(sheet)
        self.hide()

    def show_findings(self, viewing: Viewing) -> None:
        """Shows them, if they are others than before."""
        found = viewing.findings
        keys = tuple((finding.code, finding.node) for finding in found)
        if keys == self._shown:
            return
        self._shown = keys
        clear(self.column)
        for finding in found:
            self.column.addWidget(Card(finding, self.session, self.theme))
        self.column.addStretch(1)

    def stand(self, *, beside: bool) -> None:
        """A column beside the chart, or the whole room."""
        self.setMinimumWidth(WIDTH if beside else 0)
        self.setMaximumWidth(WIDTH if beside else MOST)
        self.column.setContentsMargins(0 if beside else 8, 0, 0, 0)

    def set_theme(self, theme: Theme) -> None:
        self.theme, self._shown = theme, ()
