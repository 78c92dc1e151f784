"""Facts: names with numbers, in two columns."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from dlstudio.ui.panels.inspector.page import label
from dlstudio.ui.panels.panel import clear


class Facts(QWidget):
    """Muted names on the left, numbers on the right."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, QLabel] = {}
        self.grid = QGridLayout(self)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(8)
        self.grid.setVerticalSpacing(4)
        self.grid.setColumnStretch(1, 1)

    def show_facts(self, facts: Mapping[str, str]) -> None:
        """Shows others; the rows stay where the names are the same."""
        if list(facts) != list(self.values):
            clear(self.grid)
            self.values = {name: label(role="number") for name in facts}
            for row, (name, value) in enumerate(self.values.items()):
                self.grid.addWidget(label(name, "muted"), row, 0)
                self.grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignRight)
        for name, text in facts.items():
            self.values[name].setText(text)
