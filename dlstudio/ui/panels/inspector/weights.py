"""Weights: the numbers of a node, at the start and after training; small ones can be typed by hand from there."""

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from dlstudio.catalog.layer import Trained
from dlstudio.catalog.layers import layers
from dlstudio.compiler.cost import Summary
from dlstudio.core.document import BLOCK, Node
from dlstudio.ui.background import Background
from dlstudio.ui.consent import allowed
from dlstudio.ui.forms.choice import Combo
from dlstudio.ui.panels.inspector.page import Section, label
from dlstudio.ui.panels.inspector.weights_place import Place, declared_weights, elsewhere, places
from dlstudio.ui.panels.inspector.weights_portrait import Portrait, table
from dlstudio.ui.panels.inspector.weights_source import MOST, Answer, Question, Source
from dlstudio.ui.panels.inspector.weights_view import WeightView
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.runner import RUNS
from dlstudio.ui.session import State
from dlstudio.ui.settings import folder, settings

OPEN = "inspector/weights"
DELAY = 120
"""Milliseconds without an edit before the network is built."""
START, TRAINED = "start", "trained"

BETWEEN = 4
"""Milliseconds between two weights that are shown, in which the window paints what there is."""


class Weights(Section):
    """Closed until somebody opens it, since torch has to be loaded for it."""

    typed = Signal(str)
    """A field now holds numbers that can be typed."""

    def __init__(self, panel: Panel) -> None:
        super().__init__("Weights", panel, opened=settings().value(OPEN, "") == "open")
        self.state: State | None = None
        self.node: Node | None = None
        self.at: tuple[object, ...] = ()
        self.shown: Question | None = None
        """What was asked last."""
        self.answer = Answer()
        self.views: list[WeightView] = []
        self.source = Source()
        self.choice = Combo()
        self.choice.setAccessibleName("Which weights")
        self.choice.setToolTip("The weights before any training, or those of the latest run of this project")
        self.choice.addItem("at the start", START)
        self.choice.addItem("trained", TRAINED)
        self.choice.activated.connect(lambda _: self._ask())
        self.told = label(role="small", wrap=True)
        self.told.hide()
        self.which = Combo()
        self.which.setAccessibleName("Which weight of the node")
        self.which.activated.connect(lambda _: self._ask())
        self.which.hide()
        self.body.addWidget(self.choice)
        self.body.addWidget(self.which)
        self.body.addWidget(self.told)
        self.background = Background(self.source.answer, self._show, self, delay=DELAY)
        self.copying = Background(lambda shown: table(shown.numbers), self._copied, self)
        self.head.toggled.connect(self._remember)

    # What is asked

    def show_node(self, state: State, node: Node | None, counted: Summary | None) -> None:
        """The weights of one node, if it has any."""
        at = state.trail, node.id if node else ""
        if at != self.at:
            self._clear()
        self.state, self.node, self.at = state, node, at
        self.setVisible(node is not None and has_weights(node, counted))
        self._ask()

    def _remember(self, opened: bool) -> None:
        settings().setValue(OPEN, "open" if opened else "")
        if not opened:
            self.shown = None
            self.source.forget()
        self._ask()

    def _ask(self) -> None:
        state, node = self.state, self.node
        if state is None or node is None or self.isHidden() or not self.head.isChecked():
            return
        if state.phase:
            self._tell("A training goes on; weights are shown when it has ended.")
            self.shown = None
            return
        wanted = self._question(state, node)
        if wanted.same(self.shown):
            return
        self.shown = wanted
        if not self.answer.portraits:
            self._tell("Building the network …")
        self.background.ask(wanted)

    def _question(self, state: State, node: Node) -> Question:
        home = state.path.parent if state.path else folder()
        return Question(
            state.project,
            tuple(place.network for place in state.trail),
            tuple(place.block for place in state.trail[1:]),
            node.id,
            self.choice.currentData() == TRAINED,
            Path(home) / RUNS,
            allowed(state.project),
            self.panel.theme,
            declared_weights(state, node),
            self.which.currentData() or "",
        )

    # What is shown

    def _show(self, asked: Question, found: Answer) -> None:
        if asked is not self.shown:
            return
        self.answer = found
        self._sources(found)
        for view in self.views[len(found.portraits) :]:
            view.hide()
        held = elsewhere(self.state, self.node) if self.state and self.node and found.portraits else ""
        self._tell(found.problem or "\n".join(each for each in (found.note, held) if each))
        self._fill(asked, 0)

    def _fill(self, asked: Question, i: int) -> None:
        """Shows one weight, and the next one a moment later: new widgets take their time."""
        shown = self.answer.portraits
        if asked is not self.shown or i == len(shown):
            return
        place = self._place(shown[i])
        given = place is not None and self.node is not None and place.given(self.node)
        view = self._view(i)
        view.show_portrait(shown[i], by_hand=place is not None and (asked.trained or not given), given=given)
        view.show()
        QTimer.singleShot(BETWEEN, self, lambda: self._fill(asked, i + 1))

    def _view(self, i: int) -> WeightView:
        if i == len(self.views):
            self.views.append(WeightView(self.panel.theme, self.copying.ask, self._type_in, self._reset))
            self.body.addWidget(self.views[i])
        return self.views[i]

    def _sources(self, found: Answer) -> None:
        self.choice.setItemText(0, f"at the start (seed {found.seed})")
        self.choice.setItemText(1, found.run or "trained: no run has ended yet")
        entries = [(f"the first {MOST} of {len(found.names):,} weights", ""), *((name, name) for name in found.names)]
        if found.names and [self.which.itemData(i) for i in range(self.which.count())] != [each for _, each in entries]:
            kept = self.which.currentData()
            self.which.clear()
            for text, name in entries:
                self.which.addItem(text, name)
            self.which.setCurrentIndex(max(0, self.which.findData(kept)))
        self.which.setVisible(len(found.names) > MOST)

    def _clear(self) -> None:
        """Nothing of another node is seen while one waits."""
        self.shown, self.answer = None, Answer()
        self.which.clear()
        self.which.hide()
        for view in self.views:
            view.hide()

    def _tell(self, text: str) -> None:
        self.told.setText(text)
        self.told.setVisible(bool(text))

    # What is done

    def _copied(self, _: Portrait, text: str) -> None:
        QGuiApplication.clipboard().setText(text)

    def _place(self, shown: Portrait) -> Place | None:
        """Where the numbers of a weight are typed, if they can be."""
        return places(self.state, self.node).get(shown.name) if self.state and self.node else None

    def _type_in(self, shown: Portrait) -> None:
        place = self._place(shown)
        if place is None or self.state is None or self.node is None:
            return
        where, node = self.state.where, self.node.id
        label = f"Type the {shown.name} of {node} by hand"
        self.choice.setCurrentIndex(self.choice.findData(START, Qt.ItemDataRole.UserRole))
        self.panel.session.do(label, lambda project: place.put(project, where, node, shown.given))
        self.typed.emit(place.field)

    def _reset(self, shown: Portrait) -> None:
        place = self._place(shown)
        if place is None or self.state is None or self.node is None:
            return
        where, node = self.state.where, self.node.id
        label = f"Start the {shown.name} of {node} by its initialiser"
        self.panel.session.do(label, lambda project: place.reset(project, where, node))

    def stop(self) -> None:
        """Ends what is under way."""
        self.background.stop()
        self.copying.stop()


def has_weights(node: Node, counted: Summary | None) -> bool:
    """Whether there is something to see: the node counts parameters, borrows some, or cannot be counted yet."""
    row = next((row for row in counted.rows if row.node == node.id), None) if counted else None
    if row is not None and row.shape is not None and not node.fields.get("same_weights_as"):
        return row.parameters > 0
    cls = layers.get(node.kind)
    return node.kind == BLOCK or (cls is not None and issubclass(cls, Trained))
