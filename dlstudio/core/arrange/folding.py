"""Folding: a drawing that is longer than its window is cut between layers and laid in rows, as text is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

Place = tuple[float, float]
_GRID = 8
_GUTTER = 56
"""The room between two rows, in which the wire runs back."""
_WORTH = 1.12
"""One more row must make the drawing so much larger."""


@dataclass(frozen=True)
class _Column:
    """The nodes of one layer, from its left edge to its right one."""

    left: float
    right: float
    nodes: tuple[str, ...]


def fold(
    places: Mapping[str, Place],
    sizes: Mapping[str, tuple[float, float]],
    wires: Iterable[tuple[str, str]],
    room: tuple[float, float],
) -> dict[str, Place]:
    """The places of a drawing that flows to the right, in as many rows as show it largest in a room."""
    columns = _columns(places, sizes)
    costs = _crossings(columns, list(wires))
    best, scale = dict(places), _scale(places, sizes, room)
    for count in range(2, min(len(columns), 40) + 1):
        if scale >= 1:
            break
        rows = _rows(columns, costs, count)
        if rows is None:
            continue
        folded = _laid(rows, places, sizes)
        found = _scale(folded, sizes, room)
        if found > scale * _WORTH or found >= 1:
            best, scale = folded, found
    return best


def _columns(places: Mapping[str, Place], sizes: Mapping[str, tuple[float, float]]) -> list[_Column]:
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


def _crossings(columns: Sequence[_Column], wires: Sequence[tuple[str, str]]) -> list[int]:
    """How many sources have wires that pass between each column and the next."""
    home = {node: number for number, column in enumerate(columns) for node in column.nodes}
    passing: list[set[str]] = [set() for _ in columns]
    for source, target in wires:
        first, last = sorted((home[source], home[target]))
        for gap in range(first, last):
            passing[gap].add(source)
    return [len(sources) for sources in passing]


def _rows(columns: Sequence[_Column], costs: Sequence[int], count: int) -> list[Sequence[_Column]] | None:
    """The columns in so many rows of about one width, cut where the fewest wires pass."""
    target = (columns[-1].right - columns[0].left) / count
    cuts: list[int] = []
    for number in range(1, count):
        ideal = columns[0].left + number * target
        first = cuts[-1] + 1 if cuts else 0
        options = range(first, len(columns) - 1)
        if not options:
            return None
        cuts.append(min(options, key=lambda cut: (costs[cut] > 1, costs[cut] > 2, abs(columns[cut].right - ideal))))
        if costs[cuts[-1]] > 2:
            return None
    edges = [0, *(cut + 1 for cut in cuts), len(columns)]
    return [columns[a:b] for a, b in pairwise(edges)]


def _laid(
    rows: Sequence[Sequence[_Column]], places: Mapping[str, Place], sizes: Mapping[str, tuple[float, float]]
) -> dict[str, Place]:
    """Each row under the one before it, all of them beginning at the same edge."""
    laid: dict[str, Place] = {}
    top = 0.0
    for row in rows:
        nodes = [node for column in row for node in column.nodes]
        high = min(places[node][1] for node in nodes)
        low = max(places[node][1] + sizes[node][1] for node in nodes)
        laid.update({node: (places[node][0] - row[0].left, places[node][1] - high + top) for node in nodes})
        top += _GRID * ceil((low - high + _GUTTER) / _GRID)
    return laid


def _scale(places: Mapping[str, Place], sizes: Mapping[str, tuple[float, float]], room: tuple[float, float]) -> float:
    """How large a drawing can be shown in a room."""
    if not places:
        return 1.0
    width, height = _extent(places, sizes)
    return min(room[0] / width, room[1] / height, 1.0)


def _extent(places: Mapping[str, Place], sizes: Mapping[str, tuple[float, float]]) -> tuple[float, float]:
    """The width and height of a drawing."""
    ends = [(x + sizes[node][0], y + sizes[node][1]) for node, (x, y) in places.items()]
    lefts, tops = zip(*places.values(), strict=True)
    rights, bottoms = zip(*ends, strict=True)
    return max(rights) - min(lefts), max(bottoms) - min(tops)
