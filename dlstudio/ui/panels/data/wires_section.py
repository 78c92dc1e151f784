"""WiresSection: which column goes into which input of the network, and which its outputs are compared with."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from dlstudio.core import edits
from dlstudio.core.document import MODEL, Project
from dlstudio.ui.forms.choice import Combo
from dlstudio.ui.panels.data.changes import thing, with_input
from dlstudio.ui.panels.data.facts import ColumnFact, Facts, Fit
from dlstudio.ui.panels.data.section import Section, tell
from dlstudio.ui.panels.inspector.page import label
from dlstudio.ui.panels.issue_row import FixButton
from dlstudio.ui.panels.panel import Panel, clear
from dlstudio.ui.session import Session, State

NAME = 96


class WireRow(QWidget):
    """One input or output: its name, its column, and why that does not fit."""

    def __init__(self, fit: Fit, session: Session) -> None:
        super().__init__()
        self.fit, self.session = fit, session
        self.name = QLabel(("→ " if fit.what == "input" else "← ") + fit.node)
        self.name.setFixedWidth(NAME)
        self.combo = Combo()
        self.told = label(role="bad", wrap=True)
        self.fixes = QVBoxLayout()
        self.fixes.setSpacing(0)
        self.top = QWidget()
        row = QHBoxLayout(self.top)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.name)
        row.addWidget(self.combo, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.top)
        column.addWidget(self.told)
        column.addLayout(self.fixes)
        self.combo.activated.connect(lambda at: self._choose(self.combo.itemData(at)))

    def show_fit(self, fit: Fit, columns: tuple[ColumnFact, ...], said: str) -> None:
        """The column that it has, said or usual, and the others that there are."""
        self.fit = fit
        self.top.setVisible(bool(fit.node))
        self.combo.setAccessibleName(f"Column of {fit.node}")
        self.combo.clear()
        self.combo.addItem(f"usual: {fit.column}" if fit.column and not said else "usual", "")
        for column in columns:
            self.combo.addItem(column.name, column.name)
            self.combo.setItemData(self.combo.count() - 1, column.holds, Qt.ItemDataRole.ToolTipRole)
        self.combo.choose(said)
        self.combo.setToolTip(next((column.holds for column in columns if column.name == fit.column), ""))
        tell(self.told, fit.reason, "bad" if fit.node else "warn")
        clear(self.fixes)
        for fix in fit.fixes:
            self.fixes.addWidget(FixButton(fix, self.session), alignment=Qt.AlignmentFlag.AlignLeft)

    def _choose(self, column: str) -> None:
        node = self.fit.node
        if self.fit.what == "input":
            self.session.do(
                f"Lead {column or 'the usual column'} into {node}", partial(with_input, node=node, column=column)
            )
        else:
            self.session.do(
                f"Compare {node} with {column or 'the usual column'}", partial(_aimed, node=node, column=column)
            )


def _aimed(project: Project, *, node: str, column: str) -> Project:
    """An output that is compared with a column, or with the usual one."""
    return edits.put(project, MODEL, node, target=column) if column else edits.reset(project, MODEL, node, "target")


class WiresSection(Section):
    """A row for each input and output."""

    def __init__(self, panel: Panel) -> None:
        super().__init__("Inputs and targets", panel)
        self.rows: list[WireRow] = []
        self.list = QVBoxLayout()
        self.list.setSpacing(4)
        self.empty = label("The network has neither inputs nor outputs yet.", "small", wrap=True)
        self.body.addWidget(self.empty)
        self.body.addLayout(self.list)

    def show_facts(self, facts: Facts) -> None:
        ends = [(fit.node, fit.what) for fit in facts.fits]
        if ends != [(row.fit.node, row.fit.what) for row in self.rows]:
            clear(self.list)
            self.rows = [WireRow(fit, self.session) for fit in facts.fits]
            for row in self.rows:
                self.list.addWidget(row)
        for row, fit in zip(self.rows, facts.fits, strict=True):
            row.show_fit(fit, facts.columns, _said(self.session.state, fit))
        self.empty.setVisible(not facts.fits)


def _said(state: State, fit: Fit) -> str:
    """The column that the project names."""
    if fit.what == "input":
        return str(thing(state.project.data.get("inputs")).get(fit.node, ""))
    node = state.project.networks[MODEL].nodes.get(fit.node)
    return str(node.fields.get("target", "")) if node else ""
