"""RemarkList: what is unwise about the data, in words with rows, and what mends it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from dlstudio.core.issue import Issue
from dlstudio.ui.panels.data.facts import Facts
from dlstudio.ui.panels.inspector.page import label
from dlstudio.ui.panels.issue_row import IssueRow
from dlstudio.ui.panels.panel import clear
from dlstudio.ui.session import Session
from dlstudio.ui.theme.tokens import Theme

NOTHING = "Nothing is unwise about this data: no leaks between the parts, no class left out."
PLACES = {
    "data-leak": "leak between parts", "data-imbalance": "balance", "data-sorted": "order", "data-untaught": "split",
    "data-one-class": "classes", "data-skipped": "rows left out", "data-ordinal": "columns",
    "data-extremes": "transforms", "data-sampled-statistics": "transforms",
}  # fmt: skip
"""What a remark is about, by its code."""


class RemarkList(QScrollArea):
    """Rows as in the issues panel."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self.session, self.theme = session, theme
        self.inner = QWidget()
        self.list = QVBoxLayout(self.inner)
        self.list.setContentsMargins(8, 8, 8, 8)
        self.list.setSpacing(4)
        self.setWidget(self.inner)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Remarks on the data")

    def show_facts(self, facts: Facts) -> None:
        """Other remarks."""
        clear(self.list)
        for issue in facts.issues:
            self.list.addWidget(self._row(issue))
        if not facts.issues:
            self.list.addWidget(label(NOTHING, "muted", wrap=True))
        self.list.addStretch(1)

    def _row(self, issue: Issue) -> IssueRow:
        row = IssueRow(issue, self.session, self.theme)
        row.place.setText(PLACES.get(issue.code, "augmentation" if issue.code.startswith("augment") else "data"))
        return row

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        for row in self.findChildren(IssueRow):
            row.set_theme(theme)
