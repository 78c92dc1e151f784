"""The stages of the layout, from sizes and wires to corners."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from math import ceil
from typing import Literal, NamedTuple

from dlstudio.core.arrange.flow import acyclic, components
from dlstudio.core.arrange.ladder import Ladder, ladder
from dlstudio.core.arrange.ordering import order
from dlstudio.core.arrange.packing import Box, shelve
from dlstudio.core.arrange.ranking import ranks
from dlstudio.core.arrange.straight import across

Direction = Literal["right", "down"]

# All stages count in whole steps of this grid, so that no rounding can make nodes touch.
_GRID = 4


class Size(NamedTuple):
    """How much room a node takes, in pixels."""

    width: float
    height: float


class _Spot(NamedTuple):
    """A place, in grid steps along the flow and across it."""

    along: int
    across: int

    def moved(self, along: int, across: int) -> "_Spot":
        return _Spot(self.along + along, self.across + across)


class _Room(NamedTuple):
    """The grid steps that hold a node, even so that their middle is on the grid."""

    along: int
    across: int


class _Gaps(NamedTuple):
    """Least distances in grid steps: between layers, and between nodes of one layer (even)."""

    along: int
    across: int


def arrange(
    sizes: Mapping[str, Size],
    wires: Iterable[tuple[str, str]],
    *,
    direction: Direction = "right",
    layer_gap: float = 64,
    node_gap: float = 32,
) -> dict[str, tuple[float, float]]:
    """The top-left corner of each node in a layered drawing (Sugiyama's method) that flows in the direction."""
    index = {name: number for number, name in enumerate(sizes)}
    pairs = [(index[source], index[target]) for source, target in wires]
    rooms = [_Room(*map(_even, _turn(size, direction))) for size in sizes.values()]
    gaps = _Gaps(ceil(layer_gap / _GRID), _even(node_gap))
    corners = _from_zero(_place(rooms, pairs, gaps))
    return {name: _turn(corner, direction) for name, corner in zip(sizes, corners, strict=True)}


def _turn(pair: tuple[float, float], direction: Direction) -> tuple[float, float]:
    """Swaps between (x, y) and (along, across); its own inverse."""
    return (pair[0], pair[1]) if direction == "right" else (pair[1], pair[0])


def _even(length: float) -> int:
    return 2 * ceil(length / (2 * _GRID))


def _from_zero(spots: Sequence[_Spot]) -> list[tuple[float, float]]:
    """The spots in pixels, shifted so that the drawing begins at the origin."""
    along = min((spot.along for spot in spots), default=0)
    across_ = min((spot.across for spot in spots), default=0)
    return [(float((spot.along - along) * _GRID), float((spot.across - across_) * _GRID)) for spot in spots]


def _place(rooms: Sequence[_Room], pairs: Sequence[tuple[int, int]], gaps: _Gaps) -> list[_Spot]:
    """Lay the components out one by one, and stack them; what has no wires comes last."""
    groups = components(len(rooms), pairs)
    linked = [group for group in groups if len(group) > 1]
    lone = [group for group in groups if len(group) == 1]
    inner = _pairs_by_group(groups, pairs)
    drawings = [_component([rooms[v] for v in group], inner[group[0]], gaps) for group in linked]
    parts = [_box([rooms[v] for v in group], spots) for group, spots in zip(linked, drawings, strict=True)]
    singles = [Box(rooms[v].along, rooms[v].across) for (v,) in lone]
    corners = shelve(parts, singles, gaps.across)
    spots: dict[int, _Spot] = {}
    for group, drawing, corner in zip(
        [*linked, *lone], chain(drawings, [[_Spot(0, 0)]] * len(lone)), corners, strict=True
    ):
        spots.update((vertex, spot.moved(*corner)) for vertex, spot in zip(group, drawing, strict=True))
    return [spots[vertex] for vertex in range(len(rooms))]


def _pairs_by_group(
    groups: Sequence[Sequence[int]], pairs: Iterable[tuple[int, int]]
) -> dict[int, list[tuple[int, int]]]:
    """For the first vertex of each group its wires, numbered within the group."""
    home = {vertex: (group[0], number) for group in groups for number, vertex in enumerate(group)}
    result: dict[int, list[tuple[int, int]]] = {group[0]: [] for group in groups}
    for tail, head in pairs:
        result[home[tail][0]].append((home[tail][1], home[head][1]))
    return result


def _box(rooms: Sequence[_Room], spots: Sequence[_Spot]) -> Box:
    placed = list(zip(rooms, spots, strict=True))
    return Box(
        max(spot.along + room.along for room, spot in placed), max(spot.across + room.across for room, spot in placed)
    )


def _component(rooms: Sequence[_Room], pairs: Iterable[tuple[int, int]], gaps: _Gaps) -> list[_Spot]:
    """The corners in one connected component."""
    arcs = acyclic(len(rooms), pairs)
    rungs = ladder(ranks(len(rooms), arcs), arcs)
    order(rungs)
    along, centres = _along(rungs, rooms, gaps.along), _across(rungs, rooms, gaps.across)
    return [
        _Spot(along[vertex] - room.along // 2, centres[vertex] - room.across // 2) for vertex, room in enumerate(rooms)
    ]


def _along(rungs: Ladder, rooms: Sequence[_Room], gap: int) -> dict[int, int]:
    """The middle of each vertex along the flow: that of its layer."""
    result: dict[int, int] = {}
    edge = 0
    for layer in rungs.layers:
        width = max((rooms[vertex].along for vertex in layer if vertex < rungs.real), default=0)
        result.update(dict.fromkeys(layer, edge + width // 2))
        edge += width + gap
    return result


def _across(rungs: Ladder, rooms: Sequence[_Room], gap: int) -> list[int]:
    """The middle of each vertex across the flow, the outermost node at zero."""
    # A bend counts as a node without size or gap: two nodes with a wire between them stand no wider apart than without.
    bends = len(rungs.above) - rungs.real
    half = [(room.across + gap) // 2 for room in rooms] + [0] * bends

    def apart(left: int, right: int) -> int:
        return half[left] + half[right] or gap // 2

    centres = across(rungs, apart)
    edge = min(centres[vertex] - room.across // 2 for vertex, room in enumerate(rooms))
    return [centre - edge for centre in centres]
