"""Sheet: what one output answers all over the plane, under its name."""

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from dlstudio.ui.elided import Elided
from dlstudio.ui.plots.divide import Divide
from dlstudio.ui.plots.field import Dots, Field, Ground
from dlstudio.ui.plots.frame import Frame
from dlstudio.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from dlstudio.training.questions.boundary import Plane

VALIDATION = 1


class Sheet(QWidget):
    """The field in its frame; where there are several, each says whose it is and how many it has wrong."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.field, self.title = Field(theme, "Decision boundary"), Elided()
        self.plot = Frame(theme, self.field, "Decision boundary")
        self.field.setAspectLocked(True)
        self.title.setProperty("role", "small")
        self.title.setContentsMargins(8, 0, 0, 0)
        self.title.hide()
        self.new = True
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.title)
        column.addWidget(self.plot, 1)

    def show_answers(self, plane: "Plane", output: str, answers: Any, wrong: Any) -> None:
        """Other answers of an output to the samples of the plane."""
        line = plane.border
        self.field.name_axes(*plane.axes)
        self.field.show_ground(Ground(answers.float().numpy(), plane.low, plane.high))
        hollow = plane.parts.numpy() == VALIDATION
        self.field.show_dots(Dots(plane.points.numpy(), plane.kinds.numpy(), hollow, wrong.numpy(), plane.classes))
        self.field.show_divide(Divide(line.weights, line.offset, line.radius, max(0.0, line.margin)) if line else None)
        self.title.setVisible(bool(plane.others))
        count = int(wrong.sum())
        self.title.say(f"{output} · {count:,} of {len(wrong):,} wrong", f"{output} · {count:,} wrong", output)
        self.plot.name = self.title.text() if plane.others else "Decision boundary"
        if self.new:
            self.field.fit()
            self.new = False

    def set_theme(self, theme: Theme) -> None:
        self.plot.set_theme(theme)

    def stop(self) -> None:
        self.plot.stop()
