"""Field: the plane with samples on it as points, over a picture of what is answered there."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent

from dlstudio.ui.own_keys import taken
from dlstudio.ui.plots.colors import hue_color
from dlstudio.ui.plots.divide import Divide, paint_divide
from dlstudio.ui.plots.line import Array
from dlstudio.ui.plots.mesh import Mesh, MeshItems
from dlstudio.ui.plots.plane import roomy
from dlstudio.ui.plots.regions import regions
from dlstudio.ui.plots.shapes import symbol
from dlstudio.ui.plots.table import Column
from dlstudio.ui.theme.fonts import numbers, words
from dlstudio.ui.theme.ink import brush, color, pen
from dlstudio.ui.theme.tokens import TINY, Theme

DOT, NEAR, AIR = 8, 12.0, 0.06
"""The size of points, how near the mouse must be, and the air about them."""
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
    names: tuple[str, ...] = ()
    """What the classes are called."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What is answered on a grid from one corner to the other: classes × rows × columns, the lowest row first."""

    values: Array
    low: tuple[float, float]
    high: tuple[float, float]


class Field(pg.PlotWidget):  # type: ignore[misc]
    """Shows arrays; the point that is near the mouse, or that the keys are at, is told."""

    pointed = Signal(int)
    """The number of a point, or −1."""
    changed = Signal()
    """Another part of the plane is seen."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Only where the axes leave room for something."""
        if roomy(self.room):
            super().paintEvent(event)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__(background=None)
        self.theme, self.at = theme, -1
        self.dots: Dots | None = None
        self.ground: Ground | None = None
        self.divide: Divide | None = None
        self.mesh: Mesh | None = None
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
        self.lines = MeshItems(self)
        self.clouds: dict[tuple[int, bool], pg.ScatterPlotItem] = {}
        self.rings = pg.ScatterPlotItem(size=DOT + 5, brush=None)
        for item in (self.rings, self.ring):
            self.addItem(item)
        self.box.sigRangeChangedManually.connect(self._on_moved)
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

    def show_mesh(self, mesh: Mesh) -> None:
        """Another grid of lines under the points."""
        self.mesh = mesh
        self.lines.show(mesh, self.theme)
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
                self.getAxis(side).resizeEvent()  # pyqtgraph centres it only when the axis has another size

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

    @property
    def box(self) -> pg.ViewBox:
        return self.getViewBox()

    @property
    def room(self) -> QRectF:
        """Where the box between the axes lies."""
        return QRectF(self.box.geometry())

    def _on_moved(self, *_: object) -> None:
        self.free = True
        self.changed.emit()

    def zoom(self, factor: float) -> None:
        """Nearer or farther, about the middle."""
        self.box.scaleBy((factor, factor))
        self._on_moved()

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
        found = [self.mesh.places.reshape(-1, 2)] if self.mesh is not None else []
        found += [self.dots.places] if self.dots is not None else []
        places = np.concatenate(found) if found else np.empty((0, 2))
        if not len(places):
            return None
        low, high = places.min(0).astype(float), places.max(0).astype(float)
        air = np.maximum(AIR * (high - low), 1e-6)
        return low - air, high + air

    # What is pointed at

    def pixel(self, number: int) -> QPointF:
        """Where a point stands in this widget."""
        assert self.dots is not None
        scene = self.box.mapViewToScene(QPointF(*map(float, self.dots.places[number])))
        return QPointF(self.mapFromScene(scene))

    def near(self, at: QPointF) -> int:
        """The point at a place of this widget, or −1."""
        if self.dots is None or not len(self.dots.places):
            return -1
        place = self.box.mapSceneToView(self.mapToScene(at.toPoint()))
        across, up = self.box.viewPixelSize()
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
        self.lines.set_theme(theme)
        self.rings.setPen(pen(theme.bad, 1.0, fixed=True))
        self.ring.setPen(pen(theme.text, 2.0, fixed=True))
        if self.ground is not None:
            self.show_ground(self.ground)

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """The line with its arrow, over everything else."""
        super().drawForeground(painter, rect)
        if self.divide is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self.box.sceneBoundingRect())
        paint_divide(painter, self.divide, self.box.mapViewToScene, self.theme)
        painter.restore()

    # What leaves the program

    def paint_sheet(self, painter: QPainter) -> None:
        """What an export shows: everything but the ring of what is pointed at, and points as shapes."""
        scale = painter.transform().m11()
        with self._exporting(scale):
            self.render(painter, QRectF(self.rect()), self.rect())

    @contextmanager
    def _exporting(self, scale: float) -> Iterator[None]:
        points = (*self.clouds.values(), self.rings)
        self.ring.hide()
        for each in points:
            each.setExportMode(True, {"antialias": True, "resolutionScale": scale})
        try:
            yield
        finally:
            for each in points:
                each.setExportMode(False)
            self.ring.show()

    def table(self) -> Callable[[], Sequence[Column]]:
        """Where each point lies, of which class it is, and what is known of it."""
        dots, names = self.dots, [self.getAxis(side).labelText or side for side in ("bottom", "left")]
        return lambda: columns(dots, names) if dots is not None else []


def columns(dots: Dots, names: Sequence[str]) -> list[Column]:
    """The numbers of points, with their classes in words where they have names."""
    kinds = [dots.names[kind] if 0 <= kind < len(dots.names) else str(kind) for kind in dots.kinds.tolist()]
    flags = (("hollow", dots.hollow), ("wrong", dots.wrong))
    return [
        *(Column(name, dots.places[:, axis]) for axis, name in enumerate(names)),
        Column("class", np.array(kinds)),
        *(Column(name, np.asarray(values).astype(int)) for name, values in flags),
    ]
