"""Curve: the way of one wire: a cubic where it is free, a way around the cards where it is not."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from dlstudio.core.document import Point, Rect
from dlstudio.ui.canvas.plane import distance, touch
from dlstudio.ui.canvas.routing import Ground, Way, route

Obstacles = Callable[[Rect], Iterable[Rect]]
"""The cards that touch a rectangle."""

Others = Callable[[Rect], tuple[Iterable[Way], Iterable[Way]]]
"""The ways of other wires near a rectangle: of strangers, and of those that come out of the same port."""

RADIUS = 10.0
"""How round the corners of a wire are."""


@dataclass(frozen=True)
class Curve:
    """Smooth cubics, each from where the last one ends, or corners of a way that turns at right angles."""

    points: tuple[Point, ...]
    smooth: bool = True

    @cached_property
    def line(self) -> tuple[Point, ...]:
        """The curve as a chain of straight pieces, for finding what is near."""
        if not self.smooth:
            return self.points
        return tuple(
            point for first in range(0, len(self.points) - 1, 3) for point in bezier(self.points[first : first + 4])
        )

    @cached_property
    def bounds(self) -> Rect:
        xs, ys = [p.x for p in self.line], [p.y for p in self.line]
        return Rect(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))

    @cached_property
    def middle(self) -> Point:
        """The point half way along."""
        return at(self.line, 0.5)

    def distance(self, point: Point) -> float:
        """How far a place is from the wire."""
        return distance(point, self.nearest(point))

    def nearest(self, point: Point) -> Point:
        """The place on the wire that is nearest to another."""
        return min((_on_piece(point, a, b) for a, b in pairwise(self.line)), key=lambda place: distance(place, point))


def curve(start: Point, end: Point, obstacles: Obstacles = lambda _: (), others: Others = lambda _: ((), ())) -> Curve:
    """The way of a wire from one port to another: smooth where that is free, else around the cards."""
    plain = straight(start, end)
    if end.x >= start.x and not _blocked(plain, list(obstacles(plain.bounds))):
        return plain
    wide = reach(start, end)
    way = route(start, end, Ground(list(obstacles(wide)), *others(wide)))
    return Curve(_without_needless(way), smooth=False) if way else plain


def straight(start: Point, end: Point) -> Curve:
    """The way of a wire that minds nothing."""
    return Curve(_cubic(start, end))


def _without_needless(way: Way) -> Way:
    """The corners at which something turns."""
    inner = (b for a, b, c in zip(way, way[1:], way[2:], strict=False) if not (a.x == b.x == c.x or a.y == b.y == c.y))
    return (way[0], *inner, way[-1])


LEAVES = 20.0
"""How far a wire that is led leaves a port straight."""


def through(start: Point, bends: Sequence[Point], end: Point) -> Curve:
    """The way of a wire that is led through some places: smooth where it goes on to the right, else with corners."""
    stops = (start, *bends, end)
    if any(b.x < a.x for a, b in pairwise(stops)):
        return Curve((start, Point(start.x + LEAVES, start.y), *bends, Point(end.x - LEAVES, end.y), end), smooth=False)
    pieces = [_cubic(a, b)[1:] for a, b in pairwise(stops)]
    return Curve((start, *(point for piece in pieces for point in piece)))


def reach(start: Point, end: Point) -> Rect:
    """The room within which the way of a wire is looked for."""
    left, top = min(start.x, end.x), min(start.y, end.y)
    across, down = 60, 200
    return Rect(left - across, top - down, abs(start.x - end.x) + 2 * across, abs(start.y - end.y) + 2 * down)


def _cubic(start: Point, end: Point) -> tuple[Point, ...]:
    gap = end.x - start.x
    reach = max(abs(gap) / 2, min(48.0, abs(end.y - start.y) / 2 + 12)) if gap > 0 else 48 + min(-gap, 160) / 2
    return start, Point(start.x + reach, start.y), Point(end.x - reach, end.y), end


def bezier(points: tuple[Point, ...], pieces: int = 16) -> Iterator[Point]:
    """Points along a cubic."""
    a, b, c, d = points
    if a.y == d.y and a.x <= d.x:
        yield a
        yield d
        return
    for step in range(pieces + 1):
        t = step / pieces
        s = 1 - t
        k, l, m, n = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t  # noqa: E741 - the four weights of the formula
        yield Point(k * a.x + l * b.x + m * c.x + n * d.x, k * a.y + l * b.y + m * c.y + n * d.y)


def _blocked(way: Curve, boxes: Sequence[Rect]) -> bool:
    """Whether a way runs through a card, away from its own ends."""
    line = way.line
    inner = [Point(line[0].x + 1, line[0].y), *line[1:-1], Point(line[-1].x - 1, line[-1].y)]
    near = [box for box in boxes if touch(box, way.bounds)]
    return any(_crosses(a, b, box) for box in near for a, b in pairwise(inner))


def _crosses(a: Point, b: Point, box: Rect) -> bool:
    """Whether a straight piece touches a rectangle (Liang and Barsky)."""
    low, high = 0.0, 1.0
    for start, way, near, far in (
        (a.x, b.x - a.x, box.x, box.x + box.width),
        (a.y, b.y - a.y, box.y, box.y + box.height),
    ):
        if way == 0:
            if not near <= start <= far:
                return False
            continue
        first, last = sorted(((near - start) / way, (far - start) / way))
        low, high = max(low, first), min(high, last)
        if low > high:
            return False
    return True


def at(line: tuple[Point, ...], share: float) -> Point:
    """The point so far along a chain of pieces."""
    lengths = [((a.x - b.x) ** 2 + (a.y - b.y) ** 2) ** 0.5 for a, b in pairwise(line)]
    left = sum(lengths) * share
    for (a, b), length in zip(pairwise(line), lengths, strict=True):
        if left <= length and length:
            return Point(a.x + (b.x - a.x) * left / length, a.y + (b.y - a.y) * left / length)
        left -= length
    return line[-1]


def _on_piece(point: Point, a: Point, b: Point) -> Point:
    """The place on a straight piece that is nearest to a point."""
    dx, dy = b.x - a.x, b.y - a.y
    square = dx * dx + dy * dy
    t = 0.0 if square == 0 else max(0.0, min(1.0, ((point.x - a.x) * dx + (point.y - a.y) * dy) / square))
    return Point(a.x + t * dx, a.y + t * dy)
