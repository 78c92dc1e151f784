"""Bend: a wire is led through a place that the mouse says; its meaning stays the same."""

from itertools import pairwise

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from dlstudio.core import sheets
from dlstudio.core.document import Point, Project, Wire
from dlstudio.ui.canvas.dots import DOT
from dlstudio.ui.canvas.gestures.choose import mixed
from dlstudio.ui.canvas.gestures.gesture import Gesture
from dlstudio.ui.canvas.plane import distance
from dlstudio.ui.canvas.scene import Scene
from dlstudio.ui.canvas.snap import on_grid
from dlstudio.ui.canvas.stage import Stage
from dlstudio.ui.session import Choice
from dlstudio.ui.theme.ink import brush, pen


class Bend(Gesture):
    """Pressed on a dot of a wire, or with Shift on the wire itself: pulls that place of the wire.

    Let go where it began, it selects the wire."""

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, canvas: Stage, at: Point, wire: Wire, index: int | None, keys: Qt.KeyboardModifier) -> None:
        super().__init__(canvas, at)
        self.wire, self.moved = wire, False
        self.points = led(self.scene, wire)
        self.fresh = index is None
        self.index = place_for(self.scene, wire, at) if index is None else index
        self.before = self.session.state.choice
        self.session.choose(mixed(self.before, Choice(wires=frozenset([wire])), keys))

    def move(self, at: Point, keys: Qt.KeyboardModifier) -> None:
        super().move(at, keys)
        if self.moved or self.pulled:
            self.moved = self.change("Bend a wire", self._put)

    def _put(self, project: Project) -> Project:
        place = Point(on_grid(self.at.x), on_grid(self.at.y))
        rest = self.points[self.index if self.fresh else self.index + 1 :]
        points = (*self.points[: self.index], place, *rest)
        return sheets.bend(project, self.session.state.where, {self.wire: points})

    def cancel(self) -> None:
        self.take_back()
        self.session.choose(self.before)

    def paint(self, painter: QPainter) -> None:
        painter.setPen(pen(self.canvas.theme.accent, 1.5))
        painter.setBrush(brush(self.canvas.theme.panel))
        painter.drawEllipse(QPointF(*self.at), DOT, DOT)


def place_for(scene: Scene, wire: Wire, at: Point) -> int:
    """Which number a new bend gets among those of a wire: that of the piece it lies on."""
    start, end = scene.wires[wire]
    detours = [distance(a, at) + distance(at, b) - distance(a, b) for a, b in pairwise((start, *led(scene, wire), end))]
    return detours.index(min(detours))


def led(scene: Scene, wire: Wire) -> tuple[Point, ...]:
    """The places that a wire is led through; one that found its way around cards keeps it when it is first bent."""
    way = scene.curve(wire)
    return scene.bends.get(wire) or (() if way.smooth else way.points[1:-1])


def toggled(scene: Scene, project: Project, where: str, wire: Wire, at: Point, index: int | None) -> Project:
    """A wire with one more bend at a place, or without one of those it has."""
    points = list(led(scene, wire))
    if index is None:
        points.insert(place_for(scene, wire, at), scene.curve(wire).nearest(at))
    else:
        del points[index]
    return sheets.bend(project, where, {wire: points})
