"""Weights: the kernels of one node, and how its weights, gradients and activations are spread over time."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QSignalBlocker
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from dlstudio.ui.mishap import guarded
from dlstudio.ui.panels.layers.chooser import NARROWEST
from dlstudio.ui.panels.layers.cost import CostLabel
from dlstudio.ui.panels.layers.kernels_view import KernelsView
from dlstudio.ui.panels.layers.spread import WHATS, Spread
from dlstudio.ui.panels.layers.switch import Switch
from dlstudio.ui.panels.layers.way import go
from dlstudio.ui.panels.seeing import Seeing
from dlstudio.ui.session import Session, State
from dlstudio.ui.theme.tokens import Theme
from dlstudio.ui.viewing.names import trained

if TYPE_CHECKING:
    from dlstudio.training.probes import NodeStats
    from dlstudio.training.questions.kernels import Kernels
    from dlstudio.ui.plots.line import Mark

LEAST, NARROW, SHARE, WIDE = 260, 216, 0.24, 420
"""How wide histograms are at least, and the picture at least, as a share of the width, and at most."""


class Weights(Seeing):
    """The node that is chosen on the canvas; where none is, the first that has a matrix of weights."""

    name, title, icon, area = "weights", "Weights", "grid-3x3", "bottom"
    EMPTY = "Press Train (F5) to see weights, gradients and activations of a layer."
    looks = True

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.nodes, self.cost = QComboBox(), CostLabel()
        self.nodes.setAccessibleName("Layer")
        self.nodes.setToolTip("Whose weights are seen; or choose a node on the canvas")
        self.nodes.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.nodes.setMinimumWidth(NARROWEST)
        self.nodes.setMaxVisibleItems(24)
        self.which = Switch("Histograms of", [each.capitalize() for each in WHATS], several=True)
        for i, widget in enumerate((self.nodes, self.which, self.cost)):
            self.bar.insertWidget(i, widget)
        self.kernels = KernelsView(theme)
        self.spreads = {what: Spread(theme, what) for what in WHATS}
        self.content = QWidget()
        line = QHBoxLayout(self.content)
        line.setContentsMargins(12, 0, 8, 4)
        line.setSpacing(16)
        line.addWidget(self.kernels)
        for spread in self.spreads.values():
            line.addWidget(spread, 1)
            spread.hide()  # until it is known for how many there is room
        line.addStretch(0)
        self.content.installEventFilter(self)
        self.body.addWidget(self.content)
        self.setMinimumHeight(168)
        self.node = ""
        """Whose weights are seen."""
        self._picked = ""
        """The layer that was chosen here."""
        self._known: tuple[str, ...] = ()
        self._asked: Kernels | None = None
        self._order = list(WHATS)
        """What is counted, in the order of what shall rather be seen."""
        self._seen: tuple[str, ...] = ()
        self.nodes.activated.connect(self._on_node)
        self.kernels.changed.connect(self.refresh)
        for what in WHATS:
            self.which.buttons[what.capitalize()].clicked.connect(lambda _=False, what=what: self._toggle(what))

    # What is wanted

    def _find(self) -> str:
        """Whose weights shall be seen."""
        if self.viewing is None or self.viewing.looks.last is None:
            return ""
        known, state = self.viewing.looks.last.nodes, self.session.state
        chosen = trained(state, state.choice.nodes, known)
        if self._picked in (chosen or known):
            return self._picked
        if chosen:
            return next((name for name in chosen if known[name].weight is not None), chosen[0])
        return next((name for name, each in known.items() if each.small is not None), next(iter(known), ""))

    @property
    def stats(self) -> "NodeStats | None":
        look = self.viewing.looks.last if self.viewing else None
        return look.nodes.get(self.node) if look else None

    @property
    def question(self) -> "Kernels":
        """The weight that is looked at."""
        from dlstudio.training.questions.kernels import Kernels

        weight, seen = self.kernels.wanted
        return Kernels(self.node, weight, seen)

    def questions(self) -> Iterable[Any]:
        return (self.question,) if self.stats is not None and self.stats.weight is not None else ()

    def histograms(self) -> Iterable[str]:
        return (self.node,) if self.node else ()

    # What is shown

    def show_choice(self, new: State) -> None:
        self._picked = ""
        self.refresh()

    def show_news(self) -> str:
        node = self._find()
        if self.viewing is None or not node:
            return "The first look inside comes with the first steps."
        if node != self.node:
            self.node = node
            self.kernels.clear()
        self.wish()
        self.cost.show_cost(self.viewing, room=self.content.width())
        self._offer()
        self._show_kernels()
        self._show_spreads()
        return ""

    def _offer(self) -> None:
        """The layers that there are."""
        assert self.viewing is not None
        known = self.viewing.looks.nodes
        with QSignalBlocker(self.nodes):
            if self._known != known:
                self._known = known
                self.nodes.clear()
                self.nodes.addItems(known)
            self.nodes.setCurrentIndex(known.index(self.node))

    def _show_kernels(self) -> None:
        assert self.viewing is not None
        has = bool(self.questions())
        self.kernels.setVisible(has)
        self.kernels.setFixedWidth(min(WIDE, max(NARROW, round(SHARE * self.content.width()))))
        if not has:
            return
        found = self.viewing.answer(self.question)
        if found is None and self.question != self._asked and self.viewing.alive and self.viewing.at is None:
            self._asked = self.question
            self.viewing.ask(self.question)  # what stands waits for its turn; the first answer comes at once
        if found is None or found.problem:
            self.kernels.say(found.problem if found else f"Looking at {self.node} …")
        else:
            self.kernels.show_weights(found.value)

    def _show_spreads(self) -> None:
        assert self.viewing is not None
        looks = self.viewing.looks
        there = tuple(what for what in WHATS if looks.counted(self.node, what))
        possible = there or (WHATS if self.questions() else ("activations",))
        room = self.content.width() - (self.kernels.width() if self.questions() else 0)
        most = max(1, room // LEAST)
        self._seen = tuple([what for what in self._order if what in possible][:most]) or possible[:1]
        for what, spread in self.spreads.items():
            spread.setVisible(what in self._seen)
            button = self.which.buttons[what.capitalize()]
            button.setChecked(what in self._seen)
            button.setVisible(what in possible)
            if what in self._seen:
                spread.show_histograms(looks.counted(self.node, what), self._marks(), alive=self.viewing.alive)
        self.which.setVisible(len(possible) > 1)

    def _marks(self) -> "list[Mark]":
        from dlstudio.ui.plots.line import Mark

        at = self.viewing.at if self.viewing else None
        return [] if at is None else [Mark(at, f"step {at:,}", "cursor")]

    # What is done

    def _on_node(self, index: int) -> None:
        name = self.nodes.itemText(index)
        node = go(self.session, name)
        if node:
            self.wants.emit(node)
        else:
            self.session.choose_nodes()
        self._picked = name
        self.refresh()

    def _toggle(self, what: str) -> None:
        """Shows another histogram, in place of the one that was wanted longest ago where there is no room for both."""
        if what in self._seen and len(self._seen) > 1:
            self._order.remove(what)
        elif what not in self._seen:
            self._order = [what, *(each for each in self._order if each != what)]
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.kernels.set_theme(theme)
        for spread in self.spreads.values():
            spread.set_theme(theme)

    def stop(self) -> None:
        super().stop()
        for spread in self.spreads.values():
            spread.stop()

    @guarded
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.content:
            self._on_news()
        return super().eventFilter(watched, event)
