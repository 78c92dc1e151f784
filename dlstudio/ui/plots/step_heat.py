"""StepHeat: many rows over steps at one glance, as colours."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Signal

from dlstudio.ui.plots.heat_plane import HeatPlane
from dlstudio.ui.plots.line import Array
from dlstudio.ui.plots.plot import Plot
from dlstudio.ui.plots.tools import Tool
from dlstudio.ui.theme.tokens import Theme


class StepHeat(Plot):
    """Rows (of layers, say) by steps; a click on a row tells which."""

    chosen = Signal(str)
    plane: HeatPlane

    def __init__(self, theme: Theme, name: str = "Heat map") -> None:
        super().__init__(theme, HeatPlane(theme), name)
        self.plane.chosen.connect(self.chosen)

    def tool_list(self) -> list[Tool]:
        plane = self.plane
        return [
            Tool("log", "Colours on a log scale", ("Y",), lambda: plane.set_log_y(plane.y_scale.kind != "log"),
                 on=lambda: plane.y_scale.kind == "log"),
            *super().tool_list(),
        ]  # fmt: skip

    def show_rows(
        self,
        names: Sequence[str],
        steps: Array,
        values: Array,
        unit: str = "",
        *,
        log: bool | None = None,
        limits: tuple[float, float] | None = None,
    ) -> None:
        """Values of rows by steps; what is not a number was not measured. `log` chooses the scale of the colours,
        `limits` their ends where more rows than these share them."""
        self.plane.show_rows(names, steps, values, unit, limits)
        if log is not None and log != (self.plane.y_scale.kind == "log"):
            self.plane.set_log_y(log)

    def show_lit(self, names: Iterable[str]) -> None:
        """Which rows stand out."""
        self.plane.show_lit(names)
