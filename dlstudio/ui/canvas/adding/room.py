"""Room: places on the canvas that are free, and room made where there is none."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from dlstudio.core.document import Point, Project, Rect
from dlstudio.ui.canvas.card import WIDTH
from dlstudio.ui.canvas.plane import around, grown, touch
from dlstudio.ui.canvas.scene import ORIGIN, Scene
from dlstudio.ui.canvas.tidy import LAYER_GAP, NODE_GAP, card_height
from dlstudio.ui.session import State

STEP = 8
"""Nodes lie on multiples of this many pixels."""
TRIES = 400
FEW = 3
"""How many nodes that come at once are looked at."""

Boxes = Callable[[Rect], Iterable[Rect]]
"""The cards that touch a rectangle."""


def size(project: Project, where: str, node: str, at: Point = ORIGIN) -> Rect:
    """The card of a node at a place."""
    return Rect(at.x, at.y, WIDTH, card_height(project, where, node))


def cards(scene: Scene, apart: Iterable[str] = ()) -> Boxes:
    """The cards of a scene by the rectangles that they touch, some of them left out."""
    out = frozenset(apart)
    return lambda rect: [scene.boxes[node] for node in scene.nodes_in(rect) if node not in out]


def on_grid(at: Point) -> Point:
    return Point(round(at.x / STEP) * STEP, round(at.y / STEP) * STEP)


def free(wanted: Rect, boxes: Boxes, gap: float = 16) -> Point:
    """The place nearest to a wanted one where nothing lies, looked for below first."""
    for dx, dy in _around(gap + STEP):
        rect = Rect(wanted.x + dx, wanted.y + dy, wanted.width, wanted.height)
        if not any(True for _ in boxes(grown(rect, gap - 1))):
            return on_grid(Point(rect.x, rect.y))
    return on_grid(Point(wanted.x, wanted.y))


def _around(step: float) -> Iterator[tuple[float, float]]:
    """Steps away from a place, nearer ones first."""
    yield 0, 0
    for ring in range(1, TRIES):
        far = ring * step
        yield from ((0, far), (0, -far), (far, 0), (-far, 0), (far, far), (far, -far))


def behind(box: Rect, height: float) -> Point:
    """The place to the right of a card, with the ports in line."""
    return Point(box.x + box.width + LAYER_GAP, box.y if height <= box.height + 80 else box.y - 40)


def between(source: Rect, target: Rect) -> Point:
    """The place for a card on a wire: half way where there is room, else close behind the source."""
    gap = target.x - source.x - source.width
    if gap >= 0 and target.y < source.y + source.height + NODE_GAP and source.y < target.y + target.height + NODE_GAP:
        return Point(source.x + source.width + max(LAYER_GAP, (gap - WIDTH) / 2), source.y)
    return Point(source.x + source.width + LAYER_GAP, source.y)


def pushed(box: Rect, boxes: Mapping[str, Rect], near: Callable[[Rect], Iterable[str]]) -> dict[str, Point]:
    """Where the cards have to go so that a new one has room: to the right, and what they meet goes with them."""
    moved: dict[str, Rect] = {}
    waiting = [box]
    while waiting:
        one = grown(waiting.pop(), NODE_GAP - 1)
        edge = one.x + one.width
        for node in near(one):
            other = moved.get(node, boxes[node])
            if touch(one, other) and other.x + other.width / 2 >= one.x + NODE_GAP and other.x < edge:
                moved[node] = Rect(round((edge + 1) / STEP) * STEP, other.y, other.width, other.height)
                waiting.append(moved[node])
    return {node: Point(rect.x, rect.y) for node, rect in moved.items()}


def arrived(old: State, new: State) -> list[Rect]:
    """The cards of a few nodes that are new on the canvas, however they came: by a fix, by an undo."""
    if not 0 < len(new.network.nodes) - len(old.network.nodes) <= FEW:
        return []
    places = {node: at for node, at in new.sheet.positions.items() if node not in old.network.nodes}
    return [size(new.project, new.where, node, at) for node, at in places.items() if node in new.network.nodes]


def shifted(places: Mapping[str, Point], rects: Iterable[Rect], to: Point, boxes: Boxes) -> dict[str, Point]:
    """Places moved together so that their upper left corner is at a place, or near it where that is taken."""
    whole = around(rects)
    spot = free(Rect(to.x, to.y, whole.width, whole.height), boxes, NODE_GAP)
    return {node: Point(p.x - whole.x + spot.x, p.y - whole.y + spot.y) for node, p in places.items()}
