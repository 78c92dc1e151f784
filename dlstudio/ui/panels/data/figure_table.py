"""FigureTable: the statistics of the columns, before normalization and, where there is any, after."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.ink import color
from dlstudio.ui.theme.tokens import SMALL, Theme

if TYPE_CHECKING:
    from dlstudio.ui.panels.data.figures import Figure

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
ROW, NAME, NUMBER = 24, 144, 60
HEADS = ("column", "least", "most", "mean", "spread", "remark")
INSIDE = "    "


class Lines(QAbstractTableModel):
    """One line for each figure; where normalization changes it, a second one says how it is then."""

    def __init__(self, tint: str) -> None:
        super().__init__()
        self.tint = tint
        self.cells: list[tuple[str, ...]] = []
        self.after: set[int] = set()
        """Which lines tell of numbers that are normalized."""

    def show(self, figures: "tuple[Figure, ...]") -> None:
        self.beginResetModel()
        self.cells, self.after = [], set()
        for figure in figures:
            self.cells.append((INSIDE * figure.inner + figure.name, *figure.before, figure.note))
            if figure.before != figure.after:
                self.after.add(len(self.cells))
                self.cells.append((INSIDE * (1 + figure.inner) + "normalized", *figure.after, ""))
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.cells)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(HEADS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        number = 0 < index.column() < len(HEADS) - 1
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.cells[index.row()][index.column()]
        if role == Qt.ItemDataRole.FontRole:
            return fonts.numbers(SMALL) if number else fonts.words(SMALL)
        if role == Qt.ItemDataRole.ForegroundRole and index.row() in self.after:
            return color(self.tint)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(number)
        return None

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if way == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADS[section]
        if way == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(0 < section < len(HEADS) - 1)
        return None


def _side(number: bool) -> int:
    side = Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft
    return int(side | Qt.AlignmentFlag.AlignVCenter)


class FigureTable(QTableView):
    """As high as its lines; the page around it scrolls."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.lines = Lines(theme.accent)
        self.setModel(self.lines)
        self.setAccessibleName("Statistics of the columns")
        self.setShowGrid(False)
        self.setStyleSheet("QTableView::item { padding: 0 4px; }")
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setStretchLastSection(True)

    def show_figures(self, figures: "tuple[Figure, ...]") -> None:
        """Other statistics."""
        self.lines.show(figures)
        for column in range(len(HEADS)):
            self.setColumnWidth(column, NUMBER if column else NAME)
        self.setFixedHeight(ROW * (self.lines.rowCount() + 1) + 16)

    def set_theme(self, theme: Theme) -> None:
        self.lines.tint = theme.accent
        self.viewport().update()
