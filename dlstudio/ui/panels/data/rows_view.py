"""RowsView: samples as rows of a table; rows are brought when they are first seen."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from dlstudio.ui.panels.data.pages import Pages
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.tokens import SMALL

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
ROW, NARROW, WIDE = 24, 72, 260
"""Pixels: how high a row is, and how narrow and wide a column may be at first."""


class Rows(QAbstractTableModel):
    """The samples that were picked, and where each came from."""

    def __init__(self, pages: Pages) -> None:
        super().__init__(pages)
        self.pages = pages
        self.by, self.falling = "", False
        pages.renewed.connect(self._renew)
        pages.came.connect(self._came)

    def show_order(self, by: str, falling: bool) -> None:
        """By which head the samples are ordered."""
        self.by, self.falling = by, falling
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, max(0, self.columnCount() - 1))

    def _renew(self) -> None:
        self.beginResetModel()
        self.endResetModel()

    def _came(self) -> None:
        if self.rowCount() and self.columnCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, self.rowCount() - 1)
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else min(self.pages.total, 2**31 - 1)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.pages.heads)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        tile = self.pages.tile(index.row())
        if tile is None:
            self.pages.need(index.row(), index.row() + 1)
            return "…" if role == Qt.ItemDataRole.DisplayRole else None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            value = tile.values[index.column()] if index.column() < len(tile.values) else ""
            return value.replace("\n", "⏎")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(tile.values, index.column())
        return fonts.numbers(SMALL) if role == Qt.ItemDataRole.FontRole else None

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if way == Qt.Orientation.Horizontal:
            return self._head(section, role) if section < len(self.pages.heads) else None
        tile = self.pages.tile(section)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tile.where if tile else None
        return (str(tile.index) if tile else str(section)) if role == Qt.ItemDataRole.DisplayRole else None

    def _head(self, section: int, role: int) -> Any:
        name = self.pages.heads[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            tile = next(iter(self.pages.known.values()), None)
            return _side(tile.values if tile else (), section)
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{name} {'↓' if self.falling else '↑'}" if name == self.by else name
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{name}\nClick, or S in its column, to sort" if name in self.pages.orderly else name
        return None


def _side(values: tuple[str, ...], column: int) -> int:
    """Numbers stand at the right of their column, words at the left."""
    right = column < len(values) and is_number(values[column])
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    return int(side | Qt.AlignmentFlag.AlignVCenter)


def is_number(text: str) -> bool:
    """Whether a cell holds a number."""
    return text[-1:].isdigit() and text.lstrip("−")[:1].isdigit() and " " not in text


class RowsView(QTableView):
    """The table; Enter or a double-click opens a sample."""

    opened = Signal(int)
    sorts = Signal(str)
    """The samples shall be ordered by this head, or the other way round."""

    def __init__(self, pages: Pages) -> None:
        super().__init__()
        self.pages = pages
        self.rows = Rows(pages)
        self.setModel(self.rows)
        self.setAccessibleName("Samples in rows")
        self.setFont(fonts.numbers(SMALL))
        self.setShowGrid(False)
        self.setStyleSheet("QTableView::item { padding: 0 8px; }")
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setMinimumSectionSize(48)
        self.horizontalHeader().setHighlightSections(False)
        self.verticalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsClickable(True)
        self.horizontalHeader().sectionClicked.connect(self._sort)
        pages.found.connect(self._seek)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))
        self._fitted: tuple[str, ...] = ()
        self._column = 0
        pages.came.connect(self._fit)

    def _fit(self) -> None:
        """Makes the columns as wide as their heads and first cells, once for each table."""
        if self._fitted == self.pages.heads or not self.pages.heads:
            return
        self._fitted = self.pages.heads
        metrics, head = self.fontMetrics(), self.horizontalHeader().fontMetrics()
        tiles = [tile for at in range(12) if (tile := self.pages.tile(at))]
        for column, title in enumerate(self.pages.heads):
            cells = [tile.values[column] for tile in tiles if column < len(tile.values)]
            widest = max([head.horizontalAdvance(f"{title} ↓"), *(metrics.horizontalAdvance(cell) for cell in cells)])
            self.setColumnWidth(column, max(NARROW, min(WIDE, widest + 28)))

    @property
    def chosen(self) -> int:
        """The number of the sample that is chosen, or -1."""
        rows = self.selectionModel().selectedRows()
        tile = self.pages.tile(rows[0].row()) if rows else None
        return tile.index if tile else -1

    def _seek(self, place: int) -> None:
        """Chooses the row that the chosen sample has now."""
        index = self.rows.index(place, max(0, self._column))
        across = self.horizontalScrollBar().value()
        self.setCurrentIndex(index)
        self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        self.horizontalScrollBar().setValue(across)

    def _sort(self, column: int) -> None:
        if 0 <= column < len(self.pages.heads) and self.pages.heads[column] in self.pages.orderly:
            self._column = column
            self.sorts.emit(self.pages.heads[column])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_S and not event.modifiers():
            self._sort(self.currentIndex().column())
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)
