"""Wiring: a wire pulled from either end; it snaps to the port that is near."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from dlstudio.core import edits
from dlstudio.core.document import Point, Project, Wire
from dlstudio.core.topology import refuse
from dlstudio.ui.canvas import brushwork
from dlstudio.ui.canvas.curve import curve
from dlstudio.ui.canvas.gestures.gesture import Gesture
from dlstudio.ui.canvas.scene import Spot
from dlstudio.ui.canvas.stage import Stage
from dlstudio.ui.theme.ink import pen

REACH = 28.0


class Wiring(Gesture):
    """Pressed on a port: pulls a wire from there; from a wired input, it takes the wire off."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, canvas: Stage, at: Point, spot: Spot) -> None:
        super().__init__(canvas, at)
        self.old = next(iter(self._into(spot)), None) if not spot.out else None
        self.spot = Spot(self.old.source, self.old.output, True) if self.old else spot
        self.target: Spot | None = None
        self.reason = ""

    def _into(self, spot: Spot) -> list[Wire]:
        group = self.session.state.network.inbound.get(spot.node, ())
        return [wire for wire in group if wire.input == spot.port]

    def wire(self, other: Spot) -> Wire:
        """The wire between where the pull began and another port."""
        source, target = (self.spot, other) if self.spot.out else (other, self.spot)
        return Wire(source.node, source.port, target.node, target.port)

    def move(self, at: Point, keys: Qt.KeyboardModifier) -> None:
        super().move(at, keys)
        found = self.scene.spot_at(at, REACH / self.canvas.camera.zoom)
        self.target = found if found and found.out != self.spot.out and found.node != self.spot.node else None
        self.reason = (refuse(self.session.state.network, self.wire(self.target)) or "") if self.target else ""

    def finish(self, at: Point, keys: Qt.KeyboardModifier) -> None:
        self.move(at, keys)
        if self.target and not self.reason:
            wire = self.wire(self.target)
            if wire != self.old:
                self.session.do(f"Connect {wire.source} to {wire.target}", lambda project: self._joined(project, wire))
        elif self.old and self.target is None:
            self.session.do(f"Disconnect {self.old.target}", self._without)

    def _without(self, project: Project) -> Project:
        where = self.session.state.where
        return edits.disconnect(project, where, self.old) if self.old else project

    def _joined(self, project: Project, wire: Wire) -> Project:
        return edits.connect(self._without(project), self.session.state.where, wire)

    def paint(self, painter: QPainter) -> None:
        theme = self.canvas.theme
        start = self.scene.port(self.spot)
        end = self.scene.port(self.target) if self.target else self.at
        first, last = (start, end) if self.spot.out else (end, start)
        tint = theme.bad if self.reason else theme.good if self.target else theme.accent
        painter.setPen(pen(tint, 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(brushwork.path(curve(first, last)))

    @property
    def hint(self) -> str:
        return self.reason
