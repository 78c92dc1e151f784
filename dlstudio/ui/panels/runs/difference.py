"""Difference: in what two runs differ, beside each other; a line of a node leads to it on the canvas."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.comparison import compare
from dlstudio.runs.folder import RunFolder
from dlstudio.runs.library import RunSummary
from dlstudio.ui.background import Background
from dlstudio.ui.panels.runs.lines import Line, as_text, lines
from dlstudio.ui.session import Session
from dlstudio.ui.theme.fonts import numbers, words
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.theme.ink import color
from dlstudio.ui.theme.tokens import SMALL, TINY, Theme

WIDTH, VALUE = 376, 104
LINE = Qt.ItemDataRole.UserRole
Pair = tuple[Path, Path]


class Difference(QFrame):
    """Stands beside the table while two runs are chosen: the older one on the left."""

    def __init__(self, session: Session, reveal: Callable[[str], object]) -> None:
        super().__init__()
        self.session, self._reveal = session, reveal
        self.theme: Theme | None = None
        self.lines: tuple[Line, ...] = ()
        self._pair: Pair | None = None
        self.setAccessibleName("Difference of two runs")
        self.setMinimumWidth(320)
        self.head = QLabel()
        self.head.setProperty("role", "muted")
        self.copy = QToolButton()
        self.copy.setAccessibleName("Copy as text")
        self.copy.setToolTip("Copy as text")
        self.copy.clicked.connect(self.to_clipboard)
        top = QHBoxLayout()
        top.setContentsMargins(12, 0, 8, 0)
        top.addWidget(self.head, 1)
        top.addWidget(self.copy)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName("What differs")
        self.tree.setColumnCount(3)
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(0)
        self.tree.setUniformRowHeights(True)
        self.tree.setAllColumnsShowFocus(True)
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionsMovable(False)
        for column in (1, 2):
            self.tree.header().resizeSection(column, VALUE)
        self.tree.itemClicked.connect(self._go)
        self.tree.itemActivated.connect(self._go)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(0, 0, 0, 0)
        column_.setSpacing(0)
        column_.addLayout(top)
        column_.addWidget(self.tree, 1)
        self.background: Background[Pair, tuple[Line, ...]] = Background(_differ, self._show, self)

    def show_runs(self, runs: Sequence[RunSummary]) -> None:
        """Compares two runs; where there are not two, it goes."""
        self.setVisible(len(runs) == 2)
        if len(runs) != 2:
            self._pair = None
            return
        one, other = sorted(runs, key=lambda run: (run.started, run.name))
        if self._pair != (one.path, other.path):
            self._pair = one.path, other.path
            self.head.setText("Comparing …")
            self.tree.clear()
            self.background.ask(self._pair)

    def _show(self, pair: Pair, found: tuple[Line, ...]) -> None:
        self.lines = found
        count = sum(bool(line.sign) for line in found)
        self.head.setText(f"{count or 'No'} difference{'' if count == 1 else 's'}")
        self.tree.setHeaderLabels(["", pair[0].name, pair[1].name])
        for column in (1, 2):
            self.tree.headerItem().setToolTip(column, str(pair[column - 1]))
        self._fill()

    def _fill(self) -> None:
        if self.theme is None:
            return
        self.tree.clear()
        theme = self.theme
        tints = {"+": theme.good, "−": theme.bad, "~": theme.text, "": theme.muted}
        for line in self.lines:
            sign = f"{line.sign} " if line.sign in ("+", "−") else ""
            item = QTreeWidgetItem([f"{sign}{line.what}", line.before, line.after])
            item.setData(0, LINE, line)
            item.setFont(0, words(TINY if line.title else SMALL, line.title))
            item.setForeground(0, color(theme.muted if line.title else tints[line.sign]))
            for column, tint in ((1, theme.muted), (2, theme.text)):
                item.setFont(column, numbers(SMALL))
                item.setForeground(column, color(tint))
                item.setToolTip(column, item.text(column))
            item.setToolTip(0, f"{line.what}\nShow it on the canvas" if line.node else line.what)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            self.tree.addTopLevelItem(item)
            item.setFirstColumnSpanned(line.title or not (line.before or line.after))

    def _go(self, item: QTreeWidgetItem) -> None:
        """Shows the node of a line, where the network on the canvas has it."""
        line: Line = item.data(0, LINE)
        network = self.session.state.project.networks.get(line.network)
        if line.node and network and line.node in network.nodes:
            self.session.show(line.network)
            self.session.choose_nodes(line.node)
            self._reveal(line.node)

    def to_clipboard(self) -> None:
        """All of it as a text."""
        if self._pair:
            one, other = self._pair
            QGuiApplication.clipboard().setText(as_text(self.lines, one.name, other.name))

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.copy.setIcon(icon("copy", theme))
        self._fill()

    def stop(self) -> None:
        self.background.stop()


def _differ(pair: Pair) -> tuple[Line, ...]:
    """In the thread; a run that cannot be read says so in place of the lines."""
    try:
        return lines(compare(RunFolder(pair[0]), RunFolder(pair[1])))
    except ProjectProblem as problem:
        return (Line(str(problem)),)
