"""The stages of the layout, from sizes and wires to corners."""

from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from typing import Literal, NamedTuple

from dlstudio.core.arrange.flow import acyclic, components
from dlstudio.core.arrange.ladder import ladder
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


class _Extent(NamedTuple):
    """A node's room in grid steps, always even: along the flow and across it."""

    along: int
    across: int


class _Gaps(NamedTuple):
    along: int
    across: int


class _Spot(NamedTuple):
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
    names = list(sizes)
    index = {name: number for number, name in enumerate(names)}
    pairs = [(index[source], index[target]) for source, target in wires]
    flowing = [_turn(sizes[name], direction) for name in names]
    gaps = _Gaps(ceil(layer_gap / _GRID), ceil(node_gap / _GRID))
    spots = _place([_Extent(_even(along), _even(across)) for along, across in flowing], pairs, gaps)
    corners = [_corner(spot, size) for spot, size in zip(spots, flowing, strict=True)]
    return {name: _turn(corner, direction) for name, corner in zip(names, _from_zero(corners), strict=True)}


def _turn(pair: tuple[float, float], direction: Direction) -> tuple[float, float]:
    """Swaps between (x, y) and (along, across); its own inverse."""
    return (pair[0], pair[1]) if direction == "right" else (pair[1], pair[0])


def _even(length: float) -> int:
    """Grid steps that hold the length, an even number so that the centre is on the grid as well."""
    return 2 * ceil(length / (2 * _GRID))


def _corner(spot: _Spot, size: tuple[float, float]) -> tuple[float, float]:
    """The grid point from which a node lies in the middle of its room, as nearly as the grid allows."""
    return _centred(spot.along, size[0]), _centred(spot.across, size[1])


def _centred(start: int, length: float) -> float:
    spare = _even(length) * _GRID - length
    return float(start * _GRID + (_GRID if spare > _GRID else 0))


def _from_zero(corners: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    left, top = (min(values) for values in zip(*corners, strict=True)) if corners else (0.0, 0.0)
    return [(x - left, y - top) for x, y in corners]


def _place(extents: Sequence[_Extent], pairs: Sequence[tuple[int, int]], gaps: _Gaps) -> list[_Spot]:
    """Lay the components out one by one, and stack them; what has no wires comes last."""
    groups = components(len(extents), pairs)
    spots = [_Spot(0, 0)] * len(extents)
    linked = [group for group in groups if len(group) > 1]
    alone = [group for group in groups if len(group) == 1]
    inner: dict[int, list[tuple[int, int]]] = {group[0]: [] for group in groups}
    first = {vertex: group[0] for group in groups for vertex in group}
    for pair in pairs:
        inner[first[pair[0]]].append(pair)
    for group in linked:
        for vertex, spot in zip(group, _component(group, extents, inner[group[0]], gaps), strict=True):
            spots[vertex] = spot
    boxes = [_box(group, spots, extents) for group in linked]
    lone = [Box(*extents[group[0]]) for group in alone]
    for group, (along, across_) in zip([*linked, *alone], shelve(boxes, lone, gaps.across), strict=True):
        for vertex in group:
            spots[vertex] = _Spot(spots[vertex].along + along, spots[vertex].across + across_)
    return spots


def _box(group: Sequence[int], spots: Sequence[_Spot], extents: Sequence[_Extent]) -> Box:
    return Box(
        max(spots[vertex].along + extents[vertex].along for vertex in group),
        max(spots[vertex].across + extents[vertex].across for vertex in group),
    )


def _component(
    group: Sequence[int], extents: Sequence[_Extent], pairs: Iterable[tuple[int, int]], gaps: _Gaps
) -> list[_Spot]:
    """One connected component, its corner at the origin."""
    index = {vertex: number for number, vertex in enumerate(group)}
    arcs = acyclic(len(group), ((index[tail], index[head]) for tail, head in pairs))
    rungs = ladder(ranks(len(group), arcs), arcs)
    order(rungs)
    mine = [extents[vertex] for vertex in group]
    bends = [_Extent(0, 0)] * (len(rungs.above) - len(mine))
    room = [*mine, *bends]
    # A bend keeps half the gap on each side: two nodes with a wire between them stand no wider apart than without.
    gap = gaps.across + gaps.across % 2
    share = [gap] * len(mine) + [0] * len(bends)
    half = [(extent.across + margin) // 2 for extent, margin in zip(room, share, strict=True)]

    def apart(left: int, right: int) -> int:
        return half[left] + half[right] + (0 if share[left] or share[right] else gap // 2)

    centres = across(rungs, apart)
    low = min(centre - extent.across // 2 for centre, extent in zip(centres, mine, strict=False))
    along = _along(rungs.layers, room, gaps.along)
    return [_Spot(along[v] - extent.along // 2, centres[v] - extent.across // 2 - low) for v, extent in enumerate(mine)]


def _along(layers: Sequence[Sequence[int]], room: Sequence[_Extent], gap: int) -> dict[int, int]:
    """The middle of each vertex along the flow: that of its layer."""
    result = {}
    edge = 0
    for layer in layers:
        width = max(room[vertex].along for vertex in layer)
        result.update(dict.fromkeys(layer, edge + width // 2))
        edge += width + gap
    return result
