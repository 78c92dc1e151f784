"""Try it: something of your own goes in, and the network answers at once, live or as a run left it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QToolButton, QWidget

from dlstudio.ui.elided import Elided
from dlstudio.ui.panels.features.tiles import row
from dlstudio.ui.panels.features.wall import Wall
from dlstudio.ui.panels.panel import clear
from dlstudio.ui.panels.seeing import Seeing
from dlstudio.ui.panels.trying.entering import Entering, entering
from dlstudio.ui.panels.trying.replying import Replying
from dlstudio.ui.session import Session, State
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.theme.tokens import Theme
from dlstudio.ui.viewing.names import trained
from dlstudio.ui.viewing.viewing import Viewing

if TYPE_CHECKING:
    from dlstudio.training.asking.question import Question
    from dlstudio.training.questions.answer import Answer
    from dlstudio.training.questions.entries import Entries, Sheet

WAITING = "Reading what goes into the network …"
NODES, FEW, MANY, LEAST, ROOM, MAPS = 10, 16, 64, 320, 240, 176
ROOMY, WIDER = 640, 200
"""From which width there is room for the feature maps, and how much more each further input takes."""
STEP = 37
"""How far the next sample lies, so that neighbours of one class do not follow each other."""


class Trying(Seeing):
    """Left what goes in, then what is said, right what the nodes make of it."""

    name, title, icon, area = "try", "Try it", "zap", "bottom"
    EMPTY = "Press Train (F5); then draw, drop or type something to see the answer."

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.sheet: Sheet | None = None
        self.entering: list[Entering] = []
        self.row = 0
        self._asked: Answer | None = None
        self.other, self.told = QToolButton(), Elided()
        self.other.setText("Sample")
        self.other.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.other.setAccessibleName("Another sample")
        self.other.setToolTip("Fills everything with another sample of the validation part")
        self.told.setAccessibleName("Who answered")
        self.bar.insertWidget(0, self.other)
        self.bar.insertWidget(1, self.told)
        self.replying, self.wall = Replying(theme), Wall(theme)
        self.maps = QScrollArea()
        self.maps.setWidgetResizable(True)
        self.maps.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.maps.setWidget(self.wall)
        content = QWidget()
        line = QHBoxLayout(content)
        line.setContentsMargins(12, 0, 8, 8)
        line.setSpacing(16)
        self.entries = QHBoxLayout()
        self.entries.setSpacing(12)
        line.addLayout(self.entries)
        line.addWidget(self.replying, 2)
        line.addWidget(self.maps, 3)
        self.body.addWidget(content)
        self.setMinimumSize(LEAST, 176)
        self.origin.setMinimumWidth(LEAST // 4)
        self.maps.setMinimumWidth(MAPS)
        self.other.setIcon(icon("dice-5", theme))
        self.other.clicked.connect(self._on_other)

    # What is wanted

    @property
    def form(self) -> "Entries":
        """What goes in, with a sample."""
        from dlstudio.training.questions.entries import Entries

        return Entries(self.row)

    @property
    def question(self) -> "Answer":
        """What is asked about what stands there now."""
        from dlstudio.training.questions.answer import Answer

        given = [(each.entry.name, found) for each in self.entering if (found := each.given()) is not None]
        nodes = self.nodes
        return Answer(tuple(given), self.row, nodes=nodes, most=MANY if len(nodes) == 1 else FEW)

    @property
    def nodes(self) -> tuple[str, ...]:
        """Whose maps are shown: those of what is chosen on the canvas, else of some."""
        project = self.viewing.project if self.viewing is not None else None
        if self.viewing is None or project is None or project.training.get("kind") == "Gan":
            return ()
        known = self.viewing.looks.nodes
        chosen = trained(self.session.state, self.session.state.choice.nodes, known)[:NODES]
        return chosen or known[:: max(1, -(-len(known) // NODES))]

    def questions(self) -> "Iterable[Question]":
        if self.viewing is None or self.viewing.source is None:
            return ()
        if self.sheet is None or self.sheet.row != self.row:
            return (self.form,)
        return () if self._asked is None else (self._asked,)

    # What is shown

    def show_choice(self, new: State) -> None:
        self._ask()

    def show_news(self) -> str:
        assert self.viewing is not None
        self.wish()
        if self.sheet is None or self.sheet.row != self.row:
            found = self.viewing.answer(self.form)
            if found is None or found.problem:
                return found.problem if found else WAITING if self.sheet is None else ""
            self._show_sheet(found.value)
        if self._asked is not None and self._asked.nodes != self.nodes:
            self._ask()
        answered = self.viewing.answer(self._asked) if self._asked is not None else None
        if answered is None:
            return ""
        if answered.problem:
            self.replying.show_problem(answered.problem)
            self.wall.show_rows(())
            self._say("")
            return ""
        replied = answered.value
        self.replying.show_replied(replied)
        made = replied.features
        rows = [row(node, made.maps[node][0].numpy(), made.units[node]) for node in made.maps] if made else []
        self.wall.room = self.maps.viewport().height()
        self.wall.show_rows([each for each in rows if each is not None])
        name = self.viewing.path.name if self.viewing.path else "the run"
        self._say(f"answered by {name} at step {answered.step:,}")
        return ""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow panel the question and the answer have all the room."""
        super().resizeEvent(event)
        self.maps.setVisible(self.width() >= ROOMY + WIDER * (len(self.entering) - 1))
        self.told.setVisible(self.width() >= ROOMY)

    def _say(self, text: str) -> None:
        self.told.say(text)
        self.told.setMinimumWidth(min(ROOM, self.told.fontMetrics().horizontalAdvance(text) + 4))

    def _show_sheet(self, sheet: "Sheet") -> None:
        """The entries of a network, filled with a sample."""
        kinds = [(entry.name, entry.form, entry.shape) for entry in sheet.entries]
        if kinds != [(each.entry.name, each.entry.form, each.entry.shape) for each in self.entering]:
            clear(self.entries)
            self.entering = [entering(self.theme, entry) for entry in sheet.entries]
            for each in self.entering:
                self.entries.addWidget(each)
                each.changed.connect(self._ask)
            self.maps.setVisible(self.width() >= ROOMY + WIDER * (len(self.entering) - 1))
        else:
            for each, entry in zip(self.entering, sheet.entries, strict=True):
                each.show_entry(entry)
        self.sheet = sheet
        self._ask()

    def _ask(self) -> None:
        """Asks about what stands there; only the latest is answered."""
        if self.sheet is None or self.viewing is None:
            return
        question = self.question
        if question != self._asked:
            self._asked = question
            self.wish()
            if self.viewing.alive and self.viewing.at is None:
                self.viewing.ask(question)
        self._on_news()

    def see(self, viewing: "Viewing") -> None:
        super().see(viewing)
        self._tried: object = None
        viewing.listen(self._on_source)

    def _on_source(self) -> None:
        """Another run may take other things."""
        source = self.viewing.source if self.viewing is not None else None
        if source is not self._tried:
            self._tried, self.sheet, self._asked = source, None, None

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.other.setIcon(icon("dice-5", theme))
        self.replying.set_theme(theme)
        self.wall.theme = theme
        self.wall.update()
        for each in self.entering:
            each.set_theme(theme)

    def _on_other(self) -> None:
        count = self.sheet.count if self.sheet is not None else 1
        self.row = (self.row + STEP) % count if count > STEP else (self.row + 1) % max(1, count)
        self.refresh()
