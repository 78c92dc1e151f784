"""Chooser: the quantities by what they are of, each with a line of help."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from dlstudio.ui.elided_combo import ElidedCombo
from dlstudio.ui.panels.layers.quantities import GROUPS, QUANTITIES, Quantity

NARROWEST = 96
"""How narrow a choice may become where there is little room."""


class Chooser(ElidedCombo):
    """Headings cannot be chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("What is shown of each layer")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setMinimumWidth(NARROWEST)
        self.setMaxVisibleItems(len(QUANTITIES) + len(GROUPS))
        for group in GROUPS:
            self.addItem(group)
            self._heading(self.count() - 1)
            for each in QUANTITIES:
                if each.group == group:
                    self.addItem(each.title, each)
                    self.setItemData(self.count() - 1, each.help, Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex(1)

    @property
    def quantity(self) -> Quantity:
        found = self.currentData()
        return found if isinstance(found, Quantity) else QUANTITIES[0]

    def choose(self, name: str) -> None:
        """The quantity of this name."""
        self.setCurrentIndex(next(i for i in range(self.count()) if getattr(self.itemData(i), "name", "") == name))

    def _heading(self, index: int) -> None:
        self.model().setData(self.model().index(index, 0), 0, Qt.ItemDataRole.UserRole - 1)  # neither chosen nor lit
