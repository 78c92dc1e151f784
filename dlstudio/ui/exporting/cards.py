"""Cards: the formats, of which one is chosen, with the mouse or the arrow keys."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QScrollArea, QVBoxLayout, QWidget

from dlstudio.catalog.formats import Format, formats
from dlstudio.ui.exporting.card import Card
from dlstudio.ui.theme.tokens import Theme

BAR = 12
"""Room for the scroll bar."""


class Cards(QScrollArea):
    """Every format that is registered, under each other."""

    chosen = Signal(object)

    def __init__(self, width: int, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedWidth(width + BAR)
        self.setAccessibleName("Formats")
        self.group = QButtonGroup(self)
        self.cards = {form.kind: Card(form, width, theme) for form in formats}
        inner = QWidget()
        inner.setProperty("role", "clear")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for card in self.cards.values():
            self.group.addButton(card)
            column.addWidget(card)
        column.addStretch(1)
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.group.buttonToggled.connect(self._on_toggled)

    def choose(self, form: type[Format]) -> None:
        """One of them, and no other."""
        self.cards[form.kind].setChecked(True)

    @property
    def form(self) -> type[Format]:
        """The one that is chosen."""
        return next(card.form for card in self.cards.values() if card.isChecked())

    def _on_toggled(self, card: QWidget, on: bool) -> None:
        if on and isinstance(card, Card):
            self.ensureWidgetVisible(card)
            self.chosen.emit(card.form)
