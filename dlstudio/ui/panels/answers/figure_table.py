"""FigureTable: a row of numbers for each class, label or number; a click on a head sorts by it."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from math import isnan
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from dlstudio.ui.panels.answers.board import ClassRow, NumberRow
from dlstudio.ui.panels.answers.words import number, percent
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.tokens import SMALL

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
ROW = 22
CLASS_HEADS = ("class", "precision", "recall", "F1", "samples")
NUMBER_HEADS = ("number", "R²", "mean error", "mean absolute", "root mean square", "largest")
HELP = {
    "precision": "Of what it called so, the share that is so",
    "recall": "Of what is so, the share that it called so",
    "F1": "The harmonic mean of precision and recall",
    "samples": "How many are of this class",
    "R²": "The share of the target's variance that it explains; 0 is no better than the mean",
    "mean error": "Above 0: it answers too much",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row, and where it stood before it was sorted."""

    at: int
    values: tuple[Any, ...]


class Lines(QAbstractTableModel):
    """The rows in the order that somebody chose."""

    def __init__(self) -> None:
        super().__init__()
        self.heads: tuple[str, ...] = CLASS_HEADS
        self.lines: list[Line] = []
        self.by, self.falling = -1, False

    def show(self, rows: Sequence[ClassRow | NumberRow], heads: tuple[str, ...]) -> None:
        """Other rows; where there are as many, only the numbers change."""
        lines = [Line(at, astuple(row)) for at, row in enumerate(rows)]
        if heads == self.heads and len(lines) == len(self.lines):
            self.lines = self._ordered(lines)
            self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, len(heads) - 1))
            return
        self.beginResetModel()
        if heads != self.heads:
            self.by = -1
        self.heads, self.lines = heads, self._ordered(lines)
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.by, self.falling = column, order == Qt.SortOrder.DescendingOrder
        self.beginResetModel()
        self.lines = self._ordered(self.lines)
        self.endResetModel()

    def _ordered(self, lines: list[Line]) -> list[Line]:
        """Rows without a value stand last."""
        first = sorted(lines, key=lambda line: line.at)
        if self.by < 0:
            return first
        known = [line for line in first if not _missing(line.values[self.by])]
        rest = [line for line in first if _missing(line.values[self.by])]
        return [*sorted(known, key=lambda line: line.values[self.by], reverse=self.falling), *rest]

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.heads)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.written(self.lines[index.row()].values[column], column)
        if role == Qt.ItemDataRole.FontRole:
            return fonts.numbers(SMALL) if column else fonts.words(SMALL)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(column)
        return None

    def written(self, value: Any, column: int) -> str:
        """One value as people read it."""
        if not column:
            return str(value)
        if self.heads == NUMBER_HEADS:
            return number(value)
        return percent(value) if column < len(CLASS_HEADS) - 1 else f"{value:,}"

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if way != Qt.Orientation.Horizontal or section >= len(self.heads):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.heads[section] + ((" ↓" if self.falling else " ↑") if section == self.by else "")
        if role == Qt.ItemDataRole.ToolTipRole:
            return HELP.get(self.heads[section])
        return _side(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def table(self) -> list[list[str]]:
        """As it is written to a file, every number with all its digits."""
        rows = ([("" if _missing(value) else str(value)) for value in line.values] for line in self.lines)
        return [list(self.heads), *rows]


class FigureTable(QTableView):
    """Enter or a click on a row picks the samples of its class."""

    picked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.rows = Lines()
        self.setModel(self.rows)
        self.setAccessibleName("Numbers of each class")
        self.setProperty("role", "figures")
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self.sort_by)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.clicked.connect(lambda index: self.picked.emit(self.rows.lines[index.row()].at))

    def show_rows(self, rows: Sequence[ClassRow | NumberRow], heads: tuple[str, ...]) -> None:
        """Other numbers."""
        fresh = heads != self.rows.heads or self.horizontalHeader().sectionResizeMode(0) != _STRETCH
        self.rows.show(rows, heads)
        if fresh:
            header = self.horizontalHeader()
            header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            header.setMinimumSectionSize(72)
            header.setSectionResizeMode(0, _STRETCH)

    def sort_by(self, column: int) -> None:
        """Numbers fall at first, names rise; then the other way; the third time as the classes stand."""
        first = bool(column)
        falling = Qt.SortOrder.DescendingOrder
        if self.rows.by != column:
            self.rows.sort(column, falling if first else Qt.SortOrder.AscendingOrder)
        elif self.rows.falling == first:
            self.rows.sort(column, Qt.SortOrder.AscendingOrder if first else falling)
        else:
            self.rows.sort(-1)

    def select(self, at: int) -> None:
        """Marks the row of a class."""
        row = next((i for i, line in enumerate(self.rows.lines) if line.at == at), -1)
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().select(self.rows.index(row, 0), flags.ClearAndSelect | flags.Rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        current = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and current.isValid():
            self.picked.emit(self.rows.lines[current.row()].at)
        else:
            super().keyPressEvent(event)


_STRETCH = QHeaderView.ResizeMode.Stretch


def _missing(value: Any) -> bool:
    return isinstance(value, float) and isnan(value)


def _side(column: int) -> int:
    side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
    return int(side | Qt.AlignmentFlag.AlignVCenter)
