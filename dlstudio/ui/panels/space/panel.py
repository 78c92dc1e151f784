"""Space: the boundary of networks that take two numbers, and how they fold the plane; of all others where a node puts
the samples."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)

from dlstudio.core.document import INPUT, MODEL, Project
from dlstudio.ui.elided import Elided
from dlstudio.ui.elided_combo import ElidedCombo
from dlstudio.ui.panels.seeing import Seeing
from dlstudio.ui.session import Session, State
from dlstudio.ui.theme.tokens import Theme
from dlstudio.ui.viewing.names import trained

if TYPE_CHECKING:
    from dlstudio.training.asking.question import Question
    from dlstudio.training.questions.boundary import Boundary
    from dlstudio.training.questions.folding import Folding
    from dlstudio.training.questions.latent import Latent
    from dlstudio.training.questions.shown import Shown
    from dlstudio.ui.panels.space.cloud_view import CloudView
    from dlstudio.ui.panels.space.fold_view import FoldView
    from dlstudio.ui.panels.space.plane_view import PlaneView
    from dlstudio.ui.plots.shapes import Key

WAYS = {"plane": "Boundary", "fold": "Folding", "latent": "Latent"}
TELLS = {
    "plane": "What is answered at each place of the plane, under the samples",
    "fold": "How the layers bend the plane, one after the other",
    "latent": "Where the node that is chosen on the canvas puts samples, in two numbers",
}
PARTS = ("validation", "train", "test")
LOOKING = "Looking where the samples lie …"
LEAST, ROOM, ROOMY = 320, 200, 480
"""How narrow the panel may be, the room that its words claim, and from which width on the bar has the classes too."""
SMALL = 64
"""The side of the picture of a sample."""


class Space(Seeing):
    """The plane, or the samples where the chosen node puts them."""

    name, title, icon, area = "space", "Space", "circle-dot", "bottom"
    EMPTY = "Press Train (F5) to see where the network puts its samples."

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.views: QStackedWidget | None = None
        self.plane_view: PlaneView
        self.fold_view: FoldView
        self.cloud_view: CloudView
        self.by_way: dict[str, PlaneView | FoldView | CloudView] = {}
        self.key: Key
        self.ways, self.switch = QButtonGroup(self), QFrame()
        self.switch.setProperty("role", "segments")
        self.switch.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        segments = QHBoxLayout(self.switch)
        segments.setContentsMargins(2, 2, 2, 2)
        segments.setSpacing(2)
        for number, (way, title) in enumerate(WAYS.items()):
            button = QPushButton(title)
            button.setProperty("role", "segment")
            button.setCheckable(True)
            button.setToolTip(TELLS[way])
            self.ways.addButton(button, number)
            segments.addWidget(button)
        self.part = ElidedCombo()
        self.part.addItems(PARTS)
        self.part.setAccessibleName("Part of the data")
        self.part.setToolTip("From which part of the data the samples come")
        self.told = Elided()
        self.told.setContentsMargins(0, 0, 0, 0)
        self.told.setAccessibleName("What is seen of the space")
        self.bar.insertWidget(0, self.switch)
        self.bar.insertWidget(1, self.part)
        self.bar.insertWidget(2, self.told)
        self._chosen_way = ""
        self._said: tuple[str, ...] = ()
        self._words: dict[str, tuple[str, ...]] = {}
        """What each view shows, in words."""
        self._building = QTimer(self, singleShot=True, interval=0)
        self._building.timeout.connect(self._build)
        self.setMinimumSize(LEAST, 160)
        self.origin.setMinimumWidth(LEAST // 4)
        self.ways.idClicked.connect(self._on_way)
        self.part.currentIndexChanged.connect(self.refresh)

    def _build(self) -> None:
        """The views are made when there is something to show: what draws them takes its time to load."""
        from dlstudio.ui.panels.space.cloud_view import CloudView
        from dlstudio.ui.panels.space.fold_view import FoldView
        from dlstudio.ui.panels.space.plane_view import PlaneView
        from dlstudio.ui.plots.shapes import Key

        self.key, self.views = Key(self.theme), QStackedWidget()
        self.plane_view, self.cloud_view = PlaneView(self.theme, self.key), CloudView(self.theme)
        self.fold_view = FoldView(self.theme, self.key)
        self.bar.insertWidget(2, self.key)
        self.by_way = {"plane": self.plane_view, "fold": self.fold_view, "latent": self.cloud_view}
        for told in (self.plane_view.saved, self.fold_view.plot.told, self.cloud_view.plot.told):
            told.connect(self.say)
        for view in self.by_way.values():
            self.views.addWidget(view)
        self.body.addWidget(self.views)
        self.plane_view.told.connect(self._on_told)
        self.refresh()

    # What is wanted

    @property
    def flat(self) -> bool:
        """Whether there is a plane to see."""
        return self.viewing is not None and self.viewing.project is not None and plane_goes_in(self.viewing.project)

    @property
    def way(self) -> str:
        """What is shown: what was chosen, where it can be."""
        return (self._chosen_way or "plane") if self.flat else "latent"

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes that are chosen on the canvas, as they are called in what trains."""
        if self.viewing is None:
            return ()
        return trained(self.session.state, self.session.state.choice.nodes, self.viewing.looks.nodes)

    @property
    def question(self) -> "Boundary | Folding | Latent":
        """What is asked of the network."""
        from dlstudio.training.questions.boundary import Boundary
        from dlstudio.training.questions.folding import Folding
        from dlstudio.training.questions.latent import Latent

        if self.way == "plane":
            return Boundary(tuple(name.removeprefix("critic.") for name in self.nodes))
        if self.way == "fold":
            return Folding()
        return Latent(self.nodes[0] if self.nodes else "", MODEL, self.part.currentText())

    @property
    def shown(self) -> "Shown | None":
        """What the samples of the cloud look like; it is asked until it is known."""
        from dlstudio.training.questions.shown import Shown

        cloud = self.cloud_view.value if self.views is not None and self.way == "latent" else None
        samples = self.cloud_view.samples if cloud is not None else None
        if cloud is None or (samples is not None and samples.rows == cloud.rows):
            return None
        return Shown(self.part.currentText(), cloud.rows, SMALL)

    def questions(self) -> "Iterable[Question]":
        if self.viewing is None or self.viewing.source is None:
            return ()
        return (self.question, *([shown] if (shown := self.shown) else []))

    # What is shown

    def forget(self) -> None:
        self._words = {}
        for view in self.by_way.values():
            view.value = None
        if self.views is not None:
            self.cloud_view.samples = None

    def show_choice(self, new: State) -> None:
        self.refresh()

    def show_news(self) -> str:
        assert self.viewing is not None
        self.wish()
        self.switch.setVisible(self.flat)
        self.part.setVisible(self.way == "latent")
        self.ways.button(list(WAYS).index(self.way)).setChecked(True)
        found = self.viewing.answer(self.question)
        if found is not None and found.problem:
            return found.problem
        if self.views is None:
            self._building.start()
            return LOOKING
        view = self.by_way[self.way]
        self.key.setVisible(self.way != "latent" and self.width() >= ROOMY)
        self.views.setCurrentWidget(view)
        if found is None:
            return "" if view.value is not None else self.unasked(LOOKING)
        if found.value is not view.value:
            self._words[self.way] = view.take(found.value)
        if self._words.get(self.way, ()) != self._said:
            self._said = self._words.get(self.way, ())
            self._on_told("")
        self._take_samples()
        return ""

    def _take_samples(self) -> None:
        """Takes in what the samples look like, once it is known; then it is asked no more."""
        shown = self.shown
        found = self.viewing.answer(shown) if self.viewing is not None and shown is not None else None
        if found is not None and found.value is not None:
            self.cloud_view.samples = found.value
        self.wish()

    def _on_told(self, text: str) -> None:
        words = (text,) if text else self._said or ("",)
        self.told.say(*words)
        shortest = self.told.fontMetrics().horizontalAdvance(words[-1]) + 4
        self.told.setMinimumWidth(min(ROOM, shortest))

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        if self.views is not None:
            self.key.theme = theme
            self.key.update()
            for view in self.by_way.values():
                view.set_theme(theme)

    def stop(self) -> None:
        super().stop()
        self._building.stop()
        for view in self.by_way.values():
            view.stop()

    def _on_way(self, number: int) -> None:
        self._chosen_way = list(WAYS)[number]
        self.refresh()


def plane_goes_in(project: Project) -> bool:
    """Whether the network that the data goes into takes two numbers and nothing else."""
    network = project.networks.get("critic" if project.training.get("kind") == "Gan" else MODEL)
    entries = network.of_kind(INPUT) if network is not None else []
    return len(entries) == 1 and tuple(entries[0].fields.get("size", ())) == (2,)
