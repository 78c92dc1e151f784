"""Strip: how much the doctor found, in a line under a chart that has no room for more beside it."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from dlstudio.ui.elided import Elided
from dlstudio.ui.theme.icons import pixmap
from dlstudio.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from dlstudio.training.doctor import Finding


class Strip(QWidget):
    """A button that puts the findings in place of the chart, and the first of them in short."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.sign, self.button, self.first = QLabel(), QPushButton(), Elided()
        self.button.setProperty("role", "link")
        self.button.setCheckable(True)
        self.first.setProperty("role", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(self.sign)
        row.addWidget(self.button)
        row.addWidget(self.first, 1)
        row.addStretch()
        self.count = 0
        self.button.toggled.connect(lambda _: self._say())
        self.set_theme(theme)

    @property
    def is_open(self) -> bool:
        """Whether the findings are seen instead of the chart."""
        return self.button.isChecked() and self.count > 0

    def show_findings(self, found: "tuple[Finding, ...]") -> None:
        """Takes over what was found."""
        self.count = len(found)
        head = found[0] if found else None
        self.first.setText(" · ".join(filter(None, (head.node, head.text))) if head else "")
        self._say()

    def _say(self) -> None:
        count = "1 finding" if self.count == 1 else f"{self.count} findings"
        self.button.setText("Back to the chart" if self.is_open else count)
        self.button.setToolTip("Show the curves again" if self.is_open else "Show what the doctor found")
        self.first.setVisible(not self.is_open)

    def set_theme(self, theme: Theme) -> None:
        self.sign.setPixmap(pixmap("triangle-alert", theme.warn, 14))
