"""Summary: what each node of the network takes: parameters, work, memory."""

from pathlib import Path

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from dlstudio.compiler.cost import WIDTH, named_optimizer, size
from dlstudio.core import files
from dlstudio.runs.names import made as file_name
from dlstudio.ui.background import Background
from dlstudio.ui.panels.cost_model import LINE, CostModel
from dlstudio.ui.panels.cost_view import CostView, Sums
from dlstudio.ui.panels.costs import Costs, Question, Way, as_csv, as_markdown, costs
from dlstudio.ui.panels.panel import Panel, instead
from dlstudio.ui.session import Choice, Session, State
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.theme.letters import hold
from dlstudio.ui.theme.tokens import Theme

BATCH, MOST = 64, 2**24
DELAY = 30
"""Milliseconds without an edit before it is counted anew."""
MARKED = 200
"""How many selected nodes are looked for in the table."""
EMPTY = "Nothing to count yet: add a layer to the canvas."


class Summary(Panel):
    """The table; a click goes to the node, and what is selected stands out."""

    name, title, icon, area = "summary", "Summary", "table-2", "bottom"

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.rows = CostModel()
        self.view = CostView(self.rows, theme)
        self.rows.modelReset.connect(self._on_reset)
        self.sums = Sums(self.view)
        self.filter, self.batch, self.precision = QLineEdit(), QSpinBox(), QComboBox()
        self.memory, self.empty = QLabel(), instead(EMPTY)
        self.memory.setProperty("role", "number")
        self._buttons: dict[str, QToolButton] = {}
        self._following = False
        self._asked: Question | None = None
        self._said_batch = False
        self._open: set[Way] = set()
        """The blocks whose inside is shown."""
        self._set_up()
        self._lay_out()
        self.background = Background(costs, self._show, self, delay=DELAY)
        self.set_theme(theme)

    def _set_up(self) -> None:
        self.filter.setPlaceholderText("Filter by name or kind")
        self.filter.setAccessibleName("Filter")
        self.filter.setClearButtonEnabled(True)
        hold(self.filter, 200)
        self.filter.textChanged.connect(self._on_words)
        self.batch.setRange(1, MOST)
        hold(self.batch, 80)
        self.batch.setAccessibleName("Batch size")
        self.batch.setToolTip("How many samples at once the memory is told for")
        self.batch.valueChanged.connect(self._on_batch)
        self.precision.addItems(list(WIDTH))
        self.precision.setAccessibleName("Precision")
        self.precision.setToolTip("How real numbers are stored")
        self.precision.currentTextChanged.connect(lambda _: self._ask())
        self.view.selectionModel().currentRowChanged.connect(self._on_row)
        self.view.clicked.connect(self._on_row)
        self.view.expanded.connect(lambda index: self._open.add(index.data(LINE).way))
        self.view.collapsed.connect(lambda index: self._open.discard(index.data(LINE).way))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(self.filter)
        row.addStretch(1)
        row.addWidget(self.memory)
        row.addSpacing(8)
        for title, widget in (("Batch", self.batch), ("Precision", self.precision)):
            label = QLabel(title)
            label.setProperty("role", "muted")
            label.setBuddy(widget)
            row.addWidget(label)
            row.addWidget(widget)
        for sign, title, does in (
            ("copy", "Copy as Markdown", self.copy),
            ("download", "Export as CSV…", self.export),
        ):
            button = QToolButton()
            button.setToolTip(title)
            button.setAccessibleName(title)
            button.clicked.connect(does)
            row.addWidget(button)
            self._buttons[sign] = button
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.view, 1)
        column.addWidget(self.sums)
        column.addWidget(self.empty, 1)

    def sizeHint(self) -> QSize:
        return QSize(640, 240)

    # What is shown

    def show_state(self, old: State | None, new: State) -> None:
        if not self._said_batch:
            self.batch.blockSignals(True)
            self.batch.setValue(int(str(new.project.training.get("batch_size", BATCH))))
            self.batch.blockSignals(False)
        self._ask()
        if old is None or old.choice.nodes != new.choice.nodes or old.trail != new.trail:
            self._follow(new)

    def _ask(self) -> None:
        state = self.session.state
        plan = state.checked.plans.get(state.trail[0].network)
        there = plan is not None and bool(plan.network.nodes)
        for widget in (self.view, self.sums, self.memory):
            widget.setVisible(there)
        self.empty.setVisible(not there)
        for button in self._buttons.values():
            button.setEnabled(there)
        if plan is None or not there:
            return
        rule = named_optimizer(state.project)
        asked = Question(plan, self.batch.value(), self.precision.currentText(), rule)  # type: ignore[arg-type]
        if self._asked is None or not self._asked.same(asked):
            self._asked = asked
            self.background.ask(asked)

    def _show(self, _: Question, found: Costs) -> None:
        self.rows.show(found)
        self.view.viewport().update()
        self.sums.update()
        memory = found.memory
        self.memory.setText(
            f"{size(memory.training)} to train with {memory.optimizer} · {size(memory.inference)} to run"
        )
        parts = (
            f"weights {size(memory.weights)}, gradients {size(memory.gradients)}, optimizer {size(memory.state)} "
            f"({memory.optimizer}), activations {size(memory.activations)}"
        )
        self.memory.setToolTip(f"In training, at batch {memory.batch:,}: {parts}")

    def _on_reset(self) -> None:
        """After another order the same blocks are open and the same nodes selected."""
        blocks = any(line.children for line in self.rows.lines)
        self.view.setRootIsDecorated(blocks)
        if self.rows.words and blocks:
            self.view.expandAll()
        for way in tuple(self._open):
            self.view.expand(self.rows.find(way))
        self._follow(self.session.state)

    def _follow(self, state: State) -> None:
        """Selects the rows of what is selected on the canvas."""
        blocks = tuple(place.block for place in state.trail[1:])
        found = [self.rows.find((*blocks, node)) for node in sorted(state.choice.nodes)[:MARKED]]
        chosen = QItemSelection()
        last = self.rows.columnCount() - 1
        for index in found:
            if index.isValid():
                chosen.select(index, index.siblingAtColumn(last))
        self._following = True
        self.view.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if len(found) == 1 and found[0].isValid():
            flag = QItemSelectionModel.SelectionFlag.NoUpdate
            self.view.selectionModel().setCurrentIndex(found[0], flag)
            self.view.scrollTo(found[0])
        self._following = False

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.view.theme = theme
        self.view.viewport().update()
        self.sums.update()
        for sign, button in self._buttons.items():
            button.setIcon(icon(sign, theme))

    # What is done

    def _on_words(self, words: str) -> None:
        self.rows.sift(words)

    def _on_batch(self, _: int) -> None:
        self._said_batch = True
        self._ask()

    def _on_row(self, index: QModelIndex, _: QModelIndex | None = None) -> None:
        if index.isValid() and not self._following:
            self._go(index.data(LINE).way)

    def _go(self, way: Way) -> None:
        """Selects a node, in the blocks that lead to it, and shows it."""
        session, blocks = self.session, way[:-1]
        if tuple(place.block for place in session.state.trail[1:]) != blocks:
            session.leave(1)
            for block in blocks:
                session.enter(block)
        session.choose(Choice(frozenset([way[-1]])))
        self.wants.emit(way[-1])

    def copy(self) -> None:
        """The whole table as Markdown."""
        if self.rows.costs:
            QGuiApplication.clipboard().setText(as_markdown(self.rows.costs))

    def export(self) -> None:
        """The whole table into a file that the user chooses."""
        state = self.session.state
        start = (state.path.parent if state.path else Path.home()) / f"{file_name(state.project.name)}.csv"
        chosen, _ = QFileDialog.getSaveFileName(self, "Export the summary", str(start), "Table (*.csv)")
        if chosen and self.rows.costs:
            path = Path(chosen)
            files.write(path if path.suffix else path.with_suffix(".csv"), as_csv(self.rows.costs).encode())

    def stop(self) -> None:
        self.background.stop()
