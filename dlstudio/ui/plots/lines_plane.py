"""LinesPlane: draws lines over steps, and reads their values under the mouse.

The lines are painted from their pyramids, not as pyqtgraph's PlotDataItem: twenty of those with 2,000,000 points each
take three times as long for a frame that moves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QTimer, Signal
from PySide6.QtGui import QPainter

from dlstudio.ui.plots.axis import LEFT, LINE, Axis
from dlstudio.ui.plots.card import Card, Row, paint_card
from dlstudio.ui.plots.colors import dashes, hue_color
from dlstudio.ui.plots.curve import Curve, Track
from dlstudio.ui.plots.line import Line, Side, index
from dlstudio.ui.plots.pencil import band, stroke
from dlstudio.ui.plots.plane import Plane
from dlstudio.ui.plots.scale import Span, said
from dlstudio.ui.plots.table import Column, Series, joined
from dlstudio.ui.plots.trace import Edges, Trace, Window, trace
from dlstudio.ui.theme.fonts import words
from dlstudio.ui.theme.ink import brush, color, mixed, pen
from dlstudio.ui.theme.tokens import TINY, Theme

AIR = 0.06
"""The share of the height that stays free above and below."""
MOST = 16_000
"""So many columns of pixels are drawn in a frame, half of them while it is pulled; for more they get wider."""
NEAR = 8
"""How far from a line a click means it, in pixels."""
FAINT, BAND = 0.62, 0.8
"""How much of the ground is mixed into faint lines and bands: they cover, since see-through is drawn slowly."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What one drawing shares among its lines."""

    painter: QPainter
    edges: Edges
    windows: dict[Side, Window]


class LinesPlane(Plane):
    """The lines of a chart; those that are hidden are not fitted, not read and not exported."""

    marked = Signal(object)
    """The flag of a mark was clicked."""
    picked = Signal(str)
    """A line was clicked."""

    def __init__(self, theme: Theme) -> None:
        self.curves: dict[str, Curve] = {}
        self.hidden: frozenset[str] = frozenset()
        self.keep = 0.0
        """How much of the smooth line each point keeps; 0 smooths nothing."""
        self._pair = Span(), Span()
        """What the left and the right axis show of the same height."""
        super().__init__(theme)
        self.right = Axis("right", lambda: self.right_span, lambda: self.y_scale)
        self.right.set_theme(theme)
        self.right.hide()
        self.axes.append(self.right)
        self.grid.addItem(self.right, 0, 2)
        self.right.linkToView(self.box)
        self._later = QTimer(self, interval=0)
        self._later.timeout.connect(self._smooth_next)
        self.clicked.connect(self._on_click)

    # What is shown

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Other lines, or the same ones grown."""
        before = self.extent()
        curves = {}
        for line in lines:
            known = self.curves.get(line.name)
            curves[line.name] = known if known and known.take(line) else Curve(line)
        self.curves = curves
        self._smooth()
        self.refresh(before[1] if before else None)

    def hide_lines(self, hidden: frozenset[str]) -> None:
        self.hidden = hidden
        self._smooth()
        self.refresh()
        self.changed.emit()

    def set_keep(self, keep: float) -> None:
        """Smooths more or less."""
        self.keep = keep
        self._smooth()
        self.refresh()
        self.changed.emit()

    @property
    def shown(self) -> list[Curve]:
        return [curve for name, curve in self.curves.items() if name not in self.hidden and len(curve)]

    def _rough(self) -> list[Curve]:
        return [c for c in self.shown if not c.line.faint and not c.smoothed(self.keep)]

    def _smooth(self) -> None:
        """Short lines at once; long ones one after the other, so that no frame waits for all of them."""
        for curve in self._rough():
            if len(curve) <= 20_000:
                curve.make_smooth(self.keep)
        if self._rough():
            self._later.start()

    def _smooth_next(self) -> None:
        waiting = self._rough()
        if waiting:
            waiting[0].make_smooth(self.keep)
            self.refresh()
        if len(waiting) <= 1:
            self._later.stop()

    # What is seen of it

    def extent(self) -> tuple[float, float] | None:
        ends = [(float(c.steps[0]), float(c.steps[-1])) for c in self.shown]
        return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else None

    def has_right(self) -> bool:
        return any(curve.line.axis == "right" for curve in self.shown)

    def all_values(self, x: Span) -> Span:
        self._pair = self._values("left", x), self._values("right", x)
        return self._pair[0]

    @property
    def right_span(self) -> Span:
        """What the right axis shows: it moves with the left one."""
        (left, right), seen = self._pair, self.y_span
        return Span(right.at(left.share(seen.low)), right.at(left.share(seen.high)))

    def arrange(self) -> None:
        if self.has_right() != self.right.isVisible():
            self.right.setVisible(self.has_right())
            self.right.setWidth(0)
        super().arrange()

    def _values(self, side: Side, x: Span) -> Span:
        low, high = self.x_scale.value(x.low), self.x_scale.value(x.high)
        found = []
        for curve in self.shown:
            if curve.line.axis == side:
                start, end = index(curve.steps, np.array([low, high]))
                end = min(len(curve), int(end) + 1)
                start = min(int(start), end - 1)
                found += [t.on(self.y_scale.kind).pyramid.extremes(start, end) for t in self._tracks(curve)]
        ends = np.array(found, dtype=float).reshape(-1, 2)
        ends = ends[np.isfinite(ends).all(axis=1)]
        if not len(ends):
            return Span()
        return Span(self.y_scale.place(ends[:, 0].min()), self.y_scale.place(ends[:, 1].max())).wider(AIR)

    def _tracks(self, curve: Curve) -> list[Track]:
        return [each for each in (curve.track, curve.band) if each]

    def unseen(self) -> str:
        """How many numbers have no place on the scales, in words."""
        low = infinite = early = 0
        for curve in self.shown:
            counts = curve.unseen(self.y_scale.kind)
            low, infinite = low + counts[0], infinite + counts[1]
            if self.x_scale.kind == "log":
                early += int(index(curve.steps, 0, "right"))
        parts = ((low, "≤ 0"), (infinite, "infinite"), (early, "at steps ≤ 0"))
        told = [f"{count:,} {word}" for count, word in parts if count]
        return f"Not shown: {', '.join(told)}" if told else ""

    # How it looks

    def windows(self) -> dict[Side, Window]:
        """Where lines of the left and of the right axis lie."""
        room, x = self.room, self.x_span
        sides: dict[Side, Span] = {"left": self.y_span, "right": self.right_span}
        return {side: Window(room, self.x_scale, x, self.y_scale, span) for side, span in sides.items()}

    def draw(self, painter: QPainter) -> None:
        room, shown = self.room, self.shown
        wide = max(1, round(len(shown) * room.width() / (MOST // 2 if self.moving else MOST)))
        sheet = _Sheet(painter, Edges(room, self.x_scale, self.x_span, wide), self.windows())
        clip = room.adjusted(-3, -3, 3, 3)
        painter.setClipRect(clip)
        for curve in shown:
            if curve.band:
                self._draw(sheet, curve, curve.band, band, BAND)
        self.draw_grid(painter)
        for curve in shown:
            if curve.shown(self.keep) is not curve.track or curve.line.faint:
                self._draw(sheet, curve, curve.track, _thin, FAINT)
        for curve in shown:
            if not curve.line.faint:
                self._draw_front(sheet, curve)
        painter.setClipping(False)
        self.draw_marks(painter)
        self._draw_unseen(painter, room)

    def _draw(self, sheet: _Sheet, curve: Curve, track: Track, how: Callable[..., None], share: float) -> None:
        tint = mixed(hue_color(curve.line.hue, self.theme), self.theme.panel, share)
        how(sheet.painter, trace(curve.steps, track, sheet.windows[curve.line.axis], sheet.edges), tint)

    def _draw_front(self, sheet: _Sheet, curve: Curve) -> None:
        line = curve.line
        drawn = trace(curve.steps, curve.shown(self.keep), sheet.windows[line.axis], sheet.edges)
        tint = hue_color(line.hue, self.theme)
        stroke(sheet.painter, drawn, tint, dashes=dashes(line.hue, line.dashed), dots=line.dots)

    def _draw_unseen(self, painter: QPainter, room: QRectF) -> None:
        text = self.unseen()
        if text:
            painter.setFont(words(TINY))
            painter.setPen(color(self.theme.warn))
            painter.drawText(QRectF(room.left() + 8, room.bottom() - LINE - 4, room.width() - 16, LINE), LEFT, text)

    # Reading

    def snapped(self, step: float) -> float:
        near = [curve.nearest(step) for curve in self.shown]
        return min(near, key=lambda each: abs(each - step)) if near else step

    def draw_over(self, painter: QPainter) -> None:
        at, room = self.at, self.room
        if at is None or not self.shown or not room.contains(at):
            return
        step = self.snapped(self.step_at(at))
        share = self.x_span.share(self.x_scale.place(step))
        if not -0.001 <= share <= 1.001:
            return
        x = round(room.left() + share * room.width()) + 0.5
        painter.setPen(pen(self.theme.muted, opacity=0.7))
        painter.drawLine(QLineF(x, room.top(), x, room.bottom()))
        windows = self.windows()
        for curve in self.shown:
            self._draw_read(painter, windows[curve.line.axis], curve, step, x)
        paint_card(painter, self.card(step), QPointF(x, at.y()), room, self.theme)

    def _draw_read(self, painter: QPainter, window: Window, curve: Curve, step: float, x: float) -> None:
        found = curve.before(step)
        if found < 0 or curve.steps[found] != step:
            return
        y = float(window.down(curve.shown(self.keep).lows[found : found + 1])[0])
        if window.room.top() <= y <= window.room.bottom():
            painter.setPen(pen(self.theme.panel, 1.5))
            painter.setBrush(brush(hue_color(curve.line.hue, self.theme)))
            painter.drawEllipse(QPointF(x, y), 3.5, 3.5)

    def card(self, step: float) -> Card:
        """The values of all lines at a step; those measured more rarely say when."""
        rows = []
        for curve in self.shown:
            found = curve.before(step)
            if found >= 0:
                at = float(curve.steps[found])
                value = said(float(curve.shown(self.keep).lows[found]))
                note = "" if at == step else f"at {at:,.10g}"
                rows.append(Row(curve.line.name, value, hue_color(curve.line.hue, self.theme), note))
        return Card(f"{self.bottom.title} {step:,.10g}", rows)

    def _on_click(self, at: QPointF) -> None:
        mark = self.mark_at(at)
        if mark is not None:
            self.marked.emit(mark)
        elif line := self.line_at(at):
            self.picked.emit(line)

    def line_at(self, at: QPointF) -> str:
        """The line under a place, or nothing."""
        windows, step, found = self.windows(), self.step_at(at), []
        for curve in self.shown:
            first = min(max(curve.before(step), 0), max(0, len(curve) - 2))
            near, values = curve.steps[first : first + 2], curve.shown(self.keep).lows[first : first + 2]
            y = float(np.interp(step, near, windows[curve.line.axis].down(values)))
            if abs(y - at.y()) <= NEAR:
                found.append((abs(y - at.y()), curve.line.name))
        return min(found, default=(0.0, ""))[1]

    # The numbers

    def table(self) -> Callable[[], Sequence[Column]]:
        """The numbers of what is shown: the lines that are not hidden, at the steps in sight."""
        low, high = self.seen_steps()
        tolerance = (high - low) * 1e-9
        series = []
        for curve in self.shown:
            start = int(index(curve.steps, low - tolerance))
            end = int(index(curve.steps, high + tolerance, "right"))
            if start < end:
                series.append(Series(curve.steps[start:end], self._columns(curve, start, end)))
        return partial(joined, series)

    def _columns(self, curve: Curve, start: int, end: int) -> list[Column]:
        line, smooth = curve.line, curve.shown(self.keep)
        made = [Column(line.name, np.asarray(line.values[start:end], float))]
        if line.lows is not None and line.highs is not None:
            made.append(Column(f"{line.name} (lowest)", np.asarray(line.lows[start:end], float)))
            made.append(Column(f"{line.name} (highest)", np.asarray(line.highs[start:end], float)))
        if smooth is not curve.track:
            made.append(Column(f"{line.name} (smoothed {self.keep:g})", smooth.lows[start:end]))
        return made


def _thin(painter: QPainter, drawn: Trace, tint: str) -> None:
    stroke(painter, drawn, tint, thin=True)
