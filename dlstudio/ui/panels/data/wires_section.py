"""WiresSection: which column goes into which input of a network, and which its outputs are compared with."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from dlstudio.core import edits
from dlstudio.core.document import INPUT, OUTPUT, Network, Project
from dlstudio.ui.elided import Elided
from dlstudio.ui.forms.choice import Combo
from dlstudio.ui.panels.data.changes import free_for_noise, thing, with_input
from dlstudio.ui.panels.data.facts import ColumnFact, Facts, Fit
from dlstudio.ui.panels.data.section import Section, tell
from dlstudio.ui.panels.inspector.page import label
from dlstudio.ui.panels.issue_row import FixButton
from dlstudio.ui.panels.panel import Panel, clear
from dlstudio.ui.session import Session, State
from dlstudio.ui.theme.letters import hold

NAME, LONGEST = 96, 132
"""How wide the names are, and how wide where one of them needs it."""
NONE = "The network has neither inputs nor outputs yet."
COMING = "Which column goes where is known when the data is read."


class WireRow(QWidget):
    """One input or output: its name, its column, and why that does not fit."""

    def __init__(self, fit: Fit, session: Session) -> None:
        super().__init__()
        self.fit, self.session = fit, session
        self.name = Elided()
        self.name.setText(("← " if fit.what == "target" else "→ ") + fit.node)
        self.combo, self.note = Combo(), label(role="muted")
        self.told = label(role="bad", wrap=True)
        self.fixes = QVBoxLayout()
        self.fixes.setSpacing(0)
        self.top = QWidget()
        row = QHBoxLayout(self.top)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.name)
        row.addWidget(self.combo, 1)
        row.addWidget(self.note, 1)
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
        self.note.setText(fit.note)
        self.note.setVisible(bool(fit.note))
        self.combo.setVisible(not fit.note)
        self.combo.setAccessibleName(f"Column of {fit.node}")
        self.combo.clear()
        self.combo.addItem(_usual(fit, said), "")
        for column in self._offered(columns):
            self.combo.addItem(column.name, column.name)
            self.combo.setItemData(self.combo.count() - 1, column.holds, Qt.ItemDataRole.ToolTipRole)
        self.combo.choose(said)
        self.combo.setToolTip(next((column.holds for column in columns if column.name == fit.column), ""))
        tell(self.told, fit.reason, "bad" if fit.node else "warn")
        clear(self.fixes)
        for fix in fit.fixes:
            self.fixes.addWidget(FixButton(fix, self.session), alignment=Qt.AlignmentFlag.AlignLeft)

    def _offered(self, columns: tuple[ColumnFact, ...]) -> list[ColumnFact]:
        """An input that gets noise takes the name of the column that it is given, so the name must be free."""
        if self.fit.what != "noise":
            return list(columns)
        taken = self.session.state.project.networks.get(self.fit.network, Network()).nodes.keys() - {self.fit.node}
        return [column for column in columns if column.name.isidentifier() and column.name not in taken]

    def _give(self, column: str) -> None:
        """A column, or noise for an empty name; the row knows the new name of its input before the data is seen."""
        node, network = self.fit.node, self.fit.network
        if column == self.fit.column or node not in self.session.state.project.networks[network].nodes:
            return
        name = column or free_for_noise(self.session.state.project.networks[network])
        give = partial(edits.rename, where=network, old=node, new=name)
        self.session.do(f"Give {column or 'noise'} to {node} of the {network}", give)
        self.fit = replace(self.fit, node=name, column=column)

    def _choose(self, column: str) -> None:
        node, network = self.fit.node, self.fit.network
        if self.fit.what == "noise":
            self._give(column)
        elif self.fit.what == "input":
            self.session.do(
                f"Lead {column or 'the usual column'} into {node}", partial(with_input, node=node, column=column)
            )
        else:
            aim = partial(_aimed, network=network, node=node, column=column)
            self.session.do(f"Compare {node} with {column or 'the usual column'}", aim)


def _usual(fit: Fit, said: str) -> str:
    """What there is where no column is named."""
    if fit.what == "noise":
        return "noise"
    return f"usual: {fit.column}" if fit.column and not said else "usual"


def _aimed(project: Project, *, network: str, node: str, column: str) -> Project:
    """An output that is compared with a column, or with the usual one."""
    if not column:
        return edits.reset(project, network, node, "target")
    return edits.put(project, network, node, target=column)


class WiresSection(Section):
    """A row for each input and output."""

    def __init__(self, panel: Panel) -> None:
        super().__init__("Inputs and targets", panel)
        self.rows: list[WireRow] = []
        self.list = QVBoxLayout()
        self.list.setSpacing(4)
        self.empty = label(NONE, "small", wrap=True)
        self.body.addWidget(self.empty)
        self.body.addLayout(self.list)

    def show_project(self, state: State) -> None:
        networks = state.project.networks.values()
        ends = any(network.of_kind(INPUT) or network.of_kind(OUTPUT) for network in networks)
        self.empty.setText(COMING if ends else NONE)

    def show_facts(self, facts: Facts) -> None:
        ends = [(fit.network, fit.node, fit.what) for fit in facts.fits]
        if ends != [(row.fit.network, row.fit.node, row.fit.what) for row in self.rows]:
            self._renew(facts.fits)
        for row, fit in zip(self.rows, facts.fits, strict=True):
            row.show_fit(fit, facts.columns, _said(self.session.state, fit))
        self.empty.setVisible(not facts.fits)

    def _renew(self, fits: tuple[Fit, ...]) -> None:
        """A row for each; where there are several networks, each under its name."""
        clear(self.list)
        self.rows = [WireRow(fit, self.session) for fit in fits]
        several, before = len({fit.network for fit in fits}) > 1, ""
        wide = max((row.name.sizeHint().width() for row in self.rows), default=0)
        for row in self.rows:
            hold(row.name, min(LONGEST, max(NAME, wide)))
            if several and row.fit.network != before:
                before = row.fit.network
                self.list.addWidget(label(before, "small"))
            self.list.addWidget(row)


def _said(state: State, fit: Fit) -> str:
    """The column that the project names."""
    if fit.what == "noise":
        return fit.column
    if fit.what == "input":
        return str(thing(state.project.data.get("inputs")).get(fit.node, ""))
    node = state.project.networks[fit.network].nodes.get(fit.node) if fit.network in state.project.networks else None
    return str(node.fields.get("target", "")) if node else ""
