"""PictureView: reconstructions beside what went in, samples from noise over time, and the way between two of them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from dlstudio.ui.panels.features.tiles import picture
from dlstudio.ui.panels.samples.strips import Strip, Strips
from dlstudio.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from dlstudio.training.questions.made import Pairs, Samples
    from dlstudio.ui.plots.field import Field

POINTS = ("now", "from one to another", "at first")


class PictureView(QWidget):
    """Strips of pictures; samples that are points of the plane are shown as such."""

    told = Signal(str)
    """What became of an export, in a sentence."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.strips = Strips(theme)
        self.field: Field | None = None
        self.rows = QScrollArea()
        self.rows.setWidgetResizable(True)
        self.rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows.setWidget(self.strips)
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(0, 0, 0, 4)
        self.line.addWidget(self.rows, 1)

    def show_pairs(self, pairs: "Pairs", earlier: Sequence[tuple[int, "Pairs"]]) -> None:
        """What went in above what came out, and what came out at earlier steps."""
        errors = [f"{place} · mean square {error:.4f}" for place, error in zip(pairs.places, pairs.errors, strict=True)]
        group = [Strip("input", "", images(pairs.clean), pairs.places)]
        group += [Strip("spoilt", "as it is seen", images(pairs.spoilt))] if pairs.spoilt is not None else []
        group.append(Strip("output", f"mse {float(pairs.errors.mean()):.4f}", images(pairs.made), errors))
        before = [_step(step, each.made) for step, each in reversed(earlier)]
        self._show([group, *[[each] for each in before]])

    def show_samples(self, samples: "Samples", step: int, earlier: Sequence[tuple[int, "Samples"]]) -> None:
        """What came from the same noise now and before, and the way from one sample to another."""
        if samples.made.ndim == 2 and samples.made.shape[1] == 2:
            self._show_points(samples, earlier)
            return
        way = Strip("from one to", "another", images(samples.way), samples.ends)
        groups = [[_step(step, samples.made)]] if len(samples.made) else []
        groups += [[_step(at, each.made if len(each.made) else each.way)] for at, each in reversed(earlier)]
        self._show([*groups[:1], [way], *groups[1:]] if len(samples.made) else [[way], *groups])

    def _show(self, groups: Sequence[Sequence[Strip]]) -> None:
        if self.field is not None:
            self.points.hide()
        self.rows.show()
        self.strips.show_groups(groups)

    def _show_points(self, samples: "Samples", earlier: Sequence[tuple[int, "Samples"]]) -> None:
        """Points now, the way between two as a chain, and where the points were first."""
        import numpy as np

        from dlstudio.ui.plots.field import Dots, Field
        from dlstudio.ui.plots.frame import Frame
        from dlstudio.ui.plots.shapes import Key

        if self.field is None:
            self.field = Field(self.theme, "Samples")
            self.plot = Frame(self.theme, self.field, "Samples")
            self.plot.told.connect(self.told)
            self.field.setAspectLocked(True)
            self.key = Key(self.theme)
            self.key.show_names(POINTS)
            self.points = QWidget()
            column = QVBoxLayout(self.points)
            column.setContentsMargins(8, 0, 0, 0)
            column.addWidget(self.key)
            column.addWidget(self.plot, 1)
            self.line.addWidget(self.points, 1)
        self.rows.hide()
        self.points.show()
        before = [each.made for _, each in earlier[:1]]
        clouds = [each.float().numpy() for each in (samples.made, samples.way, *before)]
        kinds = np.concatenate([np.full(len(each), kind) for kind, each in enumerate(clouds)])
        places = np.concatenate(clouds)
        self.field.show_dots(Dots(places, kinds, kinds == 2, np.zeros(len(kinds), bool), POINTS))

    def set_theme(self, theme: Theme) -> None:
        self.theme = self.strips.theme = theme
        self.strips.update()
        if self.field is not None:
            self.plot.set_theme(theme)
            self.key.theme = theme
            self.key.update()

    def stop(self) -> None:
        if self.field is not None:
            self.plot.stop()


def images(values: Any) -> list[QImage]:
    """Each sample as a picture; numbers as a strip."""
    return [picture(each) for each in values.float().numpy()]


def _step(step: int, made: Any) -> Strip:
    return Strip(f"step {step:,}", "", images(made))
