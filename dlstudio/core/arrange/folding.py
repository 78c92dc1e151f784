"""Folding: a drawing that is longer than its window is cut between layers and laid in rows, as text is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, inf, sqrt

from dlstudio.core.arrange.bowing import bow
from dlstudio.core.arrange.layout import Direction

Place = tuple[float, float]
Sizes = Mapping[str, tuple[float, float]]
Wires = Sequence[tuple[str, str]]
_GRID = 8
_GUTTER, _LANE = 40, 8
"""The room between two rows in which one wire runs back, and what each more takes."""
_FEW = 200
"""Up to so many layers, every size is tried."""
_CUT = 0.92
"""How much smaller a drawing may be for one wire less that runs from row to row."""
_LONE = 0.9
"""The same for a row with a single layer."""


@dataclass(frozen=True)
class _Column:
    """The nodes of one layer, from its left edge to its right one."""

    left: float
    right: float
    nodes: tuple[str, ...]


def fold(
    places: Mapping[str, Place],
    sizes: Sizes,
    wires: Iterable[tuple[str, str]],
    room: tuple[float, float],
    *,
    direction: Direction = "right",
) -> dict[str, Place]:
    """The places of a drawing, in as many rows (columns, where it flows down) as show it largest in a room."""
    pairs = list(wires)
    if direction == "down":
        turned = {node: (height, width) for node, (width, height) in sizes.items()}
        folded = fold({node: (y, x) for node, (x, y) in places.items()}, turned, pairs, (room[1], room[0]))
        return {node: (x, y) for node, (y, x) in folded.items()}
    text = _Text(_columns(places, sizes), places, sizes, pairs)
    if len(text.columns) > _FEW:
        return text.laid(text.page(room))
    best = bow(places, sizes, pairs)
    value = _scale(best, sizes, room) if places else 1.0
    for rows in text.wraps() if value < 1 else ():
        laid = text.laid(rows)
        worth = _scale(laid, sizes, room) * text.grace(rows)
        if worth >= value:
            best, value = laid, worth
    return best


class _Text:
    """The layers of a drawing as the words of a text that is to be wrapped."""

    def __init__(self, columns: list[_Column], places: Mapping[str, Place], sizes: Sizes, wires: Wires) -> None:
        self.columns, self.places, self.sizes = columns, places, sizes
        self.passing = _passing(columns, wires)
        self._leaving: dict[str, list[str]] = {}
        for source, target in wires:
            self._leaving.setdefault(source, []).append(target)

    def _height(self, nodes: Sequence[str]) -> float:
        tops = [self.places[node][1] for node in nodes]
        return max(top + self.sizes[node][1] for top, node in zip(tops, nodes, strict=True)) - min(tops)

    @property
    def width(self) -> float:
        return self.columns[-1].right - self.columns[0].left

    def page(self, room: tuple[float, float]) -> list[Sequence[_Column]]:
        """A very long one wrapped to the shape of a room."""
        tall = sum(self._height(column.nodes) for column in self.columns) / len(self.columns) + _GUTTER
        return self._wrapped(sqrt(self.width * tall * room[0] / room[1]))

    def wraps(self) -> list[list[Sequence[_Column]]]:
        """Ways to wrap it, one for each width that a row may have."""
        step = max(column.right - column.left for column in self.columns)
        widths = sorted({column.right - self.columns[0].left for column in self.columns})
        return [self._wrapped(limit) for limit in widths if step <= limit < self.width]

    def _wrapped(self, limit: float) -> list[Sequence[_Column]]:
        """Rows no wider than a limit, by the cheapest cuts: few rows, few wires between them, the first rows full."""
        count = len(self.columns)
        cost, cut = [0.0] + [inf] * count, [0] * (count + 1)
        for end in range(1, count + 1):
            for begin in range(end - 1, -1, -1):
                width = self.columns[end - 1].right - self.columns[begin].left
                if width > limit and begin < end - 1:
                    break
                found = cost[begin] + self._price(begin, end, 1 - width / limit)
                if found < cost[end]:
                    cost[end], cut[end] = found, begin
        edges = [count]
        while edges[-1]:
            edges.append(cut[edges[-1]])
        return [self.columns[a:b] for a, b in pairwise(edges[::-1])]

    def _price(self, begin: int, end: int, empty: float) -> float:
        """What one row costs: itself, what is left empty, standing alone, and the wires that leave it."""
        last = end == len(self.columns)
        alone = 1.0 if end - begin == 1 and len(self.columns) > 2 else 0.0
        wires = 0 if last else self.passing[end - 1] - 1
        return 1 + (0.1 if last else 0.6) * empty * empty + alone + 0.7 * wires

    def grace(self, rows: Sequence[Sequence[_Column]]) -> float:
        """How much a reader minds what the cuts do: 1 for a text of full rows and one wire between them."""
        ends = [sum(map(len, rows[: number + 1])) - 1 for number in range(len(rows) - 1)]
        wires = sum(self.passing[end] - 1 for end in ends)
        lone = sum(len(row) == 1 for row in rows) if len(self.columns) > 2 else 0
        return float(_CUT**wires * _LONE**lone)

    def laid(self, rows: Sequence[Sequence[_Column]]) -> dict[str, Place]:
        """Each row under the one before it, all of them beginning at the same edge."""
        laid: dict[str, Place] = {}
        top, end = 0.0, -1
        for row in rows:
            end += len(row)
            inside = self._row(row)
            low = max(y + self.sizes[node][1] for node, (_, y) in inside.items())
            laid.update({node: (x, y + top) for node, (x, y) in inside.items()})
            gutter = _GUTTER + _LANE * (self.passing[end] - 1 if end < len(self.columns) - 1 else 0)
            top += _GRID * ceil((low + gutter) / _GRID)
        return laid

    def _row(self, row: Sequence[_Column]) -> dict[str, Place]:
        """One row from its own corner, with nodes moved out from under level wires within it."""
        nodes = {node: self.places[node] for column in row for node in column.nodes}
        inside = [(a, b) for a in nodes for b in self._leaving.get(a, ()) if b in nodes]
        bowed = bow(nodes, self.sizes, inside)
        high = min(y for _, y in bowed.values())
        return {node: (x - row[0].left, y - high) for node, (x, y) in bowed.items()}


def _columns(places: Mapping[str, Place], sizes: Sizes) -> list[_Column]:
    """Groups of nodes that overlap along the flow, in their order."""
    columns: list[_Column] = []
    for node in sorted(places, key=lambda name: places[name]):
        left, right = places[node][0], places[node][0] + sizes[node][0]
        if columns and left < columns[-1].right:
            last = columns.pop()
            columns.append(_Column(last.left, max(last.right, right), (*last.nodes, node)))
        else:
            columns.append(_Column(left, right, (node,)))
    return columns


def _passing(columns: Sequence[_Column], wires: Wires) -> list[int]:
    """How many sources have wires that pass between each column and the next."""
    home = {node: number for number, column in enumerate(columns) for node in column.nodes}
    ends: dict[str, list[int]] = {}
    for source, target in wires:
        ends.setdefault(source, [home[source]]).append(home[target])
    change = [0] * (len(columns) + 1)
    for reached in ends.values():
        change[min(reached)] += 1
        change[max(reached)] -= 1
    passing, total = [], 0
    for step in change[:-1]:
        total += step
        passing.append(total)
    return passing


def _scale(places: Mapping[str, Place], sizes: Sizes, room: tuple[float, float]) -> float:
    """How large a drawing can be shown in a room."""
    width = max(x + sizes[node][0] for node, (x, _) in places.items()) - min(x for x, _ in places.values())
    height = max(y + sizes[node][1] for node, (_, y) in places.items()) - min(y for _, y in places.values())
    return min(room[0] / width, room[1] / height, 1.0)
