"""Field: the plane with samples on it as points, over a picture of what is answered there."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent

from dlstudio.ui.own_keys import taken
from dlstudio.ui.plots.colors import hue_color
from dlstudio.ui.plots.line import Array
from dlstudio.ui.plots.plane import roomy
from dlstudio.ui.plots.regions import regions
from dlstudio.ui.plots.shapes import arrow, symbol
from dlstudio.ui.theme.fonts import numbers, words
from dlstudio.ui.theme.ink import brush, color, pen
from dlstudio.ui.theme.tokens import TINY, Theme

DOT, NEAR, AIR, TIP = 8, 12.0, 0.06, 0.4
"""The size of points, how near the mouse must be, the air about them, and the length of an arrow of the radius."""
KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
ROOMY = 0.55
"""Points that fill less of the view than this are looked at from nearer."""


@dataclass(frozen=True, slots=True, eq=False)
class Dots:
    """Points with their classes; hollow ones were not learnt from, and wrong ones are ringed."""

    places: Array
    kinds: Array
    hollow: Array
    wrong: Array


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What is answered on a grid from one corner to the other: classes × rows × columns, the lowest row first."""

    values: Array
    low: tuple[float, float]
    high: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Divide:
    """The line w·x + b = 0 with its normal, a band as wide as its margin, and a circle about the origin."""

    weights: tuple[float, float]
    offset: float
    radius: float
    margin: float


class Field(pg.PlotWidget):  # type: ignore[misc]
    """Shows arrays; the point that is near the mouse, or that the keys are at, is told."""

    pointed = Signal(int)
    """The number of a point, or −1."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Only where the axes leave room for something."""
        if roomy(QRectF(self.getPlotItem().vb.geometry())):
            super().paintEvent(event)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__(background=None)
        self.theme, self.at = theme, -1
        self.dots: Dots | None = None
        self.ground: Ground | None = None
        self.divide: Divide | None = None
        self.free = False
        """Whether the user chose what of the plane is seen."""
        self.setAccessibleName(name)
        self.setFrameShape(self.Shape.NoFrame)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.getPlotItem().setContentsMargins(0, 4, 4, 0)
        self.getAxis("bottom").setHeight(34)
        self.getAxis("left").setWidth(48)
        self.picture = pg.ImageItem(axisOrder="row-major")
        self.picture.setZValue(-10)
        self.addItem(self.picture)
        self.ring = pg.ScatterPlotItem(size=DOT + 8, brush=None)
        self.clouds: dict[tuple[int, bool], pg.ScatterPlotItem] = {}
        self.rings = pg.ScatterPlotItem(size=DOT + 5, brush=None)
        for item in (self.rings, self.ring):
            self.addItem(item)
        self.getViewBox().sigRangeChangedManually.connect(partial(setattr, self, "free", True))
        self.set_theme(theme)

    def sizeHint(self) -> QSize:
        return QSize(360, 240)

    # What is shown

    def show_ground(self, ground: Ground | None) -> None:
        """Another picture of the answers."""
        self.ground = ground
        self.picture.setVisible(ground is not None)
        if ground is not None:
            (left, low), (right, high) = ground.low, ground.high
            self.picture.setImage(regions(ground.values, self.theme), levels=None, autoLevels=False)
            self.picture.setRect(QRectF(left, low, right - left, high - low))
        self._fit()

    def show_dots(self, dots: Dots) -> None:
        """Other points, or the same ones elsewhere."""
        self.dots = dots
        wanted = {}
        for kind in np.unique(dots.kinds).tolist():
            for hollow in (False, True):
                which = (dots.kinds == kind) & (dots.hollow == hollow)
                if which.any():
                    wanted[kind, hollow] = dots.places[which]
        for key in [key for key in self.clouds if key not in wanted]:
            self.removeItem(self.clouds.pop(key))
        for key, places in wanted.items():
            if key not in self.clouds:
                self.clouds[key] = self._cloud(*key)
            self.clouds[key].setData(pos=places)
        self.rings.setData(pos=dots.places[dots.wrong])
        if self.at >= len(dots.places):
            self.point(-1)
        self._show_ring()
        self._fit()

    def show_divide(self, divide: Divide | None) -> None:
        """Another line."""
        self.divide = divide
        self.viewport().update()

    def name_axes(self, across: str, up: str) -> None:
        """What the axes are called."""
        for side, name in (("bottom", across), ("left", up)):
            if self.getAxis(side).labelText != name:
                self.setLabel(side, name, color=self.theme.muted, **{"font-size": f"{TINY}px"})

    def _cloud(self, kind: int, hollow: bool) -> pg.ScatterPlotItem:
        made = pg.ScatterPlotItem(size=DOT, symbol=symbol(max(kind, 0)), pxMode=True)
        self._dress(made, kind, hollow)
        made.setZValue(1 if hollow else 0)
        self.addItem(made)
        return made

    def _dress(self, cloud: pg.ScatterPlotItem, kind: int, hollow: bool) -> None:
        tint = hue_color(kind, self.theme) if kind >= 0 else self.theme.muted
        cloud.setPen(pen(tint, 1.5, fixed=True) if hollow else pen(self.theme.panel, 1.0, fixed=True))
        cloud.setBrush(brush(self.theme.panel) if hollow else brush(tint))

    # What of the plane is seen

    def fit(self) -> None:
        """Shows everything, and again whenever it grows."""
        self.free = False
        self._fit(exactly=True)

    def _fit(self, *, exactly: bool = False) -> None:
        bounds = self._bounds()
        if bounds is None or (self.free and not exactly):
            return
        low, high = bounds
        (left, right), (bottom, top) = self.viewRange()
        inside = left <= low[0] and right >= high[0] and bottom <= low[1] and top >= high[1]
        roomy = max((high[0] - low[0]) / (right - left), (high[1] - low[1]) / (top - bottom)) >= ROOMY
        if exactly or not (inside and roomy):
            self.setRange(QRectF(low[0], low[1], high[0] - low[0], high[1] - low[1]), padding=0)
            self.free = False

    def _bounds(self) -> tuple[Array, Array] | None:
        """The corners of what there is to see."""
        if self.ground is not None:
            return np.array(self.ground.low), np.array(self.ground.high)
        if self.dots is None or not len(self.dots.places):
            return None
        low, high = self.dots.places.min(0).astype(float), self.dots.places.max(0).astype(float)
        air = np.maximum(AIR * (high - low), 1e-6)
        return low - air, high + air

    # What is pointed at

    def pixel(self, number: int) -> QPointF:
        """Where a point stands in this widget."""
        assert self.dots is not None
        scene = self.getViewBox().mapViewToScene(QPointF(*map(float, self.dots.places[number])))
        return QPointF(self.mapFromScene(scene))

    def near(self, at: QPointF) -> int:
        """The point at a place of this widget, or −1."""
        if self.dots is None or not len(self.dots.places):
            return -1
        place = self.getViewBox().mapSceneToView(self.mapToScene(at.toPoint()))
        across, up = self.getViewBox().viewPixelSize()
        away = np.hypot((self.dots.places[:, 0] - place.x()) / across, (self.dots.places[:, 1] - place.y()) / up)
        nearest = int(np.nanargmin(away))
        return nearest if away[nearest] <= NEAR else -1

    def point(self, number: int) -> None:
        """A point is looked at."""
        if number != self.at:
            self.at = number
            self._show_ring()
            self.pointed.emit(number)

    def _show_ring(self) -> None:
        there = self.dots is not None and 0 <= self.at < len(self.dots.places)
        self.ring.setData(pos=self.dots.places[[self.at]] if there and self.dots is not None else np.empty((0, 2)))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if not event.buttons():
            self.point(self.near(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.point(-1)

    def event(self, event: QEvent) -> bool:
        """These keys mean something here, and nothing on the canvas."""
        own = (*KEYS, Qt.Key.Key_Home, Qt.Key.Key_F)
        return taken(event, own) or bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in KEYS and self.dots is not None and len(self.dots.places):
            self.point((self.at + KEYS[key]) % len(self.dots.places) if self.at >= 0 else 0)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_F):
            self.fit()
        else:
            super().keyPressEvent(event)

    # How it looks

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.setBackground(color(theme.panel))
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(pen(theme.line))
            axis.setTextPen(color(theme.muted))
            axis.setTickFont(numbers(TINY))
            axis.label.setFont(words(TINY))
            axis.setStyle(tickLength=-4, maxTickLevel=0)
            axis.enableAutoSIPrefix(False)
            if axis.labelText:
                self.setLabel(side, axis.labelText, color=theme.muted, **{"font-size": f"{TINY}px"})
        for (kind, hollow), cloud in self.clouds.items():
            self._dress(cloud, kind, hollow)
        self.rings.setPen(pen(theme.bad, 1.0, fixed=True))
        self.ring.setPen(pen(theme.text, 2.0, fixed=True))
        if self.ground is not None:
            self.show_ground(self.ground)

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """The line with its arrow, over everything else."""
        super().drawForeground(painter, rect)
        if self.divide is None:
            return
        box = self.getViewBox()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(box.sceneBoundingRect())
        self._paint_divide(painter, self.divide)
        painter.restore()

    def _paint_divide(self, painter: QPainter, divide: Divide) -> None:
        place = self.getViewBox().mapViewToScene
        theme, length = self.theme, float(np.hypot(*divide.weights))
        middle, edge = place(QPointF(0, 0)), place(QPointF(divide.radius, 0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(theme.muted, 1.0, dashed=True))
        radius = abs(edge.x() - middle.x())
        painter.drawEllipse(middle, radius, radius)
        if not length:
            return
        normal = np.array(divide.weights) / length
        foot, along = -divide.offset / length * normal, np.array([-normal[1], normal[0]])
        far = 4 * (divide.radius + float(np.hypot(*foot)))
        shifts = (0.0, divide.margin, -divide.margin) if divide.margin else (0.0,)
        for shift in shifts:
            base = foot + shift * normal
            ends = [place(QPointF(*map(float, base + sign * far * along))) for sign in (-1, 1)]
            painter.setPen(pen(theme.text, 2.0) if not shift else pen(theme.good, 1.0, dashed=True))
            painter.drawLine(*ends)
        tip = foot + min(length, TIP * divide.radius) * normal
        start, end = (place(QPointF(*map(float, each))) for each in (foot, tip))
        painter.setPen(pen(theme.accent, 2.0))
        painter.drawLine(start, end)
        painter.setBrush(brush(theme.accent))
        painter.drawPolygon(arrow(start, end, 9.0))
