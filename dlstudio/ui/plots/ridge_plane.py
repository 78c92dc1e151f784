"""RidgePlane: how values are spread, step by step: as colours with percentiles, or as outlines over each other."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from dlstudio.ui.plots import raster
from dlstudio.ui.plots.axis import APART, EDGE, LEFT, LINE
from dlstudio.ui.plots.card import Card, Row, paint_card
from dlstudio.ui.plots.color_bar import ColorBar
from dlstudio.ui.plots.colors import hue_color
from dlstudio.ui.plots.curve import Track
from dlstudio.ui.plots.layer import Layer
from dlstudio.ui.plots.line import Array, floats
from dlstudio.ui.plots.pencil import polygon, stroke
from dlstudio.ui.plots.plane import Plane
from dlstudio.ui.plots.scale import Scale, Span, said
from dlstudio.ui.plots.table import Column
from dlstudio.ui.plots.trace import Edges, Trace, Window, trace
from dlstudio.ui.theme.fonts import words
from dlstudio.ui.theme.ink import brush, color, mixed, pen
from dlstudio.ui.theme.tokens import TINY, Theme

PERCENTS = (5, 25, 50, 75, 95)
DASHED = {5: (1, 3), 25: (4, 3), 50: (), 75: (4, 3), 95: (1, 3)}
OUTLINES = 6
"""How many steps are laid over each other: the first, the last, and some between."""


class RidgePlane(Plane):
    """Steps along, values up; or, overlaid, values along and shares up."""

    def __init__(self, theme: Theme) -> None:
        self.steps: Array = np.empty(0)
        self.edges: Array = np.array([0.0, 1.0])
        self.shares: Array = np.empty((0, 1))
        self.most = 1.0
        """The greatest share, in per cent."""
        self.lines: list[Track] = []
        """The percentiles."""
        self.overlaid = False
        self._borders: Array = np.empty(0)
        self.image = pg.ImageItem(axisOrder="row-major")
        super().__init__(theme)
        self.box.addItem(self.image, ignoreBounds=True)
        self.under = Layer(self.sheet, self.draw_grid, -150)

    def show_histograms(self, steps: Array, edges: Array, counts: Array, threshold: float | None) -> None:
        """Counts of steps by bins; a threshold makes the axis of values a symmetric logarithm."""
        if counts.shape != (len(steps), len(edges) - 1):
            raise ValueError(f"{counts.shape} counts for {len(steps)} steps and {len(edges) - 1} bins")
        before = self.extent()
        self.steps, self.edges = np.asarray(steps), np.asarray(edges, np.float64)
        totals = floats(counts).sum(axis=1, keepdims=True)
        with np.errstate(invalid="ignore", divide="ignore"):
            self.shares = counts / totals
        self.most = 100 * float(np.fmax.reduce(self.shares, axis=None, initial=0.0)) or 1.0
        values = Scale("symlog", threshold=threshold) if threshold else Scale()
        if self.overlaid:
            self.x_scale = values
        else:
            self.y_scale = values
        self._borders = raster.borders(self.steps)
        self.lines = [Track(each, each) for each in percentiles(self.edges, self.shares)]
        self.refresh(before[1] if before else None)

    def overlay(self, wanted: bool) -> None:
        """Outlines over each other, or colours over steps."""
        if wanted == self.overlaid:
            return
        self.overlaid, self.bottom.title = wanted, "value" if wanted else "step"
        if wanted:
            self.x_scale, self.y_scale = self.y_scale, Scale()
        else:
            self.x_scale, self.y_scale = Scale(whole=True), self.x_scale
        self.fit()

    def extent(self) -> tuple[float, float] | None:
        if not len(self.steps):
            return None
        ends = self.edges if self.overlaid else self._borders
        return float(ends[0]), float(ends[-1])

    def all_values(self, x: Span) -> Span:
        if self.overlaid:
            most = float(np.nanmax(self.shares[self.some()], initial=0.0)) if len(self.steps) else 1.0
            return Span(0.0, most * 1.05 or 1.0)
        return Span(self.y_scale.place(self.edges[0]), self.y_scale.place(self.edges[-1]))

    def some(self) -> list[int]:
        """The steps that are laid over each other."""
        return (
            sorted(set(np.linspace(0, len(self.steps) - 1, OUTLINES).astype(int).tolist())) if len(self.steps) else []
        )

    # How it looks

    def bar(self) -> ColorBar:
        return ColorBar(Scale(), Span(0.0, self.most), "% of values")

    def arrange(self) -> None:
        self.grid.setColumnFixedWidth(2, EDGE if self.overlaid else round(self.bar().width()))
        super().arrange()

    def redraw(self) -> None:
        super().redraw()
        self._color()

    def _color(self) -> None:
        """The image shows what is in sight, pixel by pixel."""
        room, x, y = self.room, self.x_span, self.y_span
        self.image.setVisible(len(self.steps) > 0 and not self.overlaid)
        if not self.image.isVisible() or room.height() < 1:
            return
        found = raster.cells(self._borders, self.x_scale, x, max(1, int(room.width())))
        if len(found.starts):
            place = raster.across(found, x, max(1, int(room.width())))
            self.image.setImage(raster.bytes_of(self.pixels(found, int(room.height()))[::-1]), autoLevels=False)
            self.image.setRect(place.low, y.low, place.size, y.size)

    def draw(self, painter: QPainter) -> None:
        if len(self.steps):
            room = self.room
            painter.setClipRect(room)
            self._draw_outlines(painter) if self.overlaid else self._draw_percentiles(painter)
            painter.setClipping(False)
            if self.overlaid:
                self._draw_names(painter)
            else:
                self.draw_marks(painter)
                self.bar().paint(
                    painter, QRectF(room.right(), room.top(), self.bar().width(), room.height()), self.theme
                )

    def _window(self) -> Window:
        return Window(self.room, self.x_scale, self.x_span, self.y_scale, self.y_span)

    def _draw_percentiles(self, painter: QPainter) -> None:
        edges = Edges(self.room, self.x_scale, self.x_span)
        for percent, track in zip(PERCENTS, self.lines, strict=True):
            drawn = trace(self.steps, track, self._window(), edges)
            stroke(painter, drawn, self.theme.panel)  # a ground for the dashes, which lie on all colours
            stroke(painter, drawn, self.theme.text, thin=percent != 50, dashes=DASHED[percent])

    def pixels(self, found: raster.Cells, high: int) -> Array:
        """The colours of shares; where nothing was, the ground is seen."""
        counted = raster.joined(np.fmax, self.shares.T, found)
        span = self.y_span
        middles = span.high - (np.arange(high) + 0.5) * (span.size / high)
        bins = np.searchsorted(self.edges, self.y_scale.back(middles), "right") - 1
        known = (bins >= 0) & (bins < len(self.edges) - 1)
        shown = counted[np.clip(bins, 0, len(self.edges) - 2)]
        shown = np.where(known[:, None] & (shown > 0), shown, np.nan)
        return raster.tinted(shown * 100 / self.most)

    def outline(self, number: int, window: Window) -> Trace:
        """The upper edge of one histogram."""
        x = np.repeat(window.across(self.edges), 2)[1:-1]
        y = np.repeat(window.down(np.nan_to_num(self.shares[number])), 2)
        return Trace(x, y, y, False)

    def _tints(self) -> list[tuple[int, str]]:
        """The steps that are laid over each other and their colours: the last one stands out."""
        some = self.some()
        first, last = hue_color(1, self.theme), hue_color(0, self.theme)
        shares = [n / max(1, len(some) - 1) for n in range(len(some))]
        tints = [mixed(mixed(first, last, s), self.theme.panel, 0.0 if n in (0, len(some) - 1) else 0.6)
                 for n, s in enumerate(shares)]  # fmt: skip
        return list(zip(some, tints, strict=True))

    def _draw_outlines(self, painter: QPainter) -> None:
        window, tints = self._window(), self._tints()
        last = self.outline(tints[-1][0], window)
        foot = np.full(2, window.room.bottom())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(mixed(tints[-1][1], self.theme.panel, 0.82)))
        ends = last.x[[-1, 0]]
        painter.drawPolygon(polygon(np.concatenate([last.x, ends]), np.concatenate([last.tops, foot])))
        for number, tint in (*tints[1:-1], tints[0], tints[-1]):
            stroke(painter, self.outline(number, window), tint, thin=number not in (tints[0][0], tints[-1][0]))

    def _draw_names(self, painter: QPainter) -> None:
        tints = self._tints()
        painter.setFont(words(TINY))
        ends = [tints[0], tints[-1]] if len(tints) > 1 else tints
        texts = [f"step {self.steps[number]:,.10g}" for number, _ in ends]
        wide = max(QFontMetricsF(words(TINY)).horizontalAdvance(text) for text in texts) + 26
        for row, (text, (_, tint)) in enumerate(zip(texts, ends, strict=True)):
            place = QRectF(self.room.left() + APART, self.room.top() + row * LINE, wide, LINE)
            painter.fillRect(QRectF(place.left(), place.center().y() - 1, 16, 2), brush(tint))
            painter.setPen(color(self.theme.text))
            painter.drawText(place.adjusted(22, 0, 0, 0), LEFT, text)

    # Reading

    def snapped(self, step: float) -> float:
        found = self.cell_at(step)
        return float(self.steps[found]) if found >= 0 and not self.overlaid else step

    def cell_at(self, step: float) -> int:
        found = int(np.searchsorted(self._borders, step, "right")) - 1
        return found if 0 <= found < len(self.steps) else -1

    def draw_over(self, painter: QPainter) -> None:
        at, room = self.at, self.room
        if at is None or not room.contains(at) or not len(self.steps):
            return
        card = self._card_of_bin(at) if self.overlaid else self._card_of_step(at, room)
        if card is not None:
            painter.setPen(pen(self.theme.muted, opacity=0.7))
            painter.drawLine(QPointF(at.x(), room.top()), QPointF(at.x(), room.bottom()))
            paint_card(painter, card, at, room, self.theme)

    def _card_of_step(self, at: QPointF, room: QRectF) -> Card | None:
        found = self.cell_at(self.step_at(at))
        if found < 0:
            return None
        value = self.y_scale.value(self.y_span.at((room.bottom() - at.y()) / room.height()))
        rows = [self._share_row(value, found)] if self.edges[0] <= value < self.edges[-1] else []
        for percent, track in reversed([*zip(PERCENTS, self.lines, strict=True)]):
            rows.append(Row(f"{percent} %" if percent != 50 else "median", said(float(track.lows[found]))))
        return Card(f"step {self.steps[found]:,.10g}", rows)

    def _share_row(self, value: float, found: int) -> Row:
        where = int(np.searchsorted(self.edges, value, "right")) - 1
        ends = said(float(self.edges[where])), said(float(self.edges[where + 1]))
        return Row(f"{ends[0]} to {ends[1]}", f"{100 * float(self.shares[found, where]):.2f} %")

    def _card_of_bin(self, at: QPointF) -> Card | None:
        value = self.step_at(at)
        if not self.edges[0] <= value < self.edges[-1]:
            return None
        ends = [replace(self._share_row(value, n), tint=tint) for n, tint in self._tints()]
        rows = [replace(row, name=f"step {self.steps[n]:,.10g}") for row, n in zip(ends, self.some(), strict=True)]
        return Card(self._share_row(value, 0).name, rows)

    def table(self) -> Callable[[], Sequence[Column]]:
        made = self._outline_table() if self.overlaid else self._share_table()
        return lambda: made

    def _outline_table(self) -> list[Column]:
        names = [(f"step {self.steps[n]:.10g}", self.shares[n]) for n in self.some()]
        return [Column("from", self.edges[:-1]), Column("to", self.edges[1:]), *(Column(*each) for each in names)]

    def _share_table(self) -> list[Column]:
        low, high = self.seen_steps()
        shown = (self._borders[1:] > low) & (self._borders[:-1] < high)
        made = [Column("step", self.steps[shown])]
        for number, (start, end) in enumerate(zip(self.edges[:-1], self.edges[1:], strict=True)):
            made.append(Column(f"{start:.6g} to {end:.6g}", self.shares[shown, number]))
        made += [Column(f"{p} %", t.lows[shown]) for p, t in zip(PERCENTS, self.lines, strict=True)]
        return made


def percentiles(edges: Array, shares: Array) -> list[Array]:
    """Where so many per cent of the values lie below, evenly spread within each bin."""
    sums = np.concatenate([np.zeros((len(shares), 1)), np.cumsum(shares, axis=1)], axis=1)
    rows = np.arange(len(shares))
    made = []
    for percent in PERCENTS:
        wanted = percent / 100
        at = np.clip((sums[:, 1:] < wanted - 1e-12).sum(axis=1), 0, len(edges) - 2)
        below, inside = sums[rows, at], shares[rows, at]
        with np.errstate(invalid="ignore", divide="ignore"):
            part = np.clip((wanted - below) / inside, 0, 1)
        made.append(edges[at] + part * (edges[at + 1] - edges[at]))
    return made
