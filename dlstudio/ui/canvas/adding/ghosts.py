"""Ghosts: what would be added, half transparent over the canvas, before it is."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPaintDevice, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from dlstudio.core.document import Point, Rect, Wire
from dlstudio.ui.canvas import brushwork
from dlstudio.ui.canvas.adding.room import cards
from dlstudio.ui.canvas.adding.trial import Trial
from dlstudio.ui.canvas.brushwork import PLAIN
from dlstudio.ui.canvas.curve import curve
from dlstudio.ui.canvas.plane import touch
from dlstudio.ui.canvas.scene import Spot
from dlstudio.ui.canvas.stage import Stage
from dlstudio.ui.theme.ink import color, pen

OPACITY = 0.62
PORT = 7
"""How far ports stand out of a card."""


class Ghosts(QWidget):
    """Lies over the canvas, hears no mouse, and is there only while there is something to show."""

    def __init__(self, stage: Stage, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.stage = stage
        self.trial: Trial | None = None
        self.wire: Wire | None = None
        self.bad = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setStyleSheet("background: transparent")
        self.hide()

    def show_trial(self, trial: Trial | None, wire: Wire | None = None) -> None:
        """Shows what would be new, and the wire on which it would go; nothing for None."""
        self.trial, self.wire = trial, wire
        self.bad = bool(trial.reason) if trial else self.bad
        self.setVisible(trial is not None or wire is not None)
        self.update()

    def light(self, wire: Wire | None, *, bad: bool) -> None:
        """Shows a wire on which something would go, or would not."""
        self.bad = bad
        self.show_trial(None, wire)

    def paintEvent(self, event: QPaintEvent) -> None:
        layer = QPixmap(self.size() * self.devicePixelRatio())
        layer.setDevicePixelRatio(self.devicePixelRatio())
        layer.fill(Qt.GlobalColor.transparent)
        trial = self.trial if self.trial and self._holds(self.trial) else None
        with self._painter(layer) as painter:
            if self.wire and self.wire in self.stage.scene.wires:
                self._lit(painter, self.wire)
            if trial:
                self._draw(painter, trial)
        with self._painter(self) as painter:
            for node in trial.moved if trial else ():
                old = self.stage.scene.rect(node)
                painter.fillRect(QRectF(*old).adjusted(-PORT, -PORT, PORT, PORT), color(self.stage.theme.window))
            painter.resetTransform()
            painter.setOpacity(OPACITY)
            painter.drawPixmap(0, 0, layer)

    def _holds(self, trial: Trial) -> bool:
        """Whether the network is still the one in which it was tried."""
        return trial.state.network is self.stage.session.state.network

    @contextmanager
    def _painter(self, on: QPaintDevice) -> Iterator[QPainter]:
        """A painter that sees the scene as the canvas does; it ends whatever happens, or nothing could be painted."""
        painter, camera = QPainter(on), self.stage.camera
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.scale(camera.zoom, camera.zoom)
            painter.translate(-camera.x, -camera.y)
            yield painter
        finally:
            painter.end()

    def _lit(self, painter: QPainter, wire: Wire) -> None:
        theme = self.stage.theme
        painter.setPen(pen(theme.bad if self.bad else theme.good, 4.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(brushwork.path(self.stage.scene.curve(wire)))

    def _draw(self, painter: QPainter, trial: Trial) -> None:
        network = trial.project.networks[trial.state.where]
        new = set(trial.rects)
        painter.setPen(pen(self.stage.theme.accent, 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        near = {wire for node in new for wire in (*network.inbound.get(node, ()), *network.outbound.get(node, ()))}
        for wire in near:
            start, end = self._port(wire.source, wire.output, out=True), self._port(wire.target, wire.input, out=False)
            painter.drawPath(brushwork.path(curve(start, end, self._in_the_way)))
        for node, rect in trial.rects.items():
            brushwork.card(painter, trial.cards[node], rect, PLAIN, self.stage.camera.zoom, self.stage.theme)
        if trial.reason:
            painter.setPen(pen(self.stage.theme.bad, 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for rect in trial.rects.values():
                painter.drawRoundedRect(QRectF(*rect), 8, 8)

    def _in_the_way(self, rect: Rect) -> list[Rect]:
        """The cards, old and new, that touch a rectangle."""
        ghosts = self.trial.rects.values() if self.trial else ()
        return [*cards(self.stage.scene)(rect), *(box for box in ghosts if touch(box, rect))]

    def _port(self, node: str, port: str, *, out: bool) -> Point:
        assert self.trial is not None
        if node not in self.trial.rects:
            return self.stage.scene.port(Spot(node, port, out))
        x, y = self.trial.cards[node].port(port, out=out)
        box = self.trial.rects[node]
        return Point(box.x + x, box.y + y)
