"""Mesh: a grid of lines as something bends it, in the colours of what is answered, with the border between them."""

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg

from dlstudio.ui.plots.colors import hue_color
from dlstudio.ui.plots.line import Array
from dlstudio.ui.theme.ink import pen
from dlstudio.ui.theme.tokens import Theme

BORDER = -2
"""Stands for the border between two classes."""
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
    """By class the ends of all pieces, two after two: each half of a line has the class of its end; and the border."""
    halves, kinds = [], []
    for a, b in ((np.s_[:-1], np.s_[1:]), (np.s_[:, :-1], np.s_[:, 1:])):
        middles = (mesh.places[a] + mesh.places[b]) / 2
        for end in (a, b):
            halves.append(np.stack([mesh.places[end], middles], -2).reshape(-1, 2, 2))
            kinds.append(mesh.kinds[end].ravel())
    lines, of = np.concatenate(halves), np.concatenate(kinds)
    found = {int(kind): lines[of == kind].reshape(-1, 2) for kind in np.unique(of)}
    border = _border(mesh)
    return found | ({BORDER: border} if len(border) else {})


def _border(mesh: Mesh) -> Array:
    """Through each cell from the middle of a side whose ends differ to that of the next one."""
    around = [np.s_[:-1, :-1], np.s_[:-1, 1:], np.s_[1:, 1:], np.s_[1:, :-1]]
    ends = [*around[1:], around[0]]
    middles = np.stack([(mesh.places[a] + mesh.places[b]) / 2 for a, b in zip(around, ends, strict=True)], 2)
    crossed = np.stack([mesh.kinds[a] != mesh.kinds[b] for a, b in zip(around, ends, strict=True)], 2)
    made = [np.empty((0, 2))]
    for row, column in np.argwhere(crossed.any(2)):
        here = middles[row, column][crossed[row, column]]
        made += [here[at : at + 2] for at in range(0, len(here) - 1, 2)]
        made += [here[[0, 2]]] if len(here) == 3 else []  # three classes meet
    return np.concatenate(made)
