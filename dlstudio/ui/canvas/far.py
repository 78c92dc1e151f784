"""Far: the scene from far away, kept as it was painted, with only what changed made anew."""

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter

from dlstudio.core.document import Rect, Wire
from dlstudio.ui.canvas.card import Card
from dlstudio.ui.canvas.scene import Scene
from dlstudio.ui.theme.ink import color, pen
from dlstudio.ui.theme.tokens import Theme, family_color


class Far:
    """Rectangles by colour, and straight wires."""

    def __init__(self) -> None:
        self._theme: Theme | None = None
        self._version = -1
        self._drawn: dict[str, tuple[Card, Rect]] = {}
        self._tints: dict[str, str] = {}
        self._boxes: dict[str, dict[str, QRectF]] = {}
        self._lines: dict[Wire, QLineF] = {}

    def paint(self, painter: QPainter, scene: Scene, theme: Theme) -> None:
        """One coloured rectangle for each card, and a thin line for each wire, all at once."""
        self._update(scene, theme)
        painter.setPen(pen(theme.muted, 1.0, fixed=True, opacity=0.55))
        painter.drawLines(list(self._lines.values()))
        painter.setPen(Qt.PenStyle.NoPen)
        for tint, boxes in self._boxes.items():
            painter.setBrush(color(tint))
            painter.drawRects(list(boxes.values()))

    def _update(self, scene: Scene, theme: Theme) -> None:
        changes = scene.since(self._version) if self._theme == theme else None
        if changes is None:
            self._drawn, self._tints, self._boxes, self._lines = {}, {}, {}, {}
            changes = set(scene.cards), set(scene.wires)
        self._theme, self._version = theme, scene.version
        nodes, wires = changes
        for node in nodes:
            self._put(node, scene, theme)
        for wire in wires:
            ends = scene.wires.get(wire)
            if ends:
                self._lines[wire] = QLineF(*ends.start, *ends.end)
            else:
                self._lines.pop(wire, None)

    def _put(self, node: str, scene: Scene, theme: Theme) -> None:
        """One card as it is now; of those through which only something else flows, nothing changes from far away."""
        now = (scene.cards.roughly(node), scene.boxes[node]) if node in scene.cards else None
        was = self._drawn.pop(node, None)
        if now and was and was[0] is now[0] and was[1] is now[1]:
            self._drawn[node] = was
            return
        if was:
            del self._boxes[self._tints.pop(node)][node]
        if now:
            shown, box = self._drawn[node] = now
            tint = theme.bad if shown.severity == "error" else family_color(shown.family, theme)
            self._tints[node] = tint
            self._boxes.setdefault(tint, {})[node] = QRectF(*box)
