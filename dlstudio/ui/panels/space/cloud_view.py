"""CloudView: where a node puts the samples, and beside it the sample under the mouse with its chances."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from dlstudio.ui.panels.features.tiles import picture
from dlstudio.ui.panels.space.aligning import aligned
from dlstudio.ui.panels.space.aside import Aside
from dlstudio.ui.plots.field import Dots, Field
from dlstudio.ui.plots.frame import Frame
from dlstudio.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from dlstudio.training.questions.latent import Cloud
    from dlstudio.training.questions.shown import Looks
    from dlstudio.ui.plots.line import Array

POINT = "Point at a sample to see it."
ROOMY, HEAPS = 720, 60
"""From which width on the chances of a sample stand beside it; how many heaps samples of one number make."""


class CloudView(QWidget):
    """The same samples seen again lie where they lay, as far as that can be."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.value: Cloud | None = None
        self.samples: Looks | None = None
        """What the samples look like, once it is known."""
        self.points: Array | None = None
        self.field, self.aside = Field(theme, "Latent space"), Aside(theme)
        self.plot = Frame(theme, self.field, "Latent space")
        self.slim = True
        """Whether there is room for few words."""
        line = QHBoxLayout(self)
        line.setContentsMargins(4, 0, 4, 4)
        line.setSpacing(8)
        line.addWidget(self.plot, 1)
        line.addWidget(self.aside)
        self.aside.make_room(False)
        self.field.pointed.connect(self._on_point)

    def take(self, cloud: "Cloud") -> tuple[str, ...]:
        """The samples elsewhere, or others."""
        before = self.value
        same = before is not None and (before.node, before.rows) == (cloud.node, cloud.rows)
        points = cloud.points.numpy() if cloud.width > 1 else heaped(cloud.points.numpy())
        self.points = aligned(points, self.points if same else None) if cloud.explained else points
        self.value = cloud
        wrong = (cloud.answers >= 0) & (cloud.kinds >= 0) & (cloud.answers != cloud.kinds)
        self.field.name_axes(*axes(cloud, slim=self.slim))
        self.field.getAxis("left").setStyle(showValues=cloud.width > 1)
        none = wrong.numpy() & False
        self.field.show_dots(Dots(self.points, cloud.kinds.numpy(), none, wrong.numpy(), cloud.classes))
        self.aside.show_cloud(cloud)
        if not same:
            self.field.fit()
        self._on_point(self.field.at)
        return said(cloud)

    def _on_point(self, number: int) -> None:
        """The sample under the mouse."""
        cloud, samples = self.value, self.samples
        if cloud is None or not 0 <= number < len(cloud.rows):
            self.aside.show_sample(-1, None, (POINT,))
            return
        lines, image = [f"sample {cloud.rows[number]}"], None
        if samples is not None and samples.rows == cloud.rows:
            lines, given = [samples.places[number]], samples.inputs[0]
            if given.form == "picture":
                image = picture(given.values[number].numpy())
            elif given.texts:
                lines.append(given.texts[number])
        kind, answer = int(cloud.kinds[number]), int(cloud.answers[number])
        lines += [f"is {cloud.classes[kind]}"] if kind >= 0 else []
        lines += [f"answered {cloud.classes[answer]}"] if 0 <= answer < len(cloud.classes) else []
        self.aside.show_sample(number, image, tuple(lines))

    def set_theme(self, theme: Theme) -> None:
        self.plot.set_theme(theme)
        self.aside.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.slim = self.width() < ROOMY
        self.aside.make_room(not self.slim)
        if self.value is not None:
            self.field.name_axes(*axes(self.value, slim=self.slim))

    def stop(self) -> None:
        self.plot.stop()


def heaped(points: "Array") -> "Array":
    """Samples of one number each, those of nearly the same number on top of each other."""
    import numpy as np

    values, found = points[:, 0], np.zeros_like(points)
    low, size = values.min(), float(np.ptp(values)) or 1.0
    bins = ((values - low) / size * (HEAPS - 1)).round().astype(int)
    for heap in np.unique(bins):
        there = np.flatnonzero(bins == heap)
        found[there[np.argsort(values[there], kind="stable")], 1] = np.arange(1, len(there) + 1)
    found[:, 0] = values
    return found


def axes(cloud: "Cloud", *, slim: bool) -> tuple[str, str]:
    """What the axes are called, and of principal directions how much of the variance each holds."""
    if cloud.explained is None:
        return (f"{cloud.node} 1", f"{cloud.node} 2") if cloud.width > 1 else (cloud.node, "samples")
    along, up = (f"{100 * share:.0f} %" for share in cloud.explained)
    return (f"first · {along}" if slim else f"principal direction · {along} of the variance"), f"second · {up}"


def said(cloud: "Cloud") -> tuple[str, ...]:
    """Whose space it is; and in fewer words."""
    right = f" · {100 * cloud.distances.verification:.1f} % of pairs right" if cloud.distances else ""
    numbers = f"{cloud.node} · {cloud.width:,} number{'' if cloud.width == 1 else 's'}"
    return f"{numbers}{right}", numbers, cloud.node
