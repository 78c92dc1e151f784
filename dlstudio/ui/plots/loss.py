"""LossPlot: the loss of the samples that are learnt from, and of those that are not, step by step."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyqtgraph as pg

from dlstudio.ui.theme.fonts import numbers
from dlstudio.ui.theme.ink import color, pen
from dlstudio.ui.theme.tokens import OKABE_ITO, TINY, Theme

Curve = tuple[Sequence[int], Sequence[float]]
SMOOTH = 0.9
"""How much of the line so far each point of the smoothed line keeps."""
LOSS, VALIDATION = "loss", "validation/loss"
_BLUE, _ORANGE = OKABE_ITO[5], OKABE_ITO[1]


class LossPlot(pg.PlotWidget):  # type: ignore[misc]
    """Every step thinly, their drift thickly, and validation as dots on a dashed line."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(background=None)
        self.setAccessibleName("Loss by step")
        self.setFrameShape(self.Shape.NoFrame)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.getPlotItem().setContentsMargins(0, 4, 0, 0)
        self.legend = self.addLegend(offset=(-8, 8), labelTextSize=f"{TINY}px")
        self.raw = self.plot(clipToView=True, autoDownsample=True)
        self.drift = self.plot(name="training")
        self.judged = self.plot(name="validation", symbol="o", symbolSize=6)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self.setBackground(color(theme.panel))
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(pen(theme.line))
            axis.setTextPen(color(theme.muted))
            axis.setTickFont(numbers(TINY))
            axis.setStyle(tickLength=-4)
        self.setLabel("bottom", "step", color=theme.muted)
        self.showGrid(x=False, y=True, alpha=0.12)
        self.legend.setLabelTextColor(color(theme.text))
        for _, label in self.legend.items:
            label.setText(label.text)
        self.raw.setPen(pen(_BLUE, 1.0, opacity=0.35, fixed=True))
        self.drift.setPen(pen(_BLUE, 2.0, fixed=True))
        self.judged.setPen(pen(_ORANGE, 2.0, dashed=True, fixed=True))
        self.judged.setSymbolBrush(color(_ORANGE))
        self.judged.setSymbolPen(None)

    def show_curves(self, curves: Mapping[str, Curve]) -> None:
        """Draws what was measured so far."""
        steps, losses = curves.get(LOSS, ((), ()))
        self.raw.setData(_array(steps), _array(losses))
        self.drift.setData(_array(steps), _array(smoothed(losses)))
        self.judged.setData(*map(_array, curves.get(VALIDATION, ((), ()))))


def smoothed(values: Sequence[float], keep: float = SMOOTH) -> list[float]:
    """A line that follows the values slowly, and is not drawn towards zero at its start."""
    made, total, weight = [], 0.0, 0.0
    for value in values:
        total, weight = keep * total + (1 - keep) * value, keep * weight + (1 - keep)
        made.append(total / weight)
    return made


def _array(values: Sequence[float]) -> Any:
    import numpy as np

    return np.asarray(values, dtype=float)
