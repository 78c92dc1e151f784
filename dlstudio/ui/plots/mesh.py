"""Mesh: a grid of lines as something bends it; each piece has the colour of what is answered at its ends."""

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg

from dlstudio.ui.plots.colors import hue_color
from dlstudio.ui.plots.line import Array
from dlstudio.ui.theme.ink import pen
from dlstudio.ui.theme.tokens import Theme

BORDER = -2
"""Stands for the pieces between two classes."""
FAINT, PLAIN, STRONG = 0.55, 1.0, 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """Rows × columns × 2 places, and the class at each; -1 is none."""

    places: Array
    kinds: Array


class MeshItems:
    """The lines in a plot: one item for each class, and one for the border between them."""

    def __init__(self, plot: pg.PlotWidget) -> None:
        self.plot = plot
        self.lines: dict[int, pg.PlotCurveItem] = {}

    def show(self, mesh: Mesh | None, theme: Theme) -> None:
        """Another grid, or the same bent further."""
        wanted = pieces(mesh) if mesh is not None else {}
        for kind in [kind for kind in self.lines if kind not in wanted]:
            self.plot.removeItem(self.lines.pop(kind))
        for kind, ends in wanted.items():
            if kind not in self.lines:
                made = self.lines[kind] = pg.PlotCurveItem(connect="pairs", skipFiniteCheck=True)
                made.setZValue(-4 if kind == BORDER else -5)
                self.plot.addItem(made)
            self.lines[kind].setData(ends[:, 0], ends[:, 1])
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        for kind, line in self.lines.items():
            tint = theme.text if kind == BORDER else hue_color(kind, theme) if kind >= 0 else theme.muted
            wide = STRONG if kind == BORDER else PLAIN
            line.setPen(pen(tint, wide, opacity=1.0 if kind == BORDER else FAINT, fixed=True))


def pieces(mesh: Mesh) -> dict[int, Array]:
    """By class the ends of all pieces, two after two; those between two classes are the border."""
    starts, ends, first, second = [], [], [], []
    for a, b in ((np.s_[:-1], np.s_[1:]), (np.s_[:, :-1], np.s_[:, 1:])):
        starts.append(mesh.places[a].reshape(-1, 2))
        ends.append(mesh.places[b].reshape(-1, 2))
        first.append(mesh.kinds[a].ravel())
        second.append(mesh.kinds[b].ravel())
    pairs = np.stack([np.concatenate(starts), np.concatenate(ends)], 1)
    here, there = np.concatenate(first), np.concatenate(second)
    kinds = np.where(here == there, here, BORDER)
    return {int(kind): pairs[kinds == kind].reshape(-1, 2) for kind in np.unique(kinds)}
