"""SubjectBox: what is exported: a run with its best or last weights, or the project with fresh ones."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from dlstudio.core.document import Project
from dlstudio.ui.exporting.offer import Offer, fresh
from dlstudio.ui.forms.choice import Combo
from dlstudio.ui.job import same_graph
from dlstudio.ui.panels.inspector.page import label

FRESH = (
    "Weights that were never trained: its answers mean nothing yet. Good for seeing whether the network can be "
    "exported and how fast it runs."
)
CHANGED = "The graph was changed since then; the file holds it as it was trained."
LOOKING = "Looking for runs…"


class SubjectBox(QWidget):
    """A list, two buttons, and a sentence that says what the choice means."""

    changed = Signal()

    def __init__(self, project: Project) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self.project = project
        self.offers: tuple[Offer, ...] = (fresh(project),)
        self.list, self.networks = Combo(), Combo()
        self.list.setAccessibleName("What is exported")
        self.networks.setAccessibleName("Network")
        self.said = label(role="muted", wrap=True)
        self.weights = QFrame()
        self.weights.setProperty("role", "segments")
        self.buttons = {True: _segment("Best weights"), False: _segment("Last weights")}
        group, pair = QButtonGroup(self), QHBoxLayout(self.weights)
        pair.setContentsMargins(1, 1, 1, 1)
        pair.setSpacing(0)
        for button in self.buttons.values():
            group.addButton(button)
            pair.addWidget(button)
        self.buttons[True].setChecked(True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.list, 1)
        row.addWidget(self.networks)
        row.addWidget(self.weights)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.said)
        self._fill(0)
        self.said.setText(LOOKING)
        self.list.activated.connect(lambda _: self._show())
        self.networks.activated.connect(lambda _: self.changed.emit())
        group.buttonClicked.connect(lambda _: self._show())

    def show_offers(self, runs: tuple[Offer, ...]) -> None:
        """The runs that were found; the first is chosen."""
        self.offers = (*runs, fresh(self.project))
        self._fill(0)

    def _fill(self, number: int) -> None:
        self.list.clear()
        for offer in self.offers:
            self.list.addItem(offer.title)
        self.list.setCurrentIndex(number)
        self._show()

    @property
    def offer(self) -> Offer:
        """What is chosen."""
        return self.offers[max(0, self.list.currentIndex())]

    @property
    def network(self) -> str:
        return str(self.networks.currentData())

    @property
    def best(self) -> bool:
        return self.buttons[True].isChecked() and self.offer.best is not None

    def _show(self) -> None:
        offer, kept = self.offer, self.networks.currentData()
        self.networks.clear()
        for name in offer.networks:
            self.networks.addItem(name, name)
        self.networks.setCurrentIndex(max(0, self.networks.findData(kept)))
        self.networks.setVisible(len(offer.networks) > 1)
        self.weights.setVisible(offer.run is not None and offer.best is not None)
        self.said.setText(self._words(offer))
        self.changed.emit()

    def _words(self, offer: Offer) -> str:
        if offer.run is None:
            return FRESH
        if offer.best is None:
            last = "The last weights that were kept" if offer.trains else "The last weights"
            told = f"{last}, of step {offer.last:,}; nothing was validated, so there are no best ones."
        elif self.best:
            so_far = " so far" if offer.trains else ""
            told = f"Those that validated best{so_far}, of step {offer.best:,}."
        elif offer.trains:
            told = f"The last that were kept, of step {offer.last:,}; the training is further by now."
        else:
            told = f"Those that it ended with, of step {offer.last:,}."
        return told if same_graph(offer.project, self.project) else f"{told} {CHANGED}"


def _segment(text: str) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("role", "segment")
    button.setCheckable(True)
    button.setMinimumWidth(96)
    return button
