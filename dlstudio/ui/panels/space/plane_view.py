"""PlaneView: the decision boundary with the samples, and beside it what single neurons do all over the plane."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget

from dlstudio.ui.panels.features.wall import Wall
from dlstudio.ui.panels.space.patterns import rows
from dlstudio.ui.plots.divide import Divide
from dlstudio.ui.plots.field import Dots, Field, Ground
from dlstudio.ui.plots.frame import Frame
from dlstudio.ui.plots.shapes import Key
from dlstudio.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from dlstudio.training.questions.boundary import Plane

WIDER, AXIS = 1.25, 48
"""How much wider than high the plane is, and the room of its axis."""
VALIDATION = 1


class PlaneView(QWidget):
    """The field is as high as there is room and not much wider; the neurons take the rest."""

    told = Signal(str)
    """What is under the mouse, or nothing."""

    def __init__(self, theme: Theme, key: Key) -> None:
        super().__init__()
        self.theme, self.key = theme, key
        self.plane: Plane | None = None
        self.field, self.wall = Field(theme, "Decision boundary"), Wall(theme)
        self.plot = Frame(theme, self.field, "Decision boundary")
        self.field.setAspectLocked(True)
        self.wall.setAccessibleName("Neurons")
        self.neurons = QScrollArea()
        self.neurons.setWidgetResizable(True)
        self.neurons.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.neurons.setWidget(self.wall)
        line = QHBoxLayout(self)
        line.setContentsMargins(4, 0, 0, 4)
        line.setSpacing(8)
        line.addWidget(self.plot)
        line.addWidget(self.neurons, 1)
        self.wall.pointed.connect(self.told)

    def show_plane(self, plane: "Plane") -> None:
        """Other answers."""
        first, self.plane = self.plane is None, plane
        parts, line = plane.parts.numpy(), plane.border
        self.field.name_axes(*plane.axes)
        self.field.show_ground(Ground(plane.field.float().numpy(), plane.low, plane.high))
        hollow, wrong = parts == VALIDATION, plane.wrong.numpy()
        self.field.show_dots(Dots(plane.points.numpy(), plane.kinds.numpy(), hollow, wrong, plane.classes))
        self.field.show_divide(Divide(line.weights, line.offset, line.radius, max(0.0, line.margin)) if line else None)
        self.key.show_names(plane.classes, hollow=bool((parts == VALIDATION).any()))
        self.wall.show_rows(rows(plane.patterns, plane.units, self.theme))
        if first:
            self.field.fit()

    def set_theme(self, theme: Theme) -> None:
        self.theme = self.wall.theme = theme
        self.plot.set_theme(theme)
        if self.plane is not None:
            self.wall.show_rows(rows(self.plane.patterns, self.plane.units, theme))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.plot.setFixedWidth(min(self.width() * 2 // 3, round(self.height() * WIDER) + AXIS))
        self.wall.room = self.height() - 4
        self.wall.lay_out()

    def stop(self) -> None:
        self.plot.stop()


def said(plane: "Plane") -> str:
    """How many are wrong, and what is known of the line of a perceptron."""
    parts = [f"{int(plane.wrong.sum()):,} of {len(plane.wrong):,} wrong"] if plane.classes else []
    if (border := plane.border) is not None:
        parts += [f"R {border.radius:.3g}", f"γ {border.margin:.3g}" if border.margin >= 0 else "γ below 0"]
        parts += [f"(R/γ)² {border.most:.3g}"] if border.most is not None else []
    return " · ".join(parts)
