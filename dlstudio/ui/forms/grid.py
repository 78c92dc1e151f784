"""Grid: numbers in cells, typed, filled, copied, and pasted from a spreadsheet."""

from itertools import product
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHeaderView, QSizePolicy, QTableView

from dlstudio.catalog.by_hand import Weight
from dlstudio.ui.forms.number import number_text, written
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.tokens import TINY

Index = QModelIndex | QPersistentModelIndex
CELL, ROW, MOST_ROWS = 48, 22, 8
"""The width of a cell, the height of a row, and how many rows are seen at once."""

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Cells(QAbstractTableModel):
    """The numbers of a grid; an empty cell counts as 0."""

    typed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[float | None]] = []
        self.weight = Weight(())

    @property
    def lead(self) -> tuple[int, ...]:
        """The lengths of the axes that the rows stand for."""
        return self.weight.shape[:-1]

    def show_numbers(self, rows: list[list[float | None]], weight: Weight) -> None:
        if (rows, weight) == (self.rows, self.weight):
            return
        alike = weight == self.weight
        if alike:
            self.rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(rows[0]) - 1))
        else:
            self.beginResetModel()
            self.rows, self.weight = rows, weight
            self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return len(self.rows[0]) if self.rows else 0

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        number = self.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return "" if number is None else f"{number:.4g}"
        if role == Qt.ItemDataRole.EditRole:
            return "" if number is None else written(number)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(RIGHT)
        return None

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        columns = way == Qt.Orientation.Horizontal
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole) or not (columns or self.lead):
            return None
        shown = role == Qt.ItemDataRole.DisplayRole
        if columns and self.lead:
            return str(section) if shown else None
        if columns:
            return self.weight.name(section) if shown else self.weight.meaning(section)
        further = []
        for length in reversed(self.lead[1:]):
            further.append(str(section % length))
            section //= length
        return "·".join([self.weight.name(section), *reversed(further)]) if shown else self.weight.meaning(section)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        number = number_of(str(value))
        if number is None or number == self.rows[index.row()][index.column()]:
            return False
        self.put({(index.row(), index.column()): number})
        return True

    def put(self, numbers: dict[tuple[int, int], float]) -> None:
        """Several cells at once."""
        self.rows = [list(row) for row in self.rows]
        for (row, column), number in numbers.items():
            self.rows[row][column] = number
        self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, self.columnCount() - 1))
        self.typed.emit()


class Grid(QTableView):
    """A small table of numbers."""

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.cells = Cells()
        self.setModel(self.cells)
        self.setProperty("role", "grid")
        self.setFont(fonts.numbers(TINY))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.horizontalHeader().setDefaultSectionSize(CELL)
        self.horizontalHeader().setMinimumSectionSize(28)
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setFixedHeight(ROW)
        self.horizontalHeader().setDefaultAlignment(RIGHT)
        self.cells.typed.connect(self._tell)

    def show_numbers(self, rows: list[list[float | None]], weight: Weight) -> None:
        """Shows the numbers of a weight, all axes but its last one laid out in rows."""
        self.cells.show_numbers(rows, weight)
        few = len(rows[0]) * CELL <= 200
        mode = QHeaderView.ResizeMode.Stretch if few else QHeaderView.ResizeMode.Fixed
        self.horizontalHeader().setSectionResizeMode(mode)
        self.verticalHeader().setVisible(bool(self.cells.lead))
        self.setFixedHeight(ROW * (min(len(rows), MOST_ROWS) + 1) + (2 if few else 14))

    def fill(self, number: float) -> None:
        """One number for all cells that are selected, or for all when at most one is."""
        chosen = [(index.row(), index.column()) for index in self.selectedIndexes()]
        if len(chosen) < 2:
            chosen = list(product(range(self.cells.rowCount()), range(self.cells.columnCount())))
        self.cells.put(dict.fromkeys(chosen, number))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _own(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self._text())
        elif event.matches(QKeySequence.StandardKey.Paste):
            self._paste(QGuiApplication.clipboard().text())
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.cells.put({(index.row(), index.column()): 0.0 for index in self.selectedIndexes()})
        else:
            super().keyPressEvent(event)

    def _text(self) -> str:
        lines: dict[int, list[str]] = {}
        for index in sorted(self.selectedIndexes(), key=lambda index: (index.row(), index.column())):
            lines.setdefault(index.row(), []).append(written(self.cells.rows[index.row()][index.column()] or 0.0))
        return "\n".join("\t".join(line) for line in lines.values())

    def _paste(self, text: str) -> None:
        """Rows of a spreadsheet, from the current cell on; what does not fit or is no number is left out."""
        top, left = max(0, self.currentIndex().row()), max(0, self.currentIndex().column())
        found = {
            (top + row, left + column): number
            for row, line in enumerate(text.strip("\n").splitlines())
            for column, word in enumerate(line.split("\t") if "\t" in line else line.replace(",", " ").split())
            if (number := number_of(word)) is not None
            and top + row < self.cells.rowCount()
            and left + column < self.cells.columnCount()
        }
        if found:
            self.cells.put(found)

    def _tell(self) -> None:
        self.edited.emit([[number or 0.0 for number in row] for row in self.cells.rows])


def _own(event: QKeyEvent) -> bool:
    """Whether the grid hears these keys itself."""
    plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
    keys = (QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.Paste, QKeySequence.StandardKey.SelectAll)
    return plain or any(event.matches(each) for each in keys)


def number_of(word: str) -> float | None:
    """The number that a word of a spreadsheet says, if it says one."""
    try:
        found = float(number_text(word.strip()))
    except ValueError:
        return None
    return found if abs(found) < 1e300 else None
