"""Marks: frames and notes on the canvas: what of them is under the mouse, and what lies in a frame."""

from typing import NamedTuple

from dlstudio.core.document import Point, Rect
from dlstudio.ui.canvas.plane import holds, inside, middle
from dlstudio.ui.canvas.scene import Scene
from dlstudio.ui.session import Choice
from dlstudio.ui.theme.tokens import OKABE_ITO

TITLE = 24
"""How high the row of a frame's title is."""
EDGE = 5.0
"""How near the mouse must come to an edge, in pixels of the screen."""
LEAST = (96, 48)
"""No frame and no note is smaller."""
COLORS = ("", *OKABE_ITO)
"""What a frame or a note can be coloured."""


class Grip(NamedTuple):
    """Where a frame or a note is held: by an edge or a corner (-1, 0, 1 across and down), or by its title or body."""

    name: str
    across: int = 0
    down: int = 0

    @property
    def edge(self) -> bool:
        return bool(self.across or self.down)

    @property
    def corner(self) -> bool:
        return bool(self.across and self.down)


def grip_at(scene: Scene, point: Point, zoom: float) -> Grip | None:
    """What of a note or a frame is at a place; notes lie over frames, small frames over large ones."""
    reach = min(EDGE / zoom, TITLE / 3)
    for name, note in reversed(list(scene.notes.items())):
        found = _edge(name, note.rect, point, reach)
        if found or inside(point, note.rect):
            return found or Grip(name)
    for name, frame in sorted(scene.frames.items(), key=lambda item: _area(item[1].rect)):
        found = _edge(name, frame.rect, point, reach)
        if found or inside(point, title(frame.rect, zoom)):
            return found or Grip(name)
    return None


def _edge(name: str, rect: Rect, point: Point, reach: float) -> Grip | None:
    if not inside(point, Rect(rect.x - reach, rect.y - reach, rect.width + 2 * reach, rect.height + 2 * reach)):
        return None
    across = _side(point.x, rect.x, rect.width, reach)
    down = _side(point.y, rect.y, rect.height, reach)
    return Grip(name, across, down) if across or down else None


def _side(place: float, start: float, length: float, reach: float) -> int:
    if abs(place - start - length) <= reach:
        return 1
    return -1 if abs(place - start) <= reach else 0


def _area(rect: Rect) -> float:
    return rect.width * rect.height


def title(rect: Rect, zoom: float) -> Rect:
    """The row of a frame's title; from far away it is higher, so that it can still be read and pulled."""
    return Rect(rect.x, rect.y, rect.width, min(rect.height, max(TITLE, 16 / zoom)))


def in_frame(scene: Scene, name: str) -> Choice:
    """A frame and all that lies in it: nodes by their middle, notes and smaller frames when they are whole in it."""
    rect = scene.frames[name].rect
    nodes = frozenset(node for node in scene.nodes_in(rect) if inside(middle(scene.boxes[node]), rect))
    marks = {other for other, mark in {**scene.frames, **scene.notes}.items() if holds(rect, mark.rect)}
    return Choice(nodes, marks=frozenset({name, *marks}))


def all_in(scene: Scene, choice: Choice) -> Choice:
    """What is selected, with all that lies in the selected frames."""
    for name in choice.marks & scene.frames.keys():
        choice |= in_frame(scene, name)
    return choice


def carried(scene: Scene, choice: Choice) -> frozenset[str]:
    """The selected frames and notes, and those frames whose nodes are all selected, with what lies in them."""
    found = set(choice.marks)
    for name in scene.frames.keys() - choice.marks:
        held = in_frame(scene, name)
        if held.nodes and held.nodes <= choice.nodes:
            found |= held.marks
    return frozenset(found)


def resized(rect: Rect, grip: Grip, to: Point) -> Rect:
    """A rectangle with one of its edges or corners pulled somewhere."""
    left, top, right, bottom = rect.x, rect.y, rect.x + rect.width, rect.y + rect.height
    if grip.across < 0:
        left = min(to.x, right - LEAST[0])
    elif grip.across > 0:
        right = max(to.x, left + LEAST[0])
    if grip.down < 0:
        top = min(to.y, bottom - LEAST[1])
    elif grip.down > 0:
        bottom = max(to.y, top + LEAST[1])
    return Rect(left, top, right - left, bottom - top)
