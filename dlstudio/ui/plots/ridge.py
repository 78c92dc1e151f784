"""Ridge: histograms of one quantity over time."""

from dlstudio.ui.plots.line import Array
from dlstudio.ui.plots.plot import Plot
from dlstudio.ui.plots.ridge_plane import RidgePlane
from dlstudio.ui.plots.tools import Tool
from dlstudio.ui.theme.tokens import Theme


class Ridge(Plot):
    """Colours over steps with the percentiles, or the outlines of some steps over each other."""

    plane: RidgePlane

    def __init__(self, theme: Theme, name: str = "Histograms") -> None:
        super().__init__(theme, RidgePlane(theme), name)

    def tool_list(self) -> list[Tool]:
        plane = self.plane
        return [
            Tool("overlay", "Outlines of the first and the last over each other", ("O",),
                 lambda: plane.overlay(not plane.overlaid), "layers", lambda: plane.overlaid),
            *super().tool_list(),
        ]  # fmt: skip

    def show_histograms(self, steps: Array, edges: Array, counts: Array, *, threshold: float | None = None) -> None:
        """Counts of steps by bins with shared edges; a threshold makes the values' axis a symmetric logarithm."""
        self.plane.show_histograms(steps, edges, counts, threshold)
