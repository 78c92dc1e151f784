"""The layered graph: every wire cut into steps from one layer to the next."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from dlstudio.core.arrange.flow import Arc

# The longest wires do not shape the layout if all together need more bends than this: a bound on time, far above what
# networks need.
_BENDS_AT_LEAST = 20_000
_BENDS_PER_VERTEX = 8

_LONGEST_BRANCH = 8


@dataclass(slots=True)
class Ladder:
    """Vertices below `real` are nodes, the others bends of long wires; layers hold them in their order across."""

    real: int
    layers: list[list[int]]
    above: list[list[int]]
    below: list[list[int]]

    def places(self) -> list[int]:
        """The index of each vertex in its layer."""
        places = [0] * len(self.above)
        for layer in self.layers:
            for place, vertex in enumerate(layer):
                places[vertex] = place
        return places

    def draw(self, arc: Arc, ranks: Sequence[int], cable: list[int]) -> None:
        """Lead the arc along the cable, from its tail through bends, which grows as far as it must."""
        length = ranks[arc.head] - ranks[arc.tail]
        while len(cable) < length:
            bend = self._bend(ranks[arc.tail] + len(cable))
            self._link(cable[-1], bend)
            cable.append(bend)
        self._link(cable[length - 1], arc.head)

    def _bend(self, layer: int) -> int:
        vertex = len(self.above)
        self.above.append([])
        self.below.append([])
        self.layers[layer].append(vertex)
        return vertex

    def _link(self, tail: int, head: int) -> None:
        self.below[tail].append(head)
        self.above[head].append(tail)


def ladder(ranks: Sequence[int], arcs: Sequence[Arc]) -> Ladder:
    """Cut the arcs into steps; skips that leave one node the same way share their bends, like a cable."""
    result = Ladder(len(ranks), [[] for _ in range(max(ranks) + 1)], [[] for _ in ranks], [[] for _ in ranks])
    for vertex, rank in enumerate(ranks):
        result.layers[rank].append(vertex)
    arcs = _affordable(ranks, arcs)
    skips = _skips(ranks, arcs)
    for arc in arcs:
        if arc not in skips:
            result.draw(arc, ranks, [arc.tail])
    # Skips come after all branches, so that they pass on the same side of the chain.
    cables: dict[tuple[int, bool], list[int]] = {}
    for arc in skips:
        result.draw(arc, ranks, cables.setdefault((arc.tail, arc.turned), [arc.tail]))
    return result


def _skips(ranks: Sequence[int], arcs: Sequence[Arc]) -> dict[Arc, None]:
    """The arcs that pass by a chain: into a join, or farther than a branch of a block that starts late."""
    joins = Counter(arc.head for arc in arcs)
    lengths = {arc: ranks[arc.head] - ranks[arc.tail] for arc in arcs}
    return {
        arc: None for arc, length in lengths.items() if length > _LONGEST_BRANCH or (length > 1 and joins[arc.head] > 1)
    }


def _affordable(ranks: Sequence[int], arcs: Sequence[Arc]) -> list[Arc]:
    """The arcs without the longest ones, if all together need too many bends."""
    most = max(_BENDS_AT_LEAST, _BENDS_PER_VERTEX * len(ranks))
    lengths = [ranks[arc.head] - ranks[arc.tail] for arc in arcs]
    shortest_first = sorted(range(len(arcs)), key=lengths.__getitem__)
    bends = accumulate(lengths[number] - 1 for number in shortest_first)
    needed = dict(zip(shortest_first, bends, strict=True))
    return [arc for number, arc in enumerate(arcs) if needed[number] <= most]
