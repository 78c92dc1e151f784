"""Painting: how a scene comes onto the canvas, in the detail that the zoom allows and within the time of a frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from dlstudio.core.document import Rect, Wire
from dlstudio.ui.canvas import brushwork
from dlstudio.ui.canvas.brushwork import DETAIL, NAMES, Look
from dlstudio.ui.canvas.card import Card
from dlstudio.ui.canvas.dots import dots
from dlstudio.ui.canvas.far import Far
from dlstudio.ui.canvas.frames import frame, heading
from dlstudio.ui.canvas.gestures.gesture import Gesture
from dlstudio.ui.canvas.glowing import Glowing
from dlstudio.ui.canvas.hover import Hovered
from dlstudio.ui.canvas.labels import labels
from dlstudio.ui.canvas.notes import note
from dlstudio.ui.canvas.paths import Paths
from dlstudio.ui.canvas.plane import grown, touch
from dlstudio.ui.canvas.scene import Scene
from dlstudio.ui.glow.glow import Glow
from dlstudio.ui.session import Choice
from dlstudio.ui.theme.ink import pen
from dlstudio.ui.theme.tokens import Theme

SEEKING, WRITING = 0.006, 0.006
"""How long wires look for their ways in one frame, and how long words are laid out that were never drawn, in seconds;
the others follow in the next frames."""
_MOST = 20_000


@dataclass(frozen=True, slots=True)
class View:
    """What is seen of a scene, and how."""

    seen: Rect
    zoom: float
    theme: Theme
    choice: Choice
    hovered: Hovered
    gesture: Gesture | None
    glow: Glow | None = None
    """What nodes and wires do at the moment."""


class Painting:
    """Paints a scene; it remembers ways, paths and which words were laid out."""

    def __init__(self, scene: Scene) -> None:
        self._scene, self._far, self._paths = scene, Far(), Paths()
        self._glowing = Glowing(scene, self._paths)
        self._written: dict[str, tuple[Card, int]] = {}

    def paint(self, painter: QPainter, view: View) -> bool:
        """The scene; False where some wires are still without their ways, or some cards without their words."""
        scene, zoom = self._scene, view.zoom
        brushwork.grid(painter, view.seen, zoom, view.theme)
        self._marks(painter, view)
        if zoom < NAMES:
            self._headings(painter, view)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            self._far.paint(painter, scene, view.theme)
            if view.glow:
                self._glowing.far.paint(painter, scene, view.glow, view.theme)
            self._rings(painter, view)
            return True
        near = grown(view.seen, 24)
        known = self._wires(painter, scene.wires_in(near), view)
        whole = self._cards(painter, near, view)
        if view.glow:
            self._glowing.cards(painter, scene.nodes_in(near), view.glow, zoom, view.theme)
        return whole and known

    def _marks(self, painter: QPainter, view: View) -> None:
        """Frames, the large ones first, and notes."""
        marks, scene = view.choice.marks, self._scene
        for name, shown in sorted(scene.frames.items(), key=lambda item: -item[1].rect.width * item[1].rect.height):
            if touch(shown.rect, view.seen):
                frame(painter, shown, chosen=name in marks, zoom=view.zoom, theme=view.theme)
        for name, shown in scene.notes.items():
            if touch(shown.rect, view.seen):
                note(painter, shown, chosen=name in marks, zoom=view.zoom, theme=view.theme)

    def _headings(self, painter: QPainter, view: View) -> list[Rect]:
        """The titles of frames over the wires, and where they lie."""
        frames = [shown for shown in self._scene.frames.values() if touch(shown.rect, view.seen)]
        rooms = [heading(painter, shown, view.zoom, view.theme) for shown in frames]
        return [room for room in rooms if room]

    def _rings(self, painter: QPainter, view: View) -> None:
        boxes = self._scene.boxes
        painter.setPen(pen(view.theme.accent, 2.0, fixed=True))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRects([QRectF(*boxes[node]) for node in view.choice.nodes if node in boxes])

    def _cards(self, painter: QPainter, near: Rect, view: View) -> bool:
        """Cards; those whose words were never laid out at this zoom get them while there is time."""
        scene, size, whole = self._scene, brushwork.readable(view.zoom), True
        if len(self._written) > _MOST:
            self._written.clear()
        end = perf_counter() + WRITING
        for node in scene.nodes_in(near):
            shown, known = scene.cards[node], self._written.get(node)
            written = known is not None and known[0] is shown and known[1] == size
            if not written and perf_counter() < end:
                self._written[node], written = (shown, size), True
            faint = view.gesture is not None and view.gesture.fades(node)
            look = Look(node in view.choice.nodes, node == view.hovered, faint, written)
            brushwork.card(painter, shown, scene.boxes[node], look, view.zoom, view.theme)
            whole = whole and written
        return whole

    def _wires(self, painter: QPainter, wires: Sequence[Wire], view: View) -> bool:
        """Wires; those without a way look for one while there is time, and those that are lit lie above the others."""
        scene, theme = self._scene, view.theme
        self._seek(wires)
        known = [wire for wire in wires if scene.has_way(wire)]
        lit = {wire for wire in known if _lit(wire, view)}
        hidden = view.gesture.hidden if view.gesture else frozenset()
        doomed = view.gesture.doomed if view.gesture else frozenset()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for wire in sorted(known, key=lit.__contains__) if lit else known:
            if wire in hidden:
                continue
            lost, way = wire in doomed, scene.curve(wire)
            tint = theme.bad if lost else theme.accent if wire in lit else theme.muted
            plain = pen(tint, 2.0, dashed=lost, opacity=1.0 if lost or wire in lit else 0.75)
            glows = None if lost or wire in lit else self._glowing.wire(wire, view.glow, theme)
            painter.setPen(glows or plain)
            painter.drawPath(self._paths.of(wire, way))
            if wire in scene.bends:
                dots(painter, scene.bends[wire], theme)
        if view.glow and view.zoom >= DETAIL:
            self._glowing.back(painter, (wire for wire in known if wire not in hidden), view.glow, theme)
        if view.zoom >= DETAIL:
            bent = [(way, scene.text(wire)) for wire in known if not (way := scene.curve(wire)).smooth]
            labels(painter, bent, view.zoom, theme, self._headings(painter, view))
        else:
            self._headings(painter, view)
        return len(known) == len(wires)

    def _seek(self, wires: Sequence[Wire]) -> None:
        """Lets wires look for their ways, at least one, until the time for that is over."""
        end = perf_counter() + SEEKING
        for wire in wires:
            if not self._scene.has_way(wire):
                self._scene.curve(wire)
                if perf_counter() >= end:
                    return


def _lit(wire: Wire, view: View) -> bool:
    """Whether a wire is selected, or under the mouse, or at a node that is selected."""
    held = wire.source in view.choice.nodes or wire.target in view.choice.nodes
    return held or wire in view.choice.wires or wire == view.hovered
