"""RunModel: the runs as Qt's tables want them, sifted and in order."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from dlstudio.runs.census import Record
from dlstudio.runs.terms import sifted
from dlstudio.ui.panels.runs.columns import Column, cell, columns, ordered

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
Role = Qt.ItemDataRole
RECORD, COLUMN = Role.UserRole + 1, Role.UserRole + 2
"""The roles under which a cell gives its run and its column."""
WRITTEN = ("name", "note")
"""The columns that can be written into."""


class RunModel(QAbstractTableModel):
    """Rows stay what they are while nothing but numbers change."""

    def __init__(self, write: Callable[[Record, str, str], bool]) -> None:
        super().__init__()
        self._write = write
        self.all: tuple[Record, ...] = ()
        self.rows: tuple[Record, ...] = ()
        self.columns: tuple[Column, ...] = columns(())
        self.words, self.falling = "", False
        self.by: Column | None = None
        self.ticked: dict[Path, int] = {}
        """The runs whose curves are drawn over the one that is seen, each with its hue."""

    # What it holds

    def show(self, records: Sequence[Record]) -> None:
        """Other runs, or the same ones further on."""
        self.all = tuple(records)
        made = columns(self.all)
        if made != self.columns:
            self.beginResetModel()
            self.columns = made
            self.by = next((each for each in made if self.by and each.key == self.by.key), None)
            self.rows = self._arranged()
            self.endResetModel()
        else:
            self._renew()

    def sift(self, words: str) -> None:
        """Only those that all words fit."""
        self.words = words
        self._renew()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By a column; by none, the newest first, when it is negative."""
        self.by = self.columns[column] if column >= 0 else None
        self.falling = order == Qt.SortOrder.DescendingOrder
        self._renew()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def touch(self) -> None:
        """What is drawn beside the cells changed."""
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(self.columns) - 1))

    def find(self, path: Path) -> QModelIndex:
        """Where a run stands, or nowhere."""
        row = next((row for row, record in enumerate(self.rows) if record.path == path), -1)
        return self.index(row, 0) if row >= 0 else QModelIndex()

    def _arranged(self) -> tuple[Record, ...]:
        return ordered(sifted(self.all, self.words), self.by, falling=self.falling)

    def _renew(self) -> None:
        made = self._arranged()
        if [each.path for each in made] == [each.path for each in self.rows]:
            old, self.rows = self.rows, made
            last = len(self.columns) - 1
            for row, (was, now) in enumerate(zip(old, made, strict=True)):
                if was is not now:
                    self.dataChanged.emit(self.index(row, 0), self.index(row, last))
            return
        self.beginResetModel()
        self.rows = made
        self.endResetModel()

    # What Qt asks

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        found = super().flags(index)
        written = index.isValid() and self.columns[index.column()].kind in WRITTEN
        return found | Qt.ItemFlag.ItemIsEditable if written else found

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        record, column = self.rows[index.row()], self.columns[index.column()]
        if role in (Role.DisplayRole, Role.EditRole):
            return cell(record, column)
        if role == RECORD:
            return record
        if role == COLUMN:
            return column
        if role == Role.ToolTipRole:
            return record.run.reason if column.kind == "status" and record.run.reason else cell(record, column)
        if role == Role.AccessibleTextRole and column.kind == "tick":
            return "ticked" if record.path in self.ticked else "not ticked"
        return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        """Writes a name or a note to the disk."""
        record, column = self.rows[index.row()], self.columns[index.column()]
        text = str(value).strip()
        return role == Role.EditRole and text != cell(record, column) and self._write(record, column.kind, text)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        column = self.columns[section]
        if role == Role.DisplayRole:
            return f"{column.title} {'↓' if self.falling else '↑'}" if column == self.by else column.title
        if role == Role.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return column.help if role == Role.ToolTipRole else None
