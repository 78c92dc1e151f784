"""Begin: which gesture a press of the mouse begins, by what is under it and which keys are held.

middle button, or Space     the view moves
a port                      a wire is pulled; Control: all wires of an output
a node                      it moves; Control: a second one is pulled off; Alt: wires lazily; Shift: adds to the choice
a badge                     says what is wrong
a dot of a wire             it moves; Shift on a wire makes one
a note, a frame's title     it moves with what lies in it; by the edges it is resized
the empty                   a box; Shift adds; Control cuts wires; Control and Shift take away; Q draws a lasso"""

from dataclasses import dataclass

from PySide6.QtCore import Qt

from dlstudio.core.document import Point, Rect
from dlstudio.ui.canvas.brushwork import NAMES, badge_rect
from dlstudio.ui.canvas.gestures.bend import Bend
from dlstudio.ui.canvas.gestures.choose import Box, Lasso
from dlstudio.ui.canvas.gestures.gesture import Gesture
from dlstudio.ui.canvas.gestures.knife import Knife
from dlstudio.ui.canvas.gestures.lazy import Lazy
from dlstudio.ui.canvas.gestures.move import Move
from dlstudio.ui.canvas.gestures.pan import Pan
from dlstudio.ui.canvas.gestures.resize import Resize
from dlstudio.ui.canvas.gestures.wiring import Wiring
from dlstudio.ui.canvas.marks import Grip, grip_at, in_frame
from dlstudio.ui.canvas.plane import grown, inside
from dlstudio.ui.canvas.scene import Scene
from dlstudio.ui.canvas.stage import Stage
from dlstudio.ui.session import Choice

SHIFT, CONTROL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
PORT, WIRE, DOT = 9.0, 6.0, 8.0
"""How near a press must come, in pixels of the screen."""


@dataclass(frozen=True, slots=True)
class Press:
    """A button of the mouse that went down, and what was held meanwhile."""

    at: Point
    button: Qt.MouseButton
    keys: Qt.KeyboardModifier
    held: Qt.Key | None = None
    """Space or Q."""


def begin(stage: Stage, press: Press) -> Gesture | None:
    """The gesture that a press begins, if it begins one."""
    left = press.button == Qt.MouseButton.LeftButton
    if press.button == Qt.MouseButton.MiddleButton or (left and press.held == Qt.Key.Key_Space):
        return Pan(stage, press.at)
    if not left:
        return None
    if press.held == Qt.Key.Key_Q:
        return Lasso(stage, press.at)
    on_node, grip = _on_node(stage, press), grip_at(stage.scene, press.at, stage.camera.zoom)
    if on_node is None and grip and grip.corner:
        return _on_mark(stage, press, grip)
    found = on_node or _on_wire(stage, press)
    return found or (_on_mark(stage, press, grip) if grip else _on_empty(stage, press))


def _on_node(stage: Stage, press: Press) -> Gesture | None:
    scene, zoom, at = stage.scene, stage.camera.zoom, press.at
    told = badge_at(scene, at) if zoom >= NAMES else None
    if told:
        stage.explain(told)
        return Gesture(stage, at)
    spot = scene.spot_at(at, PORT / zoom) if zoom >= NAMES and not press.keys & ALT else None
    if spot:
        return Wiring(stage, at, spot, press.keys)
    node = scene.node_at(at)
    if node is None:
        return None
    return Lazy(stage, at, node) if press.keys & ALT else Move(stage, at, Choice(frozenset([node])), press.keys)


def badge_at(scene: Scene, at: Point) -> str | None:
    """The node whose badge is at a place."""
    near = scene.nodes_in(grown(_dot(at), 24))
    return next((n for n in near if scene.cards[n].issues and inside(at, badge_rect(scene.boxes[n]))), None)


def _dot(at: Point) -> Rect:
    return Rect(at.x, at.y, 0, 0)


def _on_wire(stage: Stage, press: Press) -> Gesture | None:
    scene, zoom = stage.scene, stage.camera.zoom
    dot = scene.bend_at(press.at, DOT / zoom)
    if dot and not press.keys & CONTROL:
        return Bend(stage, press.at, *dot, press.keys)
    wire = scene.wire_at(press.at, WIRE / zoom)
    if wire is None:
        return None
    if press.keys & SHIFT:
        return Bend(stage, press.at, wire, None, press.keys)
    if press.keys & CONTROL:
        return Knife(stage, press.at)
    stage.session.choose(Choice(wires=frozenset([wire])))
    return Gesture(stage, press.at)


def _on_mark(stage: Stage, press: Press, grip: Grip) -> Gesture:
    if grip.edge and not press.keys:
        return Resize(stage, press.at, grip)
    return Move(stage, press.at, held(stage.scene, grip), press.keys & ~CONTROL)


def held(scene: Scene, grip: Grip) -> Choice:
    """What is taken up with a note or a frame."""
    return in_frame(scene, grip.name) if grip.name in scene.frames else Choice(marks=frozenset([grip.name]))


def _on_empty(stage: Stage, press: Press) -> Gesture:
    cuts = press.keys & CONTROL and not press.keys & SHIFT
    return Knife(stage, press.at) if cuts else Box(stage, press.at)
