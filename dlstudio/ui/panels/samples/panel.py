"""Samples: what a network makes, while it learns to."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import (
    QButtonGroup,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QStackedWidget,
    QToolButton,
    QWidget,
)

from dlstudio.ui.elided import Elided
from dlstudio.ui.panels.samples.attention_view import AttentionView
from dlstudio.ui.panels.samples.earlier import Earlier
from dlstudio.ui.panels.samples.kinds import NOTHING, TELLS, TITLES, kinds
from dlstudio.ui.panels.samples.picture_view import PictureView
from dlstudio.ui.panels.samples.text_view import TextView
from dlstudio.ui.panels.seeing import Seeing
from dlstudio.ui.session import Session, State
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.theme.letters import hold, scaled
from dlstudio.ui.theme.tokens import Theme
from dlstudio.ui.viewing.names import trained

if TYPE_CHECKING:
    from dlstudio.training.asking.question import Answered, Question

WAITING = "The first samples come with the next steps …"
LEAST, ROOM, ROOMY, MOST_ROW, MOST_LETTERS, SEEDS = 320, 240, 680, 100_000, 600, 1_000
PROMPT = 52
"""How narrow the prompt may be; it may be twice as wide."""


class Samples(Seeing):
    """One view for each kind of thing that is made."""

    name, title, icon, area = "samples", "Samples", "layout-grid", "bottom"
    EMPTY = "Press Train (F5) to see what the network makes."

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self._kind = ""
        self._drawn: object = None
        self._shown_kind = ""
        self._earlier: Earlier | None = None
        self._count = 0
        """How many earlier steps are shown."""
        self.ways, self.buttons, self.switch = QButtonGroup(self), dict[str, QPushButton](), QFrame()
        self.switch.setProperty("role", "segments")
        segments = QHBoxLayout(self.switch)
        segments.setContentsMargins(2, 2, 2, 2)
        segments.setSpacing(2)
        for kind, title in TITLES.items():
            button = QPushButton(title)
            button.setProperty("role", "segment")
            button.setCheckable(True)
            button.setToolTip(TELLS[kind])
            button.clicked.connect(lambda _=False, kind=kind: self._on_kind(kind))
            self.ways.addButton(button)
            self.buttons[kind] = button
            segments.addWidget(button)
        self.told = Elided()
        self.told.setAccessibleName("What is made")
        self.pictures, self.texts, self.attention = PictureView(theme), TextView(theme), AttentionView(theme)
        self.pictures.told.connect(self.say)
        self.views = QStackedWidget()
        for view in (self.pictures, self.texts, self.attention):
            self.views.addWidget(view)
        self.body.addWidget(self.views)
        self._controls()
        self.setMinimumSize(LEAST, 160)
        self.origin.setMinimumWidth(LEAST // 4)

    def _controls(self) -> None:
        """What can be set: a prompt and how to go on from it, a sample, other noise."""
        self.prompt = QLineEdit()
        self.prompt.setPlaceholderText("Begin with …")
        self.prompt.setAccessibleName("Prompt")
        self.prompt.setToolTip("What the text goes on from; empty takes the beginning of a sample")
        self.heat = QDoubleSpinBox()
        self.heat.setRange(0.0, 3.0)
        self.heat.setSingleStep(0.1)
        self.heat.setValue(0.8)
        self.heat.setPrefix("T ")
        self.heat.setAccessibleName("Temperature")
        self.heat.setToolTip(
            "Temperature: 0 always takes the likeliest symbol, 1 draws as the network says, more is wilder"
        )
        self.length = QSpinBox()
        self.length.setRange(1, MOST_LETTERS)
        self.length.setValue(120)
        self.length.setSuffix(" symbols")
        self.length.setAccessibleName("Length")
        self.row = QSpinBox()
        self.row.setRange(0, MOST_ROW)
        self.row.setPrefix("sample ")
        self.row.setAccessibleName("Sample")
        self.row.setToolTip("Which sample of the validation part is looked at")
        self.dice = QToolButton()
        self.dice.setIcon(icon("dice-5", self.theme))
        self.dice.setAccessibleName("Other noise")
        self.dice.setToolTip("Draw anew, from other noise")
        self.seed = 0
        for narrow, wide in ((self.heat, 72), (self.length, 112), (self.row, 112)):
            hold(narrow, wide)
        self.prompt.setMinimumWidth(scaled(PROMPT))
        self.prompt.setMaximumWidth(scaled(2 * PROMPT))
        self.own: dict[str, tuple[QWidget, ...]] = {
            "pairs": (),
            "drawn": (self.dice,),
            "text": (self.prompt, self.heat, self.length, self.dice),
            "attention": (self.row,),
        }
        widgets = (self.switch, self.prompt, self.heat, self.length, self.row, self.dice, self.told)
        for place, widget in enumerate(widgets):
            self.bar.insertWidget(place, widget)
        self.prompt.textChanged.connect(self.refresh)
        self.heat.valueChanged.connect(self.refresh)
        self.length.valueChanged.connect(self.refresh)
        self.row.valueChanged.connect(self.refresh)
        self.dice.clicked.connect(self._on_dice)

    def _say(self, text: str) -> None:
        self.told.say(text)
        self.told.setVisible(self.width() >= ROOMY)
        self.told.setMinimumWidth(min(ROOM, self.told.fontMetrics().horizontalAdvance(text) + 4))

    # What is wanted

    @property
    def kinds(self) -> tuple[str, ...]:
        """What there is to see of the network that trains."""
        project = self.viewing.project if self.viewing is not None else None
        return kinds(project) if project is not None else ()

    @property
    def kind(self) -> str:
        """What is shown: what was chosen, where it can be."""
        there = self.kinds
        return self._kind if self._kind in there else there[0] if there else ""

    @property
    def question(self) -> "Question | None":
        """What is asked of the network."""
        from dlstudio.training.questions.attention import Attention
        from dlstudio.training.questions.made import Drawn, Reconstructed
        from dlstudio.training.questions.texts import Written

        if self.kind == "pairs":
            return Reconstructed()
        if self.kind == "drawn":
            return Drawn(seed=self.seed, ends=(0, 1 + self.seed % 8))
        if self.kind == "text":
            return Written(self.prompt.text(), self.length.value(), round(self.heat.value(), 2), self.seed)
        if self.kind == "attention":
            return Attention(self._node, self.row.value())
        return None

    @property
    def _node(self) -> str:
        """The node that is chosen on the canvas, if it can be one that attends."""
        if self.viewing is None:
            return ""
        chosen = trained(self.session.state, self.session.state.choice.nodes, self.viewing.looks.nodes)
        nodes = self.session.state.network.nodes
        attends = [n for n in self.session.state.choice.nodes if n in nodes and "ttention" in nodes[n].kind]
        return chosen[0] if chosen and attends else ""

    def questions(self) -> "Iterable[Question]":
        if self.viewing is None or self.viewing.source is None:
            return ()
        question = self.question
        return () if question is None else (question,)

    # What is shown

    def show_choice(self, new: State) -> None:
        self.refresh()

    def show_news(self) -> str:
        assert self.viewing is not None
        self.wish()
        there, question = self.kinds, self.question
        for kind, button in self.buttons.items():
            button.setVisible(kind in there)
            button.setChecked(kind == self.kind)
        self.switch.setVisible(len(there) > 1)
        for widget in {each for widgets in self.own.values() for each in widgets}:
            widget.setVisible(widget in self.own.get(self.kind, ()))
        if question is None:
            return NOTHING
        found = self.viewing.answer(question)
        if found is None:
            return "" if self._drawn is not None and self._shown_kind == self.kind else self.unasked(WAITING)
        if found.problem:
            return found.problem
        self._show(question, found)
        self._drawn, self._shown_kind = found.value, self.kind
        return ""

    def _show(self, question: "Question", found: "Answered") -> None:
        made: Any = found.value
        if self.kind == "attention":
            self.views.setCurrentWidget(self.attention)
            if made is not self._drawn:
                self.attention.show_looked(made)
            self._say(f"{made.node} · {made.place}")
        elif self.kind == "text":
            self.views.setCurrentWidget(self.texts)
            if made is not self._drawn:
                self.texts.show_text(made)
            mean = float(made.taken[made.given - 1 :].float().mean())
            self._say(f"held its symbols {100 * mean:.0f} % likely")
        else:
            self.views.setCurrentWidget(self.pictures)
            self._show_pictures(question, found)

    def _show_pictures(self, question: "Question", found: "Answered") -> None:
        before = self._before(question, found.step)
        if found.value is self._drawn and len(before) == self._count:
            return
        self._count = len(before)
        if self.kind == "pairs":
            self.pictures.show_pairs(found.value, before)
            self._say("")
        else:
            self.pictures.show_samples(found.value, found.step, before)
            self._say("the same noise at every step" if len(found.value.made) else "the way between two codes")

    def _before(self, question: "Question", step: int) -> list[tuple[int, Any]]:
        """What was made at earlier steps."""
        path = self.viewing.path if self.viewing is not None else None
        if path is None:
            return []
        if self._earlier is None or self._earlier.run != path:
            self._earlier = Earlier(path)
        return self._earlier.values(question, step)

    def stop(self) -> None:
        super().stop()
        self.pictures.stop()

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.dice.setIcon(icon("dice-5", theme))
        self.attention.theme = theme
        self.attention.update()
        self.pictures.set_theme(theme)
        self.texts.set_theme(theme)

    def _on_kind(self, kind: str) -> None:
        self._kind = kind
        self.refresh()

    def _on_dice(self) -> None:
        self.seed = (self.seed + 1) % SEEDS
        self.refresh()
