"""CostModel: the lines of the summary as Qt's tables want them."""

from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt

from dlstudio.ui.panels.costs import COLUMNS, NUMBERS, TITLES, Column, Costs, Line, Way, cell, ordered, sifted

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
LINE = Role.UserRole + 1
"""The role under which a cell gives its line."""


class Entry:
    """A line at its place in the tree; what is in a block is made when it is first asked for."""

    __slots__ = ("_children", "line", "parent", "row")

    def __init__(self, line: Line | None, parent: "Entry | None", row: int) -> None:
        self.line, self.parent, self.row = line, parent, row
        self._children: list[Entry] | None = None

    def children(self, model: "CostModel") -> "list[Entry]":
        if self._children is None:
            lines = self.line.children if self.line else model.lines
            self._children = [Entry(line, self, row) for row, line in enumerate(model.in_order(lines))]
        return self._children


class CostModel(QAbstractItemModel):
    """Sorted and sifted in Python's own sort, so that ten thousand lines take no time."""

    def __init__(self) -> None:
        super().__init__()
        self.costs: Costs | None = None
        self.lines: tuple[Line, ...] = ()
        self.words = ""
        self.by: Column | None = None
        self.falling = False
        self._root = Entry(None, None, 0)

    # What it holds

    def show(self, found: Costs) -> None:
        """Other costs; where the nodes are the same only the numbers change."""
        old = self.lines
        self.costs, self.lines = found, sifted(found.lines, self.words)
        if self.by is None and _ways(old) == _ways(self.lines):
            self._renew(self._root, self.lines)
            if self.lines:
                last = self.index(len(self.lines) - 1, len(COLUMNS) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
        else:
            self._reset()

    def sift(self, words: str) -> None:
        self.words = words
        self.lines = sifted(self.costs.lines, words) if self.costs else ()
        self._reset()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By a column; by none of them when it is negative."""
        self.by = COLUMNS[column] if column >= 0 else None
        self.falling = order == Qt.SortOrder.DescendingOrder
        self._reset()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)

    def in_order(self, lines: tuple[Line, ...]) -> list[Line]:
        return ordered(lines, self.by, falling=self.falling)

    def _reset(self) -> None:
        self.beginResetModel()
        self._root = Entry(None, None, 0)
        self.endResetModel()

    def _renew(self, entry: Entry, lines: tuple[Line, ...]) -> None:
        for child, line in zip(entry.children(self), lines, strict=True):
            child.line = line
            if child._children is not None:
                self._renew(child, line.children)

    def find(self, way: Way) -> QModelIndex:
        """Where a node stands, or nowhere."""
        entry: Entry | None = self._root
        for name in way:
            children = entry.children(self) if entry else []
            entry = next((child for child in children if child.line and child.line.node == name), None)
        return self.createIndex(entry.row, 0, entry) if entry and entry.line else QModelIndex()

    # What Qt asks

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        children = self._entry(parent).children(self)
        return self.createIndex(row, column, children[row]) if 0 <= row < len(children) else QModelIndex()

    def parent(self, child: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        above = self._entry(child).parent
        return self.createIndex(above.row, 0, above) if above and above.line else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(self._entry(parent).children(self)) if parent.column() <= 0 else 0

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008
        line = self._entry(parent).line
        return bool(line.children if line else self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(COLUMNS)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        line = self._entry(index).line
        column = COLUMNS[index.column()]
        if line is None:
            return None
        if role == Role.DisplayRole:
            return cell(line, column)
        if role == LINE:
            return line
        if role == Role.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column in (*NUMBERS, "shape") else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Role.ToolTipRole:
            return self._share(line, column)
        return None

    def _share(self, line: Line, column: Column) -> str:
        whole = self.costs.whole(column) if self.costs else 0
        if column not in NUMBERS or not whole:
            return cell(line, column)
        return f"{cell(line, column)}: {100 * getattr(line, column) / whole:.1f} % of all"

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Role.DisplayRole:
            sorts = COLUMNS[section] == self.by
            return f"{TITLES[COLUMNS[section]]}{(' ↓' if self.falling else ' ↑') if sorts else ''}"
        if role == Role.TextAlignmentRole:
            right = COLUMNS[section] in (*NUMBERS, "shape")
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def _entry(self, index: Index) -> Entry:
        entry: Entry = index.internalPointer() if index.isValid() else self._root
        return entry


def _ways(lines: tuple[Line, ...]) -> list[object]:
    return [(line.node, _ways(line.children)) for line in lines]
