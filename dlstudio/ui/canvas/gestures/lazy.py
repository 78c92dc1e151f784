"""Lazy: two nodes are wired without aiming at ports."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from dlstudio.compiler.fit import best, mismatch
from dlstudio.core import edits
from dlstudio.core.document import Point, Wire
from dlstudio.core.topology import refuse
from dlstudio.ui.canvas import brushwork
from dlstudio.ui.canvas.curve import curve
from dlstudio.ui.canvas.gestures.gesture import Gesture
from dlstudio.ui.canvas.scene import Spot
from dlstudio.ui.canvas.stage import Stage, Tone
from dlstudio.ui.theme.ink import brush, pen


class Lazy(Gesture):
    """Alt and a pull from anywhere on one node to anywhere on another: wires the ports that fit best."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, canvas: Stage, at: Point, node: str) -> None:
        super().__init__(canvas, at)
        self.node, self.target = node, ""
        self.wire: Wire | None = None
        self.refusal, self.doubt = "", ""

    def move(self, at: Point, keys: Qt.KeyboardModifier) -> None:
        super().move(at, keys)
        target = self.scene.node_at(at) or ""
        if target == self.node:
            target = ""
        if target != self.target:
            self.target = target
            self._judge(target)

    def _judge(self, target: str) -> None:
        state = self.session.state
        self.wire, self.refusal, self.doubt, self.doomed = None, "", "", frozenset()
        if not target or state.plan is None:
            return
        self.wire = best(state.project, state.plan, self.node, target)
        if self.wire is None:
            there = (wire for wire in state.network.inbound.get(target, ()) if wire.source == self.node)
            wire = next(there, Wire(self.node, "", target, ""))
            self.refusal = refuse(state.network, wire) or f"{self.node} and {target} have no ports for a wire."
            return
        self.doubt = mismatch(state.plan, state.project, self.wire) or ""
        group = state.network.inbound.get(target, ())
        self.doomed = frozenset(other for other in group if other.input == self.wire.input)

    def finish(self, at: Point, keys: Qt.KeyboardModifier) -> None:
        self.move(at, keys)
        wire, where = self.wire, self.session.state.where
        if wire:
            label = f"Connect {wire.source} to {wire.target}"
            self.session.do(label, lambda project: edits.connect(project, where, wire))

    def paint(self, painter: QPainter) -> None:
        theme = self.canvas.theme
        tint = theme.bad if self.refusal else theme.warn if self.doubt else theme.good if self.wire else theme.accent
        painter.setPen(pen(tint, 2.0, dashed=not self.wire))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        start, end = self.start, self.at
        if self.wire:
            start = self.scene.port(Spot(self.wire.source, self.wire.output, True))
            end = self.scene.port(Spot(self.wire.target, self.wire.input, False))
        painter.drawPath(brushwork.path(curve(start, end)))
        painter.setBrush(brush(tint))
        painter.drawEllipse(QPointF(*start), 3, 3)

    @property
    def hint(self) -> str:
        if self.refusal or self.doubt:
            return self.refusal or f"{self.doubt} It can be wired all the same."
        return f"{self.wire.source} → {self.wire.target}.{self.wire.input}" if self.wire else ""

    @property
    def tone(self) -> Tone:
        return "bad" if self.refusal else "warn" if self.doubt else "good"
