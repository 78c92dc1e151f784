"""FoldView: the plane as the layers bend it, one after the other; a slider goes through them, or it plays (VIS-05)."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QToolButton, QVBoxLayout, QWidget

from dlstudio.ui.elided import Elided
from dlstudio.ui.panels.space.aligning import aligned
from dlstudio.ui.plots.field import Dots, Field
from dlstudio.ui.plots.frame import Frame
from dlstudio.ui.plots.mesh import Mesh
from dlstudio.ui.plots.shapes import Key
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from dlstudio.training.questions.folding import Folded, Stage
    from dlstudio.ui.plots.line import Array

FINE, TICK, STEP = 20, 40, 1
"""Into how many places the way between two layers is cut, and how often and how far it goes on while it plays."""


class FoldView(QWidget):
    """The grid, the samples on it, and where between two layers it is."""

    def __init__(self, theme: Theme, key: Key) -> None:
        super().__init__()
        self.theme, self.key = theme, key
        self.value: Folded | None = None
        self.stages: list[Array] = []
        """The points of each layer, turned so that they go the shortest way from one to the next."""
        self.field = Field(theme, "The plane folded by the layers")
        self.plot = Frame(theme, self.field, "The plane folded by the layers")
        self.play, self.slider, self.name = QToolButton(), QSlider(Qt.Orientation.Horizontal), Elided()
        self.play.setAccessibleName("Go through the layers")
        self.play.setToolTip("Go through the layers from the first to the last")
        self.play.setCheckable(True)
        self.play.toggled.connect(self._on_play)
        self.slider.setAccessibleName("Layer")
        self.slider.setToolTip("How far the plane is folded; the arrow keys go on, Page Up and Down by a layer")
        self.slider.setPageStep(FINE)
        self.slider.valueChanged.connect(self._draw)
        self.name.setProperty("role", "number")
        self._tick = QTimer(self, interval=TICK)
        self._tick.timeout.connect(self._go_on)
        self._lay_out()
        self.set_theme(theme)

    def _lay_out(self) -> None:
        below, column = QHBoxLayout(), QVBoxLayout(self)
        below.setContentsMargins(8, 0, 12, 4)
        below.setSpacing(8)
        below.addWidget(self.play)
        below.addWidget(self.slider, 1)
        below.addWidget(self.name, 2)
        column.setContentsMargins(4, 0, 4, 0)
        column.setSpacing(0)
        column.addWidget(self.plot, 1)
        column.addLayout(below)

    # What is shown

    def take(self, folded: "Folded") -> tuple[str, ...]:
        """Other weights fold otherwise; where somebody was in the layers, he stays."""
        before, self.value = self.value, folded
        self.stages = []
        for stage in folded.stages:
            points = stage.points.numpy()
            last = self.stages[-1] if self.stages and stage.explained else None
            self.stages.append(aligned(points, None if last is None else last - last.mean(0)))
        self.slider.setRange(0, FINE * (len(self.stages) - 1))
        self.slider.setTickInterval(FINE)
        self.key.show_names(folded.classes)
        if before is None or len(before.stages) != len(folded.stages):
            self.slider.setValue(0)
        self._draw()
        wrong = int(folded.wrong.sum())
        layers = f"{len(folded.stages) - 1} layers"
        return (f"{layers} · {wrong:,} of {len(folded.wrong):,} wrong", layers) if folded.classes else (layers,)

    @property
    def place(self) -> tuple[int, float]:
        """The layer that is behind, and how much of the way to the next is gone."""
        at, part = divmod(self.slider.value(), FINE)
        return at, part / FINE

    def points(self) -> "Array":
        """Where everything lies now."""
        at, part = self.place
        if not part:
            return self.stages[at]
        eased = part * part * (3 - 2 * part)
        return (1 - eased) * unit(self.stages[at]) + eased * unit(self.stages[at + 1])

    def _draw(self) -> None:
        folded = self.value
        if folded is None:
            return
        points, count = self.points(), folded.side**2
        at, part = self.place
        stage = folded.stages[at + round(part)]
        self.field.name_axes(*(axes(stage) if not part else ("", "")))
        self.field.show_mesh(
            Mesh(points[:count].reshape(folded.side, folded.side, 2), folded.answers.numpy().reshape(folded.side, -1))
        )
        kinds, wrong = folded.kinds.numpy(), folded.wrong.numpy()
        self.field.show_dots(Dots(points[count:], kinds, wrong & False, wrong, folded.classes))
        self.field.fit()
        names = folded.stages[at].node, folded.stages[min(at + 1, len(folded.stages) - 1)].node
        self.name.say(said(stage) if not part else f"{names[0]} → {names[1]}", stage.node)
        self.slider.setAccessibleDescription(self.name.text())

    # What is done

    def _on_play(self, on: bool) -> None:
        if on and self.slider.value() == self.slider.maximum():
            self.slider.setValue(0)
        self._tick.start() if on else self._tick.stop()

    def _go_on(self) -> None:
        self.slider.setValue(self.slider.value() + STEP)
        if self.slider.value() == self.slider.maximum():
            self.play.setChecked(False)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.play.setChecked(False)

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.plot.set_theme(theme)
        self.play.setIcon(icon("play", theme))

    def stop(self) -> None:
        self._tick.stop()
        self.plot.stop()


def unit(points: "Array") -> "Array":
    """Points about their middle, of which the farthest is 1 away: what lies between two layers has no scale."""
    middled = points - points.mean(0)
    found: Array = middled / (np.abs(middled).max() or 1.0)
    return found


def axes(stage: "Stage") -> tuple[str, str]:
    """What the axes are called after a layer."""
    if stage.explained is None:
        return f"{stage.node} 1", f"{stage.node} 2" if stage.width > 1 else ""
    along, up = (f"{100 * share:.0f} %" for share in stage.explained)
    return f"first direction · {along}", f"second · {up}"


def said(stage: "Stage") -> str:
    """What is seen of a layer."""
    if stage.explained is None:
        return f"{stage.node} · {stage.width} number{'s' * (stage.width != 1)}"
    return f"{stage.node} · {stage.width} numbers, {100 * sum(stage.explained):.0f} % of their variance is seen"
