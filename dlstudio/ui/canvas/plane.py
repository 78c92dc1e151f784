"""Plane: rectangles and distances."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

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


def middle(rect: Rect) -> Point:
    return Point(rect.x + rect.width / 2, rect.y + rect.height / 2)


def holds(outer: Rect, inner: Rect) -> bool:
    """Whether a rectangle lies inside another."""
    across = outer.x <= inner.x and inner.x + inner.width <= outer.x + outer.width
    return across and outer.y <= inner.y and inner.y + inner.height <= outer.y + outer.height


def inside(point: Point, rect: Rect) -> bool:
    """Whether a place lies in a rectangle."""
    return rect.x <= point.x <= rect.x + rect.width and rect.y <= point.y <= rect.y + rect.height


def within(point: Point, ring: Sequence[Point]) -> bool:
    """Whether a place lies in what a closed line goes around (even-odd)."""
    found = False
    for a, b in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (a.y > point.y) != (b.y > point.y) and point.x < a.x + (point.y - a.y) * (b.x - a.x) / (b.y - a.y):
            found = not found
    return found


def meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two straight pieces cross."""

    def side(p: Point, q: Point, r: Point) -> float:
        return (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x)

    return side(a, b, c) * side(a, b, d) <= 0 and side(c, d, a) * side(c, d, b) <= 0 and (a != b) and (c != d)


def crosses(line: Sequence[Point], rect: Rect) -> bool:
    """Whether a chain of straight pieces touches a rectangle."""
    if any(inside(point, rect) for point in line):
        return True
    x, y, right, bottom = rect.x, rect.y, rect.x + rect.width, rect.y + rect.height
    corners = (Point(x, y), Point(right, y), Point(right, bottom), Point(x, bottom), Point(x, y))
    return any(meet(a, b, c, d) for a, b in pairwise(line) for c, d in pairwise(corners))


def shifted(rect: Rect, dx: float, dy: float) -> Rect:
    return Rect(rect.x + dx, rect.y + dy, rect.width, rect.height)
