"""Positions across the flow that keep chains and long wires straight."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from dlstudio.core.arrange.ladder import Ladder
from dlstudio.core.arrange.spine import straight_candidates

Layers = Sequence[Sequence[int]]
Gap = Callable[[int, int], int]


def across(ladder: Ladder, gap: Gap) -> list[int]:
    """A whole-numbered centre for each vertex, neighbours in a layer at least `gap` apart.

    Brandes and Köpf, "Fast and Simple Horizontal Coordinate Assignment" (2001): four layouts, each leaning to one
    corner, and the mean of the two middle ones. The blocks are packed by longest paths instead of the paper's
    classes, whose shifts are wrong in some cases (Brandes, Walter and Zink, "Erratum", arXiv 2008.01252).
    """
    above, below = straight_candidates(ladder)
    layouts = []
    for mirrored in (False, True):
        for upward in (False, True):
            neighbours = below if upward else above
            layouts.append(_lean(ladder.layers, neighbours, gap, upward=upward, mirrored=mirrored))
    _line_up(layouts)
    middles = (sorted(values)[1:3] for values in zip(*layouts, strict=True))
    return [(low + high) // 2 for low, high in middles]


def _lean(layers: Layers, neighbours: Layers, gap: Gap, *, upward: bool, mirrored: bool) -> list[int]:
    """One of the four layouts: packed to the left (mirrored: to the right), each vertex drawn to the layer before."""
    turned = [layer[::-1] if mirrored else layer for layer in (layers[::-1] if upward else layers)]
    root = _align(turned, neighbours)
    centres = _pack(turned, root, gap)
    return [-centre for centre in centres] if mirrored else centres


def _align(layers: Layers, neighbours: Layers) -> list[int]:
    """The first vertex of the straight block of each vertex."""
    root = list(range(len(neighbours)))
    places = {vertex: place for layer in layers for place, vertex in enumerate(layer)}
    for layer in layers:
        last = -1
        for vertex in layer:
            ends = sorted(neighbours[vertex], key=places.__getitem__)
            for end in ends[(len(ends) - 1) // 2 : len(ends) // 2 + 1]:
                if places[end] > last:
                    root[vertex] = root[end]
                    last = places[end]
                    break
    return root


def _pack(layers: Layers, root: Sequence[int], gap: Gap) -> list[int]:
    """Centres with every block as far left as it can be, then moved right to what it touches there."""
    after: dict[int, dict[int, int]] = {block: {} for block in root}
    waits = dict.fromkeys(after, 0)
    for layer in layers:
        for left, right in pairwise(layer):
            followers = after[root[left]]
            if root[right] not in followers:
                waits[root[right]] += 1
            followers[root[right]] = max(followers.get(root[right], 0), gap(left, right))
    centre = dict.fromkeys(after, 0)
    ready = [block for block, count in waits.items() if not count]
    for block in ready:
        for follower, distance in after[block].items():
            centre[follower] = max(centre[follower], centre[block] + distance)
            waits[follower] -= 1
            if not waits[follower]:
                ready.append(follower)
    for block in reversed(ready):
        if after[block]:
            centre[block] = min(centre[follower] - distance for follower, distance in after[block].items())
    return [centre[block] for block in root]


def _line_up(layouts: list[list[int]]) -> None:
    """Shift the layouts to the narrowest one, by the edge that each leans to."""
    narrowest = min(layouts, key=lambda layout: max(layout) - min(layout))
    left, right = min(narrowest), max(narrowest)
    for number, layout in enumerate(layouts):
        shift = left - min(layout) if number < 2 else right - max(layout)
        layouts[number] = [centre + shift for centre in layout]
