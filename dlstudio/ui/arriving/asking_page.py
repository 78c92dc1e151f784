"""AskingPage: what must be known before a model can be opened: consent to run it, its class, the shape of a sample."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QSizePolicy, QSpinBox

from dlstudio.exchange.arriving.limits import MEMORY, PATIENCE
from dlstudio.ui.arriving import script
from dlstudio.ui.arriving.kinds import is_script
from dlstudio.ui.forms.choice import Combo
from dlstudio.ui.overlays.code import Code
from dlstudio.ui.overlays.page import Page, row
from dlstudio.ui.overlays.strip import Strip
from dlstudio.ui.panels.inspector.page import label
from dlstudio.ui.theme.tokens import Theme

CONSENT = (
    "It is Python, and nothing of it has run yet. To see the network in it, it must run: in a process of its own, "
    "but it can do whatever a program of yours can. Only you can judge it."
)
AGAIN = "Trying again runs it again, in a process of its own."
KNOWN = "You allowed just this text before."
ANY = "whichever network is in it"


class AskingPage(Page):
    """Says plainly what will happen when its button is pressed."""

    wants = Signal()
    leaves = Signal()

    def __init__(self, path: Path, theme: Theme, *, known: bool) -> None:
        super().__init__()
        self.path, self.runs = path, is_script(path)
        self.text = script.text(path) if self.runs else ""
        self.title = label(f"Open {path.name}", "title", wrap=True)
        self.said = label(KNOWN if known else CONSENT if self.runs else "", "muted", wrap=True)
        self.strip = Strip(theme)
        self.shape, self.classes = QLineEdit(), Combo()
        self.patience = _most(int(PATIENCE), 3600, " s without getting further", "Patience")
        self.memory = _most(MEMORY, 1_000_000, " MB beyond its weights", "Memory")
        self.go, self.cancel = QPushButton("Run it and open" if self.runs else "Try again"), QPushButton("Cancel")
        self._lay_out()
        self.go.clicked.connect(self.wants)
        self.cancel.clicked.connect(self.leaves)

    def _lay_out(self) -> None:
        self.column.addWidget(self.title)
        self.column.addWidget(self.said)
        self.said.setVisible(bool(self.said.text()))
        self.column.addWidget(self.strip)
        if self.runs:
            code = Code(self.text)
            code.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
            self.column.addWidget(code, 1)
        self.column.addLayout(self._fields())
        if not self.runs:
            self.column.addStretch(1)
        self.column.addLayout(row(self.cancel, self.go))

    def _fields(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        self.shape.setPlaceholderText("such as 1x28x28, without the batch; several inputs: 1x28x28, 10")
        self.shape.setAccessibleName("Shape of one sample")
        self.classes.setAccessibleName("Class")
        self.classes.addItem(ANY, "")
        found = script.classes(self.text)
        for name in found:
            self.classes.addItem(name, name)
        self.classes.setCurrentIndex(1 if len(found) > 1 else 0)
        if self.runs:
            grid.addWidget(label("Class", "muted"), 0, 0)
            grid.addWidget(self.classes, 0, 1)
            grid.addWidget(label("Stop it after", "muted"), 2, 0)
            grid.addLayout(self._limits(), 2, 1)
        grid.addWidget(label("Shape of one sample", "muted"), 1, 0)
        grid.addWidget(self.shape, 1, 1)
        return grid

    def _limits(self) -> QHBoxLayout:
        """What ends a script that hangs, for a model that is only large."""
        made = QHBoxLayout()
        made.setSpacing(12)
        made.addWidget(self.patience)
        made.addWidget(label("or with more than", "muted"))
        made.addWidget(self.memory)
        made.addStretch(1)
        return made

    @property
    def first(self) -> QLineEdit:
        """Where the keys go."""
        return self.shape

    @property
    def name(self) -> str:
        """The class that was chosen."""
        return str(self.classes.currentData() or "")

    def refuse(self, problem: str) -> None:
        """It could not be opened: why."""
        self.title.setText(f"{self.path.name} could not be opened")
        if self.runs:
            self.said.setText(AGAIN)
        self.strip.say(problem, "bad")


def _most(usual: int, most: int, unit: str, name: str) -> QSpinBox:
    made = QSpinBox()
    made.setRange(1, most)
    made.setGroupSeparatorShown(True)
    made.setSuffix(unit)
    made.setValue(usual)
    made.setAccessibleName(name)
    return made
