"""Wiring: a wire pulled from either end.

It snaps to the port that is near, or to the likeliest port of the node under the mouse. Only what the graph forbids (a
loop within one time step) cannot be wired; shapes that do not go together are said, shown in amber, and can be: the
badge of the node then offers what mends them."""

from time import perf_counter

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from dlstudio.compiler.fit import likeliest, looped, mismatch, outputs
from dlstudio.core import edits, sheets
from dlstudio.core.document import Point, Project, Wire
from dlstudio.core.topology import refuse
from dlstudio.ui.canvas import brushwork
from dlstudio.ui.canvas.brushwork import DETAIL
from dlstudio.ui.canvas.curve import curve
from dlstudio.ui.canvas.gestures.gesture import Gesture
from dlstudio.ui.canvas.scene import Spot
from dlstudio.ui.canvas.stage import Stage, Tone
from dlstudio.ui.theme.ink import pen

REACH = 28.0
BUDGET = 0.004
"""How many seconds of a frame may go into finding out which ports would accept."""


class Wiring(Gesture):
    """Pressed on a port: pulls a wire from there; from a wired input, it takes the wire off.

    With Control on a wired output, it takes all wires of that output along to another one."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, canvas: Stage, at: Point, spot: Spot, keys: Qt.KeyboardModifier | None = None) -> None:
        super().__init__(canvas, at)
        self.loose = self._taken_off(spot, bool(keys and keys & Qt.KeyboardModifier.ControlModifier))
        self.ends = tuple(self._held(wire, spot) for wire in self.loose) or (spot,)
        self.hidden = frozenset(self.loose)
        self.target: Spot | None = None
        self.refusal, self.doubt = "", ""
        network = self.session.state.network
        self._looped = frozenset(n for end in self.ends for n in looped(network, end.node, out=end.out))
        self._fits: dict[Spot, bool] = {}

    @property
    def spot(self) -> Spot:
        """The port that the wire hangs on."""
        return self.ends[0]

    def _taken_off(self, spot: Spot, every: bool) -> tuple[Wire, ...]:
        network = self.session.state.network
        if spot.out:
            return tuple(w for w in network.outbound.get(spot.node, ()) if w.output == spot.port) if every else ()
        return tuple(w for w in network.inbound.get(spot.node, ()) if w.input == spot.port)[:1]

    def _held(self, wire: Wire, spot: Spot) -> Spot:
        """The end of a wire that stays where it is when the other one is taken off a port."""
        return Spot(wire.target, wire.input, False) if spot.out else Spot(wire.source, wire.output, True)

    def wire(self, other: Spot, end: Spot | None = None) -> Wire:
        """The wire between where the pull began and another port."""
        end = end or self.spot
        source, target = (end, other) if end.out else (other, end)
        return Wire(source.node, source.port, target.node, target.port)

    def move(self, at: Point, keys: Qt.KeyboardModifier) -> None:
        super().move(at, keys)
        target = self._aimed(at)
        if target != self.target:
            self.target = target
            self.refusal, self.doubt = self._judged(target) if target else ("", "")
            self.doomed = self._displaced(target) if target and not self.refusal else frozenset()

    def _aimed(self, at: Point) -> Spot | None:
        """The port that is meant: the one that is near, or the likeliest of the node under the mouse."""
        found = self.scene.spot_at(at, REACH / self.canvas.camera.zoom)
        if found and self._opposite(found):
            return found
        node = self.scene.node_at(at)
        return self._likeliest(node) if node and node not in {end.node for end in self.ends} else None

    def _opposite(self, spot: Spot) -> bool:
        return spot.out != self.spot.out and spot.node not in {end.node for end in self.ends}

    def _likeliest(self, node: str) -> Spot | None:
        state = self.session.state
        if state.plan is None:
            return None
        if self.spot.out:
            name = likeliest(state.project, state.plan, self.spot.node, self.spot.port, node)
            name = name or next((socket.name for socket in self.scene.cards[node].ins), None)
            return Spot(node, name, False) if name else None
        spots = [Spot(node, name, True) for name in outputs(state.project, state.plan, node)]
        return min(spots, key=lambda spot: bool(self._doubt(spot)), default=None)

    def _judged(self, target: Spot) -> tuple[str, str]:
        """Why the wires cannot be drawn, and why they would not do."""
        network = self.session.state.network
        wires = [wire for end in self.ends if (wire := self.wire(target, end)) not in self.loose]
        refusal = next((reason for wire in wires if (reason := refuse(network, wire))), "")
        return refusal, "" if refusal else self._doubt(target)

    def _doubt(self, target: Spot) -> str:
        state = self.session.state
        if state.plan is None:
            return ""
        wires = (self.wire(target, end) for end in self.ends)
        return next((r for w in wires if w not in self.loose and (r := mismatch(state.plan, state.project, w))), "")

    def _displaced(self, target: Spot) -> frozenset[Wire]:
        """The wires that lose their place."""
        if target.out:
            return frozenset()
        group = self.session.state.network.inbound.get(target.node, ())
        return frozenset(wire for wire in group if wire.input == target.port and wire not in self.loose)

    def finish(self, at: Point, keys: Qt.KeyboardModifier) -> None:
        self.move(at, keys)
        if self.target and not self.refusal:
            wires = [self.wire(self.target, end) for end in self.ends]
            if set(wires) != set(self.loose):
                self.session.do(self._label(wires), lambda project: self._joined(project, wires))
                if self.doubt:
                    self.canvas.explain(wires[0].target)
        elif self.loose and self.target is None and self.pulled:
            where = self.session.state.where
            self.session.do(
                f"Disconnect {self.loose[0].target}", lambda project: sheets.swept(self._without(project), where)
            )
        elif self.target is None and self.pulled and self.scene.node_at(at) is None:
            self.canvas.offer(self.spot, at)

    def _label(self, wires: list[Wire]) -> str:
        if len(wires) > 1:
            return f"Move {len(wires)} wires to {wires[0].source}"
        return f"Connect {wires[0].source} to {wires[0].target}"

    def _without(self, project: Project) -> Project:
        return edits.disconnect(project, self.session.state.where, *self.loose)

    def _joined(self, project: Project, wires: list[Wire]) -> Project:
        where = self.session.state.where
        return sheets.swept(edits.connect(self._without(project), where, *wires), where)

    # What is seen

    def fades(self, node: str) -> bool:
        return node in self._looped and node not in {end.node for end in self.ends}

    def paint(self, painter: QPainter) -> None:
        theme = self.canvas.theme
        if self.canvas.camera.zoom >= DETAIL:
            self._light(painter)
        tint = theme.bad if self.refusal else theme.warn if self.doubt else theme.good if self.target else theme.accent
        to = self.scene.port(self.target) if self.target else self.at
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for end in self.ends:
            first, last = (self.scene.port(end), to) if end.out else (to, self.scene.port(end))
            painter.setPen(pen(tint, 2.0))
            painter.drawPath(brushwork.path(curve(first, last)))

    def _light(self, painter: QPainter) -> None:
        """Lights the ports that would accept; what is not known yet is found out in this frame and the next ones."""
        stop = perf_counter() + BUDGET
        for node in self.scene.nodes_in(self.canvas.seen):
            if node in self._looped:
                continue
            card = self.scene.cards[node]
            for socket in card.ins if self.spot.out else card.outs:
                spot = Spot(node, socket.name, not self.spot.out)
                if spot not in self._fits:
                    if perf_counter() > stop:
                        self.canvas.update()
                        return
                    self._fits[spot] = not self._doubt(spot)
                if self._fits[spot]:
                    at = QPointF(*self.scene.port(spot))
                    brushwork.socket(painter, at, socket, self.canvas.theme, glow=self.canvas.theme.good)

    @property
    def hint(self) -> str:
        if self.doubt:
            return f"{self.doubt} It can be wired all the same."
        return self.refusal or (self._words() if self.target else "")

    def _words(self) -> str:
        """What would flow, and where to."""
        assert self.target is not None
        plan, wire = self.session.state.plan, self.wire(self.target)
        tensor = plan.shapes.get((wire.source, wire.output)) if plan else None
        goes = f"{wire.source} → {wire.target}.{wire.input}"
        return f"{goes}: {tensor.describe()}" if tensor else goes

    @property
    def tone(self) -> Tone:
        return "bad" if self.refusal else "warn" if self.doubt else "good"
