"""Plane: rectangles and distances."""

from collections.abc import Iterable

from dlstudio.core.document import Point, Rect


def touch(one: Rect, other: Rect) -> bool:
    """Whether two rectangles have a point in common."""
    across = one.x <= other.x + other.width and other.x <= one.x + one.width
    return across and one.y <= other.y + other.height and other.y <= one.y + one.height


def around(rects: Iterable[Rect]) -> Rect:
    """The smallest rectangle that holds all of them."""
    boxes = list(rects)
    if not boxes:
        return Rect(0, 0, 0, 0)
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)
    return Rect(left, top, right - left, bottom - top)


def grown(rect: Rect, by: float) -> Rect:
    """A rectangle with a margin."""
    return Rect(rect.x - by, rect.y - by, rect.width + 2 * by, rect.height + 2 * by)


def distance(one: Point, other: Point) -> float:
    return float(((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5)
