"""Feature maps: what the nodes make of a pinned sample, while it trains and afterwards."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QSpinBox, QToolButton, QWidget

from dlstudio.ui.elided import Elided
from dlstudio.ui.elided_combo import ElidedCombo
from dlstudio.ui.panels.features.close import Close
from dlstudio.ui.panels.features.tiles import picture, row
from dlstudio.ui.panels.features.wall import Unit, Wall
from dlstudio.ui.panels.seeing import Seeing
from dlstudio.ui.plots.export_button import ExportButton
from dlstudio.ui.session import Session, State
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.theme.tokens import Theme
from dlstudio.ui.viewing.names import trained

if TYPE_CHECKING:
    from dlstudio.training.questions.features import FeatureMaps, Features
    from dlstudio.training.questions.field import Field

PARTS = ("validation", "train", "test")
MOST_NODES, FEW, MANY = 24, 16, 64
"""How many nodes an overview has, and how many maps of each; and how many maps one node alone."""
MOST_ROW = 1_000_000
BESIDE, ALONE = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly
ROOMY = 520
"""From which width on the sample stands beside the maps."""


class FeatureMapsPanel(Seeing):
    """One row of maps for each node, or all maps of the node that is chosen on the canvas."""

    name, title, icon, area = "features", "Feature maps", "image", "bottom"
    EMPTY = "Press Train (F5) to see what each layer makes of a sample."
    looks = True

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.wall, self.close_up = Wall(theme), Close(theme)
        self.part = ElidedCombo()
        self.part.addItems(PARTS)
        self.part.setAccessibleName("Part of the data")
        self.part.setToolTip("From which part of the data the sample comes")
        self.number = QSpinBox()
        self.number.setRange(0, MOST_ROW)
        self.number.setAccessibleName("Sample")
        self.number.setToolTip("Which sample is looked at; the arrow keys go to the next one")
        self.pointed = Elided()
        self.pointed.setProperty("role", "number")
        self.back = QToolButton()
        self.back.setText("All layers")
        self.back.setAccessibleName("Show all layers")
        self.back.setToolTip("Show all layers again (Escape on the canvas)")
        self.back.clicked.connect(self._on_all)
        self.back.setIcon(icon("layers", theme))
        self.back.hide()
        self.part.setMinimumContentsLength(max(map(len, PARTS)) + 1)
        self.part.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.sample = self._label("Sample")
        for i, widget in enumerate((self.sample, self.part, self.number, self.back)):
            self.bar.insertWidget(i, widget)
        self.bar.insertSpacing(4, 8)
        self.bar.insertWidget(5, self.pointed)
        self.export = ExportButton(theme, self.wall.sheet, "the maps")
        self.export.told.connect(self.say)
        self.bar.insertWidget(self.bar.count() - 1, self.export)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.wall)
        scroll.viewport().installEventFilter(self)
        self.area_of_wall = scroll
        content = QWidget()
        line = QHBoxLayout(content)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(scroll, 1)
        line.addWidget(self.close_up)
        self.body.addWidget(content)
        self._field: Field | None = None
        self.part.currentIndexChanged.connect(self._on_sample)
        self.number.valueChanged.connect(self._on_sample)
        self.wall.pointed.connect(self.pointed.setText)
        self.wall.picked.connect(self._on_unit)

    @staticmethod
    def _label(text: str) -> QLabel:
        label = QLabel(text)
        label.setProperty("role", "muted")
        return label

    # What is wanted

    @property
    def nodes(self) -> tuple[str, ...]:
        """Whose maps are shown: those of what is chosen on the canvas, else of all that there is room for."""
        if self.viewing is None:
            return ()
        known = self.viewing.looks.nodes
        chosen = trained(self.session.state, self.session.state.choice.nodes, known)
        return chosen[:MOST_NODES] or _spread(known, MOST_NODES)

    @property
    def question(self) -> "Features":
        from dlstudio.training.questions.features import Features

        nodes = self.nodes
        most = MANY if len(nodes) == 1 else FEW
        return Features(nodes, (self.number.value(),), self.part.currentText(), self._network, most)

    @property
    def _network(self) -> str:
        project = self.viewing.project if self.viewing else None
        network = self.session.state.trail[0].network
        return network if project and network in project.networks else "model"

    def questions(self) -> "Iterable[Any]":
        if not self.nodes:
            return ()
        return (self.question, *([self._field] if self._field else []))

    # What is shown

    def forget(self) -> None:
        self.wall.show_rows(())

    def show_choice(self, new: State) -> None:
        self._field = None
        self.wall.choose(None)
        self.refresh()

    def show_news(self) -> str:
        if self.viewing is None or not self.nodes:
            return self.unseen("The first look inside comes with the first steps.", "seen inside")
        self.wish()
        self.back.setVisible(bool(self.session.state.choice.nodes))
        self.export.setEnabled(bool(self.wall.rows))
        found = self.viewing.answer(self.question)
        if found is None:
            return "" if self.wall.rows else self.unasked("Looking at the sample …")
        if found.problem:
            return found.problem
        made: FeatureMaps = found.value
        rows = [row(node, made.maps[node][0].numpy(), made.units[node]) for node in made.maps]
        self.wall.show_rows([each for each in rows if each is not None])
        self._show_sample(made)
        return "" if self.wall.rows else "What is chosen makes no picture: it gives one number."

    def _show_sample(self, made: "FeatureMaps") -> None:
        sample = next(iter(made.samples.values()), None)
        image = picture(sample[0].float().numpy()) if sample is not None and sample.ndim > 1 else None
        words = [made.places[0] if made.places else ""]
        unit, view = self.wall.unit, None
        answered = self.viewing.answer(self._field) if self.viewing and self._field else None
        if unit and answered and answered.value:
            view = answered.value
            high, wide = view.rows[1] - view.rows[0] + 1, view.columns[1] - view.columns[0] + 1
            words += [self.wall.describe(unit), f"sees {high}×{wide} of the sample"]
        elif unit and answered:
            words += [self.wall.describe(unit), answered.problem]
        else:
            words.append("Click a unit: what it sees.")
        self.close_up.show_sample(image, tuple(words), view)

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.wall.set_theme(theme)
        self.close_up.theme = theme
        self.close_up.update()
        self.back.setIcon(icon("layers", theme))
        self.export.set_theme(theme)

    # What is done

    def _on_all(self) -> None:
        self.session.choose_nodes()

    def _on_sample(self) -> None:
        if self._field and self.wall.unit:
            self._on_unit(self.wall.unit)
        self.refresh()

    def _make_room(self) -> None:
        """In a narrow panel the sample is shown only while a unit of it is looked at, and the list says what it is."""
        roomy = self.width() >= ROOMY
        self.sample.setVisible(roomy)
        self.back.setToolButtonStyle(BESIDE if roomy else ALONE)
        self.close_up.setVisible(roomy or self.wall.unit is not None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()
        if layout := self.layout():
            layout.activate()  # Qt asks for no other layout where something goes before the panel is first in sight

    def _on_unit(self, unit: Unit | None) -> None:
        from dlstudio.training.questions.field import Field

        self._field = None
        self._make_room()
        shown = next((each for each in self.wall.rows if unit and each.node == unit.node), None)
        if unit and shown:
            flat = shown.units == 1
            place = (unit.column,) if flat else (unit.map, unit.row, unit.column)
            self._field = Field(unit.node, place, self.number.value(), self.part.currentText(), self._network)
        self.refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.area_of_wall.viewport():
            self.wall.room = self.area_of_wall.viewport().height()
            self.wall.lay_out()
        return super().eventFilter(watched, event)


def _spread(names: tuple[str, ...], most: int) -> tuple[str, ...]:
    """So many names, evenly chosen from the first to the last."""
    if len(names) <= most:
        return names
    return tuple(names[round(i * (len(names) - 1) / (most - 1))] for i in range(most))
