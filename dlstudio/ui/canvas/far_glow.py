"""Far glow: activity from far away, kept as it was painted, with only what moved made anew."""

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter

from dlstudio.core.document import Wire
from dlstudio.ui.canvas.scene import Scene
from dlstudio.ui.glow.glow import Glow
from dlstudio.ui.theme import ramps
from dlstudio.ui.theme.ink import pen
from dlstudio.ui.theme.tokens import Theme


class FarGlow:
    """Straight lines by colour, and rings around nodes in which something is wrong."""

    def __init__(self) -> None:
        self._of: tuple[Glow | None, Theme | None] = (None, None)
        self._version = -1
        self._tints: dict[Wire, str] = {}
        self._lines: dict[str, dict[Wire, QLineF]] = {}
        self._rings: dict[str, dict[str, QRectF]] = {}

    def paint(self, painter: QPainter, scene: Scene, glow: Glow, theme: Theme) -> None:
        """Wires over the plain ones, rings over the cards."""
        self._update(scene, glow, theme)
        for tint, lines in self._lines.items():
            painter.setPen(pen(tint, 1.0, fixed=True))
            painter.drawLines(list(lines.values()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for tint, rings in self._rings.items():
            painter.setPen(pen(tint, 2.0, fixed=True))
            painter.drawRects(list(rings.values()))

    def _update(self, scene: Scene, glow: Glow, theme: Theme) -> None:
        same = self._of[0] is glow and self._of[1] is theme
        changes = scene.since(self._version) if same else None
        if changes is None:
            self._tints, self._lines, self._rings = {}, {}, {}
            changes = set(scene.cards), set(scene.wires)
        self._of, self._version = (glow, theme), scene.version
        for wire in changes[1]:
            self._put(wire, scene, glow, theme)
        for node in changes[0]:
            self._ring(node, scene, glow, theme)

    def _put(self, wire: Wire, scene: Scene, glow: Glow, theme: Theme) -> None:
        before = self._tints.pop(wire, None)
        if before:
            del self._lines[before][wire]
        ends, tint = scene.wires.get(wire), wire_tint(wire, glow, theme)
        if ends and tint:
            self._tints[wire] = tint
            self._lines.setdefault(tint, {})[wire] = QLineF(*ends.start, *ends.end)

    def _ring(self, node: str, scene: Scene, glow: Glow, theme: Theme) -> None:
        for rings in self._rings.values():
            rings.pop(node, None)
        seen = glow.nodes.get(node)
        if seen and seen.ill and node in scene.boxes:
            tint = theme.bad if seen.broken else theme.warn
            self._rings.setdefault(tint, {})[node] = QRectF(*scene.boxes[node])


def wire_tint(wire: Wire, glow: Glow, theme: Theme) -> str:
    """The colour of what goes forward along a wire; nothing where that was not measured."""
    seen = glow.nodes.get(wire.source) if glow.live else None
    if seen is None:
        return ""
    if seen.broken:
        return theme.bad
    level = seen.forward[-1] if seen.forward else float("nan")
    return ramps.forward(ramps.step(level), theme) if level == level else ""
