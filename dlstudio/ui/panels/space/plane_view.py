"""PlaneView: the decision boundary with the samples, and beside it what single neurons do all over the plane."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget

from dlstudio.ui.panels.features.wall import Wall
from dlstudio.ui.panels.space.patterns import rows
from dlstudio.ui.panels.space.sheet import VALIDATION, Sheet
from dlstudio.ui.plots.field import Field
from dlstudio.ui.plots.shapes import Key
from dlstudio.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from dlstudio.training.questions.boundary import Plane

WIDER, AXIS, WIDEST = 1.0, 48, 16_777_215
"""How much wider than high the plane is, the room of its axis, and any width at all."""
NEURONS, LEAST = 200, 120
"""The room that neurons need beside it, and that it needs itself."""


class PlaneView(QWidget):
    """The field is as high as there is room and not much wider; the neurons take the rest."""

    told = Signal(str)
    """What is under the mouse, or nothing."""
    saved = Signal(str)
    """What became of an export, in a sentence."""

    def __init__(self, theme: Theme, key: Key) -> None:
        super().__init__()
        self.theme, self.key = theme, key
        self.value: Plane | None = None
        self.sheets, self.wall = [Sheet(theme)], Wall(theme)
        """One sheet for each output that is seen."""
        self.plot = self.sheets[0].plot
        self.plot.told.connect(self.saved)
        self.wall.setAccessibleName("Neurons")
        self.neurons = QScrollArea()
        self.neurons.setWidgetResizable(True)
        self.neurons.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.neurons.setWidget(self.wall)
        self.line = line = QHBoxLayout(self)
        line.setContentsMargins(4, 0, 0, 4)
        line.setSpacing(8)
        line.addWidget(self.sheets[0])
        line.addWidget(self.neurons, 1)
        self.wall.pointed.connect(self.told)

    def take(self, plane: "Plane") -> tuple[str, ...]:
        """Other answers."""
        self.value = plane
        self._provide(1 + len(plane.others))
        self.sheets[0].show_answers(plane, plane.output, plane.field, plane.wrong)
        for sheet, other in zip(self.sheets[1:], plane.others, strict=False):
            sheet.show_answers(plane, other.output, other.field, other.wrong)
        self.key.show_names(plane.classes, hollow=bool((plane.parts == VALIDATION).any()))
        self.wall.show_rows(rows(plane.patterns, plane.units, self.theme))
        return said(plane)

    @property
    def field(self) -> Field:
        """That of the first output."""
        return self.sheets[0].field

    def _provide(self, count: int) -> None:
        """As many sheets as there are outputs; several leave no room for neurons."""
        while len(self.sheets) < count:
            made = Sheet(self.theme)
            made.plot.told.connect(self.saved)
            self.line.insertWidget(len(self.sheets), made)
            self.sheets.append(made)
        for number, sheet in enumerate(self.sheets):
            sheet.setVisible(number < count)
        self.neurons.setVisible(count == 1)
        self._make_room()

    def set_theme(self, theme: Theme) -> None:
        self.theme = self.wall.theme = theme
        for sheet in self.sheets:
            sheet.set_theme(theme)
        if self.value is not None:
            self.wall.show_rows(rows(self.value.patterns, self.value.units, theme))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()
        self.wall.room = self.height() - 4
        self.wall.lay_out()

    def _make_room(self) -> None:
        """One sheet is not much wider than high; several share the width."""
        alone = max(LEAST, min(self.width() - NEURONS, round(self.height() * WIDER) + AXIS))
        several = self.value is not None and bool(self.value.others)
        for sheet in self.sheets:
            sheet.setMinimumWidth(0 if several else alone)
            sheet.setMaximumWidth(WIDEST if several else alone)

    def stop(self) -> None:
        for sheet in self.sheets:
            sheet.stop()


def said(plane: "Plane") -> tuple[str, ...]:
    """How many are wrong, and what is known of the line of a perceptron; and in fewer words."""
    if plane.others:
        return (f"{len(plane.others) + 1} outputs",)
    parts = [f"{int(plane.wrong.sum()):,} of {len(plane.wrong):,} wrong"] if plane.classes else []
    if (border := plane.border) is not None:
        parts += [f"R {border.radius:.3g}", f"γ {border.margin:.3g}" if border.margin >= 0 else "γ below 0"]
        parts += [f"(R/γ)² {border.most:.3g}"] if border.most is not None else []
    return " · ".join(parts), f"{int(plane.wrong.sum()):,} wrong" if plane.classes else ""
