"""Routing: ways at right angles for wires that cannot go straight: around cards, and beside each other."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from math import inf
from typing import NamedTuple

from dlstudio.core.document import Point, Rect

Way = tuple[Point, ...]
Piece = tuple[float, float, float]
Span = tuple[float, float]

STUBS = (20.0, 12.0, 28.0)
"""How far a wire may leave a port straight; the first is the best."""
CLEAR, APART = 12.0, 8.0
"""How far a wire runs from cards, and how far from other wires."""
_CLOSE = 6.0
_CROSSING, _OVERLAP = 20.0, 60.0
"""What a crossing is worth in pixels of way, and what lying on another wire costs before its length is counted."""
_SHARED = 0.7
"""How much of its length a way saves on a wire that comes out of the same port."""
_LANES, _SIDES = 24, 6


class _Line(NamedTuple):
    """What there is along one line: from where to where cards stand, others run and kin run; where others cross it."""

    walls: Sequence[Span]
    along: Sequence[Span]
    kin: Sequence[Span]
    across: Sequence[float]


class Ground:
    """What a way must not touch, and what it should keep away from: cards, and the ways of other wires."""

    def __init__(self, boxes: Sequence[Rect], others: Iterable[Way], kin: Iterable[Way] = ()) -> None:
        self.boxes = boxes
        self._level, self._upright = _pieces(others)
        self._kin = _pieces(kin)
        """The ways of wires out of the same port: to run along them costs less."""
        self._known: dict[tuple[bool, float, float, float], float] = {}
        self._lines: dict[tuple[bool, float], _Line] = {}

    def level(self, y: float, left: float, right: float) -> float:
        """What a level piece costs; without end where it would run into a card."""
        return self._cost(True, y, min(left, right), max(left, right))

    def upright(self, x: float, top: float, low: float) -> float:
        """What an upright piece costs."""
        return self._cost(False, x, min(top, low), max(top, low))

    def _cost(self, level: bool, at: float, first: float, last: float) -> float:
        key = (level, at, first, last)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = inf if self._blocked(level, at, first, last) else self._worth(*key)
        return found

    def _blocked(self, level: bool, at: float, first: float, last: float) -> bool:
        return any(begin < last and first < end for begin, end in self._line(level, at).walls)

    def _worth(self, level: bool, at: float, first: float, last: float) -> float:
        line = self._line(level, at)
        cost = last - first
        for begin, end in line.along:
            if begin < last and first < end:
                cost += _OVERLAP + min(end, last) - max(begin, first)
        for begin, end in line.kin:
            if begin < last and first < end:
                cost -= _SHARED * (min(end, last) - max(begin, first))
        return cost + _CROSSING * max(0, bisect_left(line.across, last) - bisect_right(line.across, first))

    def _line(self, level: bool, at: float) -> "_Line":
        """What there is along a level or an upright line, looked for once."""
        found = self._lines.get((level, at))
        if found is None:
            edge = 2.0
            along, across = (self._level, self._upright) if level else (self._upright, self._level)
            walls = (
                [(b.x - edge, b.x + b.width + edge) for b in self.boxes if b.y - edge < at < b.y + b.height + edge]
                if level
                else [(b.y - edge, b.y + b.height + edge) for b in self.boxes if b.x - edge < at < b.x + b.width + edge]
            )
            found = self._lines[level, at] = _Line(
                walls,
                [(begin, end) for place, begin, end in along if abs(place - at) < _CLOSE],
                [(begin, end) for place, begin, end in self._kin[0 if level else 1] if place == at],
                sorted(place for place, begin, end in across if begin < at < end),
            )
        return found

    def clear(self, y: float, left: float, right: float) -> bool:
        """Whether no card is near a level line from one place to another."""
        near = (box for box in self.boxes if box.x < right and left < box.x + box.width)
        return not any(box.y - CLEAR < y < box.y + box.height + CLEAR for box in near)

    def lanes(self) -> list[float]:
        """Heights at which a wire may run: in the middle of a gap between cards, beside that, or close to a card."""
        return sorted(_tracks([(box.y, box.y + box.height) for box in self.boxes]))

    def sides(self) -> list[float]:
        """The same from left to right."""
        return sorted(_tracks([(box.x, box.x + box.width) for box in self.boxes]))


def _pieces(ways: Iterable[Way]) -> tuple[list[Piece], list[Piece]]:
    """The level and the upright pieces of some ways: where each is, and from where to where."""
    pieces = [piece for way in ways for piece in pairwise(way)]
    level = [(a.y, min(a.x, b.x), max(a.x, b.x)) for a, b in pieces if a.y == b.y]
    return level, [(a.x, min(a.y, b.y), max(a.y, b.y)) for a, b in pieces if a.x == b.x and a.y != b.y]


def _tracks(spans: Iterable[tuple[float, float]]) -> set[float]:
    found: set[float] = set()
    low = -inf
    for first, last in sorted(set(spans)):
        if first - low >= 2 * CLEAR:
            found |= {first - CLEAR, low + CLEAR} - {-inf}
            middle = (low + first) / 2
            steps = int((first - low) / 2 / APART) if low > -inf else 0
            found |= {middle + APART * step for step in range(-min(steps, 3) + 1, min(steps, 3))}
        found |= {first - CLEAR, last + CLEAR}
        low = max(low, last)
    return found | {low + CLEAR + APART * step for step in range(3)} if found else found


def route(start: Point, end: Point, ground: Ground) -> Way | None:
    """The cheapest way from a port on a right edge to one on a left edge; None where all are blocked."""
    return _short(start, end, ground) or _long(start, end, ground)


def _short(start: Point, end: Point, ground: Ground) -> Way | None:
    """Out, up or down to a lane, along it, up or down, and in; or straight across between two columns."""
    best, found = inf, None
    for stub in STUBS if end.x > start.x + 2 * CLEAR else ():
        x = start.x + stub
        cost = ground.level(start.y, start.x + 3, x) + ground.upright(x, start.y, end.y)
        cost += ground.level(end.y, x, end.x - 3)
        if cost < best:
            best, found = cost, (start, Point(x, start.y), Point(x, end.y), end)
    way: Way | None = found
    middle = (start.y + end.y) / 2
    free = [middle] if ground.clear(middle, end.x, start.x) else []
    for lane in _near([*free, *ground.lanes()], lambda y: abs(y - start.y) + abs(y - end.y), _LANES):
        if (1 - _SHARED) * (abs(lane - start.y) + abs(lane - end.y)) >= best:
            break
        right, first = _side(start, 1, lane, ground)
        left, last = _side(end, -1, lane, ground)
        cost = first + last
        cost += ground.level(lane, left, right) if cost < best else inf
        if cost < best:
            best = cost
            way = (start, Point(right, start.y), Point(right, lane), Point(left, lane), Point(left, end.y), end)
    return way


def _long(start: Point, end: Point, ground: Ground) -> Way | None:
    """Along two lanes, with a passage between them."""
    lanes = ground.lanes()
    outs = [(y, *_side(start, 1, y, ground)) for y in _near(lanes, lambda y: abs(y - start.y), _SIDES)]
    ins = [(y, *_side(end, -1, y, ground)) for y in _near(lanes, lambda y: abs(y - end.y), _SIDES)]
    best, found = inf, None
    for x in _near(ground.sides(), lambda x: abs(x - start.x) + abs(x - end.x), 2 * _SIDES):
        for high, right, first in outs:
            cost = first + (ground.level(high, right, x) if first + abs(right - x) < best else inf)
            for low, left, last in ins if cost < best else ():
                whole = cost + last + abs(high - low) + abs(x - left)
                if whole < best:
                    whole = cost + last + ground.upright(x, high, low) + ground.level(low, x, left)
                if whole < best:
                    best, found = whole, (right, high, x, low, left)
    if found is None:
        return None
    right, high, x, low, left = found
    corners = ((right, start.y), (right, high), (x, high), (x, low), (left, low), (left, end.y))
    return (start, *(Point(*corner) for corner in corners), end)


def _side(port: Point, turn: int, lane: float, ground: Ground) -> tuple[float, float]:
    """Where a wire goes up or down beside a port to reach a lane, and what that costs."""
    options = []
    for number, stub in enumerate(STUBS):
        x = port.x + turn * stub
        cost = ground.level(port.y, port.x + turn * 3, x) + ground.upright(x, port.y, lane)
        options.append((cost + number, x))
    cost, x = min(options)
    return x, cost


def _near(values: Iterable[float], key: Callable[[float], float], most: int) -> list[float]:
    return sorted(dict.fromkeys(values), key=key)[:most]
