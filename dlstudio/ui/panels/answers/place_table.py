"""PlaceTable: step by step what should follow, what is answered, and what else is held likely."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from dlstudio.ui.panels.answers.reading import Place
from dlstudio.ui.panels.answers.words import likely
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.ink import color
from dlstudio.ui.theme.tokens import SMALL, Theme

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
FIXED = ("step", "target", "answer")
ROW, BEST = 20, 5


class Places(QAbstractTableModel):
    """The steps of one sample."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.places: Sequence[Place] = ()
        self.likely = True

    def show(self, places: Sequence[Place], *, likely: bool) -> None:
        """Another sample, or other answers to it."""
        self.likely = likely
        if len(places) == len(self.places):
            self.places = places
            self.dataChanged.emit(self.index(0, 0), self.index(len(places) - 1, self.columnCount() - 1))
            return
        self.beginResetModel()
        self.places = places
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.places)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(FIXED) + BEST

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        place, column = self.places[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.written(place, column)
        if role == Qt.ItemDataRole.FontRole:
            return fonts.numbers(SMALL)
        if role == Qt.ItemDataRole.ForegroundRole:
            if column == 2 and place.right is not None:
                return color(self.theme.good if place.right else self.theme.bad)
            return color(self.theme.text if 0 < column <= len(FIXED) else self.theme.muted)
        if role == Qt.ItemDataRole.BackgroundRole and column >= len(FIXED) and self.likely:
            rank = column - len(FIXED)
            chance = place.chances[rank][1] if rank < len(place.chances) else 0.0
            return color(self.theme.accent, 0.45 * min(1.0, chance))
        return None

    def written(self, place: Place, column: int) -> str:
        """One cell in words."""
        if column < len(FIXED):
            sign = "" if place.right is None else " ✓" if place.right else " ✗"
            return (f"{place.at + 1:,}", place.target, place.answer + sign)[column]
        rank = column - len(FIXED)
        if rank >= len(place.chances):
            return ""
        name, chance = place.chances[rank]
        return f"{name}  {likely(chance, is_share=self.likely)}"

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if way == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return FIXED[section] if section < len(FIXED) else ("likeliest", "2nd", "3rd", "4th", "5th")[section - 3]
        if way == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None


class PlaceTable(QTableView):
    """As wide as there is room."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.places = Places(theme)
        self.setModel(self.places)
        self.setAccessibleName("What follows, step by step")
        self.setProperty("role", "figures")
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setStretchLastSection(True)

    def set_theme(self, theme: Theme) -> None:
        self.places.theme = theme
        self.viewport().update()
