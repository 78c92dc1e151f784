"""RolesSection: what each column of a table is for."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from dlstudio.core.document import Project
from dlstudio.ui.forms.choice import Combo
from dlstudio.ui.panels.data.changes import put, thing
from dlstudio.ui.panels.data.facts import Facts, TableColumn
from dlstudio.ui.panels.data.section import Section
from dlstudio.ui.panels.inspector.page import label
from dlstudio.ui.panels.panel import Panel, clear

ROLES = {
    "number": "A number that goes in",
    "one-hot": "Words that go in, one number for each",
    "index": "Words that go into an embedding",
    "ordinal": "Words in an order, as 0, 1, 2 …",
    "class": "A class to be learnt",
    "value": "A number to be learnt",
    "weight": "How much a row counts",
    "time": "When a row was taken",
    "split": "Which part a row belongs to",
    "ignore": "Left out",
}
"""The roles of a column, with what they mean."""
MOST = 60
"""So many columns have a line of their own; the others are told by number."""


class RolesSection(Section):
    """A line for each column: its name, its first cell, its role."""

    def __init__(self, panel: Panel) -> None:
        super().__init__("Columns of the table", panel)
        self.columns: tuple[TableColumn, ...] = ()
        self.inner_grid = QWidget()
        self.grid = QGridLayout(self.inner_grid)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setSpacing(4)
        self.grid.setColumnStretch(0, 1)
        self.combos: dict[str, Combo] = {}
        self.body.addWidget(self.inner_grid)
        self.more = label(role="small", wrap=True)
        self.body.addWidget(self.more)
        self.hide()

    def show_facts(self, facts: Facts) -> None:
        self.setVisible(bool(facts.table))
        if [column.name for column in facts.table] != [column.name for column in self.columns]:
            self._rebuild(facts.table)
        self.columns = facts.table
        for column in facts.table[:MOST]:
            self.combos[column.name].choose(column.role, unknown=column.role or "not said")
        rest = len(facts.table) - MOST
        self.more.setText(f"and {rest:,} more columns, whose roles the project's file may say")
        self.more.setVisible(rest > 0)

    def _rebuild(self, columns: tuple[TableColumn, ...]) -> None:
        clear(self.grid)
        self.combos = {}
        for row, column in enumerate(columns[:MOST]):
            combo = Combo()
            for role, words in ROLES.items():
                combo.addItem(role, role)
                combo.setItemData(combo.count() - 1, words, Qt.ItemDataRole.ToolTipRole)
            combo.setAccessibleName(f"Role of {column.name}")
            combo.activated.connect(partial(self._choose, column.name))
            name = QLabel(column.name)
            name.setToolTip(f"{column.name}: {column.example} …")
            example = label(column.example[:12], "small")
            name.setMinimumWidth(40)
            self.grid.addWidget(name, row, 0)
            self.grid.addWidget(example, row, 1)
            self.grid.addWidget(combo, row, 2)
            self.combos[column.name] = combo

    def _choose(self, column: str, at: int) -> None:
        role = self.combos[column].itemData(at)
        self.session.do(f"Make {column} {role}", partial(_played, column=column, role=role))


def _played(project: Project, *, column: str, role: str) -> Project:
    """A table with another role of a column."""
    source = thing(project.data.get("source"))
    roles = thing(source.get("roles"))
    return put(project, "source", source.put("roles", roles.put(column, role)))
