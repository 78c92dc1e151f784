"""Chart: lines over steps, with a legend and everything that one does with curves."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLabel, QSizePolicy, QSlider

from dlstudio.ui.mishap import guarded
from dlstudio.ui.plots.export import Sheet
from dlstudio.ui.plots.legend import BESIDE, ROW, Legend
from dlstudio.ui.plots.line import Line
from dlstudio.ui.plots.lines_plane import LinesPlane
from dlstudio.ui.plots.plot import Plot
from dlstudio.ui.plots.tools import Tool
from dlstudio.ui.theme.letters import hold
from dlstudio.ui.theme.tokens import Theme

MOST_ROWS, SHARE = 2, 0.34
"""A legend that takes more rows goes beside the plot where there is room; else it has this share of the height."""
ROOMY = 480
KEEPS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999)
"""How much of the smooth line each point keeps, along the slider."""


class Chart(Plot):
    """Curves with log axes, pan, zoom, a cross, smoothing, export and a window of their own."""

    marked = Signal(object)
    """The flag of a mark was clicked."""
    picked = Signal(str)
    """A line was clicked."""
    plane: LinesPlane

    def __init__(self, theme: Theme, name: str = "Chart") -> None:
        self.legend = Legend(theme)
        super().__init__(theme, LinesPlane(theme), name)
        self.legend.toggled.connect(self._toggle)
        self.legend.only.connect(self._only)
        self.plane.marked.connect(self.marked)
        self.plane.picked.connect(self.picked)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, len(KEEPS) - 1)
        self.slider.setPageStep(1)
        self.slider.setFixedWidth(72)
        self.slider.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.slider.setProperty("role", "clear")
        self.slider.setAccessibleName("Smoothing")
        self.slider.valueChanged.connect(self._on_slide)
        self.kept = QLabel()
        self.kept.setProperty("role", "share")
        hold(self.kept, 40)
        self.kept.setContentsMargins(4, 0, 0, 0)
        self.tools.insert("log x", self.slider, self.kept)
        self._on_slide(0)
        self.body.grid.addWidget(self.legend, 0, 0)

    def tool_list(self) -> list[Tool]:
        plane = self.plane
        return [
            Tool("log y", "Values on a log scale", ("Y",), lambda: plane.set_log_y(plane.y_scale.kind != "log"),
                 on=lambda: plane.y_scale.kind == "log"),
            Tool("log x", "Steps on a log scale", ("X",), lambda: plane.set_log_x(plane.x_scale.kind != "log"),
                 on=lambda: plane.x_scale.kind == "log"),
            *super().tool_list(),
        ]  # fmt: skip

    def extra_keys(self) -> list[Tool]:
        return [
            *super().extra_keys(),
            Tool("smoother", "Smoother", ("S",), lambda: self.slider.setValue(self.slider.value() + 1)),
            Tool("rougher", "Rougher", ("Shift+S",), lambda: self.slider.setValue(self.slider.value() - 1)),
        ]

    # What is shown

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Other lines, or the same ones grown: those are known by their names and their beginnings."""
        self.plane.show_lines(lines)
        self.legend.show_names(lines, self.plane.hidden)
        self._lay_out()

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self.legend.theme = theme
        self.legend.update()

    def sheet(self) -> Sheet:
        """The lines with their names over them, where there are several."""
        plain, names = super().sheet(), [line for line in self.legend.lines if line.name not in self.plane.hidden]
        if len(self.legend.lines) < 2:
            return plain
        boxes = self.legend.in_rows(names, plain.width)
        head = round(boxes[-1].bottom()) if boxes else 0

        def paint(painter: QPainter) -> None:
            self.legend.paint_sheet(painter, names, QRectF(0, 0, plain.width, head))
            painter.translate(0, head)
            plain.paint(painter)

        return replace(plain, height=plain.height + head, paint=paint)

    # The legend

    def _toggle(self, name: str) -> None:
        self._hide_lines(self.plane.hidden ^ {name})

    def _only(self, name: str) -> None:
        """Only this line; once more, all."""
        others = frozenset(self.plane.curves) - {name}
        self._hide_lines(frozenset() if self.plane.hidden == others else others)

    def _hide_lines(self, hidden: frozenset[str]) -> None:
        self.plane.hide_lines(hidden)
        self.legend.show_names(self.legend.lines, hidden)

    def _lay_out(self) -> None:
        """The legend stands above while it takes few rows, or else beside."""
        legend, grid = self.legend, self.body.grid
        rows = legend.rows_for(self.body.width())
        column = rows > MOST_ROWS and self.body.width() >= ROOMY
        if column != legend.column:
            legend.column = column
            grid.removeWidget(legend)
            grid.addWidget(legend, 1 if column else 0, 1 if column else 0)
        legend.setVisible(len(legend.lines) > 1)
        if column:
            legend.setMinimumSize(BESIDE, 0)
            legend.setMaximumSize(BESIDE, 16_777_215)
            legend.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        else:
            high = ROW * min(rows, max(MOST_ROWS, int(SHARE * self.body.height()) // ROW))
            legend.setMinimumSize(0, high)
            legend.setMaximumSize(16_777_215, high)
            legend.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def _beside(self) -> float:
        """How much room there is beside the legend."""
        legend = self.legend
        return 0.0 if legend.isHidden() or legend.column else self.body.width() - legend.end() - 16

    def strip_room(self) -> float:
        return max(super().strip_room(), self._beside())

    def strip_top(self) -> int:
        return 0 if self.tools.width() <= self._beside() else super().strip_top()

    @guarded
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.body and event.type() == QEvent.Type.Resize:
            self._lay_out()
        return super().eventFilter(watched, event)

    # Smoothing

    def _on_slide(self, place: int) -> None:
        keep = KEEPS[place]
        self.kept.setText(f"{keep:g}" if keep else "raw")
        self.slider.setToolTip(f"Smoothing: each point keeps {keep:g} of the line before (S more, Shift+S less)")
        self.plane.set_keep(keep)
