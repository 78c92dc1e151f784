"""Overview: how balanced the classes are, and the statistics of every column."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from dlstudio.ui.panels.data.balance import Balance
from dlstudio.ui.panels.data.facts import Facts
from dlstudio.ui.panels.data.figure_table import FigureTable
from dlstudio.ui.panels.data.reading import Reading
from dlstudio.ui.panels.inspector.page import label
from dlstudio.ui.panels.panel import clear
from dlstudio.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from dlstudio.ui.panels.data.figures import Figure
    from dlstudio.ui.panels.data.survey import Survey

TOLD = "Measured on the training part, before normalization and after."


class Overview(QWidget):
    """Bars over a table; statistics are counted when they are looked at."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme, self.facts = theme, Facts()
        self._counted: Survey | None = None
        self.list = QVBoxLayout()
        self.list.setSpacing(8)
        self.told = label("Counting …", "small", wrap=True)
        self.table = FigureTable(theme)
        self.background: Reading[Survey, tuple[Figure, ...]] = Reading(_figures, self._show, self._halt, self)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 8, 16, 16)
        column.setSpacing(8)
        column.addLayout(self.list)
        column.addSpacing(8)
        column.addWidget(label("Numbers", "head"))
        column.addWidget(self.told)
        column.addWidget(self.table)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName("Classes and numbers")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def show_facts(self, facts: Facts) -> None:
        """Other data; the bars at once, the statistics when somebody looks."""
        self.facts = facts
        clear(self.list)
        for name, counts in facts.balance.items():
            if counts:
                self.list.addWidget(label(f"{name} · {len(next(iter(counts.values())))} classes", "head"))
                self.list.addWidget(Balance(name, counts, self.theme, all_in_each=facts.split == "Everything"))
        if not self.list.count():
            self.list.addWidget(label("No column is a class, so there is nothing to balance.", "muted"))
        if self.isVisible():
            self.count()

    def count(self) -> None:
        """Asks for the statistics, unless they are there already."""
        survey = self.facts.survey
        if survey is not None and survey is not self._counted:
            self._counted = survey
            self.told.setText("Counting …")
            self.background.cancel()
            self.background.ask(survey)

    def _show(self, asked: "Survey", found: "tuple[Figure, ...]") -> None:
        if asked is self.facts.survey:
            self.told.setText(TOLD if found else "No column holds real numbers, so there is nothing to measure.")
            self.table.show_figures(found)
            self.table.setVisible(bool(found))

    def _halt(self, _: "Survey") -> None:
        """Nothing was counted to its end; whoever comes back wants it after all."""
        self._counted = None
        self.told.setText("Counting was cancelled. Come back to this view to count again.")
        self.table.hide()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.table.set_theme(theme)
        for bars in self.findChildren(Balance):
            bars.theme = theme
            bars.update()

    def stop(self) -> None:
        self.background.stop()


def _figures(survey: "Survey") -> "tuple[Figure, ...]":
    from dlstudio.ui.panels.data.figures import figures

    return figures(survey)
