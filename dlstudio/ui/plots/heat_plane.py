"""HeatPlane: draws rows over steps as colours, and reads them under the mouse."""

from collections.abc import Callable, Iterable, Sequence
from typing import cast

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QPainter

from dlstudio.ui.plots import raster
from dlstudio.ui.plots.card import Card, Row, paint_card
from dlstudio.ui.plots.color_bar import ColorBar
from dlstudio.ui.plots.layer import Layer
from dlstudio.ui.plots.line import Array
from dlstudio.ui.plots.plane import Plane
from dlstudio.ui.plots.row_axis import RowAxis
from dlstudio.ui.plots.rows import Rows
from dlstudio.ui.plots.scale import Scale, Span, said
from dlstudio.ui.plots.table import Column
from dlstudio.ui.theme.ink import mixed, pen
from dlstudio.ui.theme.tokens import Theme

WAYS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class HeatPlane(Plane):
    """One row of colours for each name; where several steps share a pixel, the greatest is seen."""

    chosen = Signal(str)
    """A row was clicked."""
    flat = True
    left: RowAxis

    def __init__(self, theme: Theme) -> None:
        self.rows = Rows()
        self.unit = ""
        self.lit: frozenset[str] = frozenset()
        """The rows that stand out."""
        self.limits: tuple[float, float] | None = None
        """The ends of the colours, where they are not those of the rows that are seen."""
        self.span = Span()
        """The least and the greatest value, in units of the scale."""
        self.image = pg.ImageItem(axisOrder="row-major")
        super().__init__(theme)
        self.y_scale = Scale("log")
        self.box.invertY()
        self.box.addItem(self.image, ignoreBounds=True)
        self.under = Layer(self.sheet, self._draw_under, -150)
        self.clicked.connect(self._on_click)

    def left_axis(self) -> RowAxis:
        return RowAxis()

    def show_rows(
        self, names: Sequence[str], steps: Array, values: Array, unit: str, limits: tuple[float, float] | None = None
    ) -> None:
        """Other rows, or the same ones grown; what was not measured is not a number."""
        before = self.extent()
        self.limits, self.unit = limits, unit
        self.rows.take(names, steps, values)
        self.left.names = self.rows.names
        self.refresh(before[1] if before else None)

    def show_lit(self, names: Iterable[str]) -> None:
        """Which rows stand out."""
        self.lit = self.left.lit = frozenset(names)
        self.redraw()

    def refresh(self, newest_before: float | None = None) -> None:
        log = self.y_scale.kind == "log"
        least, most = self.rows.positive if log else self.rows.ends
        if self.limits is not None:
            known = [value for value in self.limits if value > 0 or not log]
            least, most = min(known, default=np.inf), max(known, default=-np.inf)
        if least <= most:
            span = Span(self.y_scale.place(least), self.y_scale.place(most))
            self.span = span if span.size > 0 else span.wider(0.0)
        super().refresh(newest_before)

    def extent(self) -> tuple[float, float] | None:
        ends = self.rows.borders
        return (float(ends[0]), float(ends[-1])) if len(ends) else None

    def all_values(self, x: Span) -> Span:
        return Span(0.0, max(1.0, len(self.rows.names)))

    # Where things stand

    def bar(self) -> ColorBar:
        """What the colours mean."""
        others = [("≤ 0", _zero(self.theme))] if self.rows.has_low and self.y_scale.kind == "log" else []
        others += [("inf", self.theme.bad)] if self.rows.has_infinite else []
        return ColorBar(self.y_scale, self.span, self.unit, tuple(others))

    def arrange(self) -> None:
        self.grid.setColumnFixedWidth(2, round(self.bar().width()))
        super().arrange()

    def redraw(self) -> None:
        super().redraw()
        self._color()

    @property
    def names(self) -> tuple[str, ...]:
        return self.rows.names

    @property
    def steps(self) -> Array:
        return self.rows.steps

    @property
    def values(self) -> Array:
        return self.rows.values

    def row_at(self, at: QPointF) -> int:
        """The row under a place, or -1."""
        room = self.room
        row = int((at.y() - room.top()) / room.height() * len(self.names)) if self.names else -1
        return row if at.y() >= room.top() and 0 <= row < len(self.names) and at.x() <= room.right() else -1

    def cell_at(self, step: float) -> int:
        """The measurement whose cell holds a step, or -1."""
        found = int(np.searchsorted(self.rows.borders, step, "right")) - 1
        return found if 0 <= found < len(self.rows.steps) else -1

    def snapped(self, step: float) -> float:
        found = self.cell_at(step)
        return float(self.rows.steps[found]) if found >= 0 else step

    # How it looks

    def _cells(self) -> raster.Cells:
        return raster.cells(self.rows.borders, self.x_scale, self.x_span, max(1, int(self.room.width())))

    def _color(self) -> None:
        """The image shows what is in sight, pixel by pixel."""
        found = self._cells() if self.rows.values.size else None
        self.image.setVisible(found is not None and len(found.starts) > 0)
        if found is not None and len(found.starts):
            x = raster.across(found, self.x_span, max(1, int(self.room.width())))
            self.image.setImage(raster.bytes_of(self.pixels(found, int(self.room.height()))), autoLevels=False)
            self.image.setRect(x.low, 0.0, x.size, len(self.rows.names))

    def _draw_under(self, painter: QPainter) -> None:
        """What was not measured is hatched."""
        if self.image.isVisible():
            tint = QColor(mixed(self.theme.panel, self.theme.muted, 0.6))
            painter.fillRect(raster.under(self._cells(), self.room), QBrush(tint, Qt.BrushStyle.BDiagPattern))

    def draw(self, painter: QPainter) -> None:
        room = self.room
        if self.image.isVisible():
            self._draw_lit(painter, room, self.theme)
            bar = self.bar()
            bar.paint(painter, QRectF(room.right(), room.top(), bar.width(), room.height()), self.theme)
        self.draw_marks(painter)

    def pixels(self, found: raster.Cells, high: int) -> Array:
        """The colours: a row for each row, or for each pixel where there are more rows than pixels."""
        values = self.rows.greatest(found)
        if len(values) > high > 0:
            values = np.fmax.reduceat(values, np.arange(high) * len(values) // high, axis=0)
        made = raster.tinted((self.y_scale.to(values) - self.span.low) / self.span.size)
        if self.y_scale.kind == "log":
            made = np.where(values <= 0, np.uint32(QColor(_zero(self.theme)).rgba()), made)
        return np.where(np.isinf(values), np.uint32(QColor(self.theme.bad).rgba()), made)

    def _draw_lit(self, painter: QPainter, room: QRectF, theme: Theme) -> None:
        """A frame around each row that stands out."""
        each = room.height() / len(self.names)
        painter.setPen(pen(theme.accent, 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for number, name in enumerate(self.names):
            if name in self.lit:
                top = room.top() + number * each
                painter.drawRect(QRectF(room.left(), top, room.width(), max(each, 2.0)).adjusted(1, 1, -1, -1))

    # Reading

    def draw_over(self, painter: QPainter) -> None:
        at = self.at
        row = self.row_at(at) if at else -1
        if at is None or row < 0:
            return
        room, each = self.room, self.room.height() / len(self.names)
        painter.setPen(pen(self.theme.text, opacity=0.8))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        height = max(each, 2.0)
        painter.drawRect(QRectF(room.left() - 0.5, room.top() + row * each - 0.5, room.width() + 1, height + 1))
        found = self.cell_at(self.step_at(at)) if at.x() >= room.left() else -1
        name = Row(self.names[row], self.reading(row, found) if found >= 0 else "")
        title = f"step {self.rows.steps[found]:,.10g}" if found >= 0 else "Click to choose this row"
        paint_card(painter, Card(title, [name]), at, QRectF(self.rect()).adjusted(4, 4, -4, -4), self.theme)

    def reading(self, row: int, found: int) -> str:
        """A value in words."""
        value = float(self.rows.values[row, found])
        return "not measured" if np.isnan(value) else f"{said(value)} {self.unit}".strip()

    def _on_click(self, at: QPointF) -> None:
        row = self.row_at(at)
        if row >= 0:
            self.chosen.emit(self.names[row])

    def hears(self, event: QKeyEvent) -> bool:
        return super().hears(event) or (event.key() == Qt.Key.Key_Return and self.at is not None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Return and self.at is not None:
            self._on_click(self.at)
        elif key in WAYS and self.names:
            room = self.room
            row = self.row_at(self.at) + WAYS[key] if self.at else 0
            row = min(max(row, 0), len(self.names) - 1)
            across = self.at.x() if self.at else room.center().x()
            self.point(QPointF(across, room.top() + (row + 0.5) * room.height() / len(self.names)))
        else:
            super().keyPressEvent(event)

    def table(self) -> Callable[[], Sequence[Column]]:
        (low, high), ends = self.seen_steps(), self.rows.borders
        shown = (ends[1:] > low) & (ends[:-1] < high)
        rows = zip(self.names, self.rows.values[:, shown], strict=True)
        made = [Column("step", self.rows.steps[shown]), *(Column(name, cast(Array, row)) for name, row in rows)]
        return lambda: made


def _zero(theme: Theme) -> str:
    return mixed(theme.panel, theme.muted, 0.45)
