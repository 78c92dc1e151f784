"""Weights: the kernels of one node, and how its weights, gradients and activations are spread over time.

A run inside which nobody looked shows those of the checkpoints that it has kept."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QSignalBlocker
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from dlstudio.ui.elided_combo import ElidedCombo
from dlstudio.ui.mishap import guarded
from dlstudio.ui.panels.layers.chooser import NARROWEST
from dlstudio.ui.panels.layers.cost import CostLabel
from dlstudio.ui.panels.layers.kernels_view import KernelsView
from dlstudio.ui.panels.layers.known import Known, known
from dlstudio.ui.panels.layers.marks import marks
from dlstudio.ui.panels.layers.spread import WHATS, Spread
from dlstudio.ui.panels.layers.switch import Switch
from dlstudio.ui.panels.layers.way import go
from dlstudio.ui.panels.seeing import Seeing
from dlstudio.ui.session import Session, State
from dlstudio.ui.theme.tokens import Theme
from dlstudio.ui.viewing.names import trained

if TYPE_CHECKING:
    from dlstudio.training.questions.kernels import Kernels
    from dlstudio.training.questions.stock import Stocked

LEAST, NARROW, SHARE, WIDE = 260, 216, 0.24, 420
"""How wide histograms are at least, and the picture at least, as a share of the width, and at most."""
WIDEST = 16_777_215
KERNELS = "kernels"
ROOMY = 500
"""From which width on the picture stands beside a histogram; else one of them is seen."""


class Weights(Seeing):
    """The node that is chosen on the canvas; where none is, the first that has a matrix of weights."""

    name, title, icon, area = "weights", "Weights", "grid-3x3", "bottom"
    EMPTY = "Press Train (F5) to see weights, gradients and activations of a layer."
    looks = True

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.nodes, self.cost = ElidedCombo(), CostLabel()
        self.nodes.setAccessibleName("Layer")
        self.nodes.setToolTip("Whose weights are seen; or choose a node on the canvas")
        self.nodes.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.nodes.setMinimumWidth(NARROWEST)
        self.nodes.setMaxVisibleItems(24)
        self.which = Switch("Histograms of", [each.capitalize() for each in WHATS], several=True)
        self.what = ElidedCombo()
        self.what.setAccessibleName("What is seen")
        self.what.setToolTip("The weights themselves, or how they, gradients or activations are spread")
        self.what.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for i, widget in enumerate((self.nodes, self.what, self.which, self.cost)):
            self.bar.insertWidget(i, widget)
        self.kernels = KernelsView(theme)
        self.spreads = {what: Spread(theme, what) for what in WHATS}
        self.content = QWidget()
        line = QHBoxLayout(self.content)
        line.setContentsMargins(12, 0, 8, 4)
        line.setSpacing(16)
        line.addWidget(self.kernels, 1)
        for spread in self.spreads.values():
            line.addWidget(spread, 1)
            spread.ridge.told.connect(self.say)
            spread.hide()  # until it is known for how many there is room
        self.content.installEventFilter(self)
        self.body.addWidget(self.content)
        self.setMinimumHeight(168)
        self.node = ""
        """Whose weights are seen."""
        self._picked = ""
        """The layer that was chosen here."""
        self._offered: tuple[str, ...] = ()
        self._asked: Kernels | None = None
        self._stock: Stocked | None = None
        """What the checkpoints hold."""
        self._order = [KERNELS, *WHATS]
        """The kernels and what is counted, in the order of what shall rather be seen."""
        self._seen: tuple[str, ...] = ()
        self.nodes.activated.connect(self._on_node)
        self.what.activated.connect(lambda _: self._prefer(str(self.what.currentData())))
        self.kernels.changed.connect(self.refresh)
        for what in WHATS:
            self.which.buttons[what.capitalize()].clicked.connect(lambda _=False, what=what: self._toggle(what))

    # What is wanted

    @property
    def known(self) -> Known:
        """The layers that there are."""
        return known(self.viewing.looks if self.viewing else None, self._stock)

    def _find(self) -> str:
        """Whose weights shall be seen."""
        there, state = self.known, self.session.state
        chosen = trained(state, state.choice.nodes, there.weighted)
        if self._picked in (chosen or there.weighted):
            return self._picked
        if chosen:
            return next((name for name in chosen if there.weighted[name]), chosen[0])
        return next(iter(there.matrices), next(iter(there.weighted), ""))

    @property
    def _at_rest(self) -> bool:
        """Whether weights come from checkpoints: nobody trains here, or an earlier step is seen."""
        seen = self.viewing
        return seen is not None and (not seen.alive or seen.at is not None or not len(seen.looks))

    @property
    def question(self) -> "Kernels":
        """The weight that is looked at."""
        from dlstudio.training.questions.kernels import Kernels

        weight, seen = self.kernels.wanted
        return Kernels(self.node, weight, seen)

    def questions(self) -> Iterable[Any]:
        from dlstudio.training.questions.stock import Stock

        asked: list[Any] = [Stock()] if self._at_rest else []
        return (*asked, *([self.question] if self.known.weighted.get(self.node) else []))

    def histograms(self) -> Iterable[str]:
        return (self.node,) if self.node else ()

    # What is shown

    def show_choice(self, new: State) -> None:
        self._picked = ""
        self.refresh()

    def forget(self) -> None:
        self._stock, self.node = None, ""
        self.kernels.clear()

    def show_news(self) -> str:
        self._take_stock()
        node = self._find()
        if self.viewing is None or not node:
            self.wish()
            return self._coming()
        if node != self.node:
            self.node = node
            self.kernels.clear()
        self.wish()
        self.cost.show_cost(self.viewing, room=self.content.width())
        self._offer()
        self._show_parts()
        return ""

    def _take_stock(self) -> None:
        """What the checkpoints hold, once it is known."""
        from dlstudio.training.questions.stock import Stock

        found = self.viewing.answer(Stock()) if self.viewing is not None and self._at_rest else None
        self._stock = found.value if found is not None and not found.problem else self._stock

    def _coming(self) -> str:
        """Why nothing is seen yet."""
        from dlstudio.training.questions.stock import Stock

        found = self.viewing.answer(Stock()) if self.viewing is not None else None
        coming = "The first look inside comes with the first steps."
        if found is None and self.viewing is not None and not self.viewing.alive and self.viewing.path:
            return "Looking what its checkpoints hold …"
        return self.unseen(coming, "seen inside or kept")

    def _offer(self) -> None:
        """The layers that there are."""
        assert self.viewing is not None
        there = tuple(self.known.weighted)
        with QSignalBlocker(self.nodes):
            if self._offered != there:
                self._offered = there
                self.nodes.clear()
                self.nodes.addItems(there)
            self.nodes.setCurrentIndex(there.index(self.node))

    def _show_parts(self) -> None:
        """The picture and as many histograms as have room; where it is narrow one of them."""
        assert self.viewing is not None
        has, looks, width = self.known.weighted[self.node], self.viewing.looks, self.content.width()
        there = tuple(what for what in WHATS if looks.counted(self.node, what))
        possible = there or (() if not len(looks) else WHATS if has else ("activations",))
        narrow, wide = width < ROOMY, min(WIDE, max(NARROW, round(SHARE * width))) if has else 0
        choices = [*([KERNELS] if has else []), *possible]
        if narrow:
            seen = [what for what in self._order if what in choices][:1]
        else:
            most = max(1, (width - wide) // LEAST)
            seen = [KERNELS] * has + [what for what in self._order if what in possible][:most]
        self._seen = tuple(seen)
        self._offer_parts(choices, possible, narrow=narrow)
        self.kernels.setVisible(KERNELS in seen)
        alone = seen == [KERNELS]
        self.kernels.setMinimumWidth(0 if alone else wide)
        self.kernels.setMaximumWidth(WIDEST if alone else wide)
        if KERNELS in seen:
            self._show_kernels()
        for what, spread in self.spreads.items():
            spread.setVisible(what in seen)
            if what in seen:
                spread.show_histograms(looks.counted(self.node, what), marks(self.viewing), alive=self.viewing.alive)

    def _offer_parts(self, choices: list[str], possible: tuple[str, ...], *, narrow: bool) -> None:
        """What can be seen, to be chosen from: as buttons, or where it is narrow as a list."""
        for what in WHATS:
            button = self.which.buttons[what.capitalize()]
            button.setChecked(what in self._seen)
            button.setVisible(what in possible)
        self.which.setVisible(not narrow and len(possible) > 1)
        self.what.setVisible(narrow and len(choices) > 1)
        if [self.what.itemData(i) for i in range(self.what.count())] != choices:
            self.what.clear()
            for what in choices:
                self.what.addItem(what.capitalize(), what)
        self.what.setCurrentIndex(next((i for i, what in enumerate(choices) if what in self._seen), 0))

    def _show_kernels(self) -> None:
        assert self.viewing is not None
        found, shown = self.viewing.answer(self.question), self.kernels.shown
        if found is None and self.question != self._asked and self.viewing.alive and self.viewing.at is None:
            self._asked = self.question
            self.viewing.ask(self.question)  # what stands waits for its turn; the first answer comes at once
        if found is not None and not found.problem:
            self.kernels.show_weights(found.value)
            self._show_origin(found.step)
        elif found is not None:
            self.kernels.say(found.problem)
        elif shown is None or self.question.weight not in ("", shown.name):
            self.kernels.say(f"Looking at {self.node} …")

    def _show_origin(self, step: int) -> None:
        """Of which step the picture is, where that is not the one that is seen."""
        assert self.viewing is not None
        standing = self.viewing.standing
        newest = standing.step if standing else step
        kept = self._stock.steps if self._stock is not None and self._at_rest else ()
        at = newest if self.viewing.at is None else self.viewing.at
        self.kernels.show_origin(step, step if self.viewing.alive and self.viewing.at is None else at, kept)

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
        if what in self._seen and len(set(self._seen) - {KERNELS}) > 1:
            self._order.remove(what)
            self.refresh()
        else:
            self._prefer(what)

    def _prefer(self, what: str) -> None:
        """From now on this is rather seen than the others."""
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
