"""The layered graph: every wire cut into steps from one layer to the next."""

from collections.abc import Sequence
from dataclasses import dataclass

from dlstudio.core.arrange.flow import Arc

# Wires that are longer than what this many bends can carry do not shape the layout: a bound on time, far above what
# networks need.
_BENDS_AT_LEAST = 20_000
_BENDS_PER_VERTEX = 8


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

    def _new(self, layer: int) -> int:
        vertex = len(self.above)
        self.above.append([])
        self.below.append([])
        self.layers[layer].append(vertex)
        return vertex

    def _link(self, tail: int, head: int) -> None:
        self.below[tail].append(head)
        self.above[head].append(tail)


def ladder(ranks: Sequence[int], arcs: Sequence[Arc]) -> Ladder:
    """Cut the arcs into steps; wires that leave one node the same way share their bends, like a cable."""
    count = len(ranks)
    result = Ladder(count, [[] for _ in range(max(ranks) + 1)], [[] for _ in ranks], [[] for _ in ranks])
    for vertex, rank in enumerate(ranks):
        result.layers[rank].append(vertex)
    most = max(_BENDS_AT_LEAST, _BENDS_PER_VERTEX * count)
    cables: dict[tuple[int, bool], list[int]] = {}
    # Short wires first: a node's neighbours then come before its bends, which keeps skips on one side of the chain.
    for arc in sorted(arcs, key=lambda arc: ranks[arc.head] - ranks[arc.tail]):
        cable = cables.setdefault((arc.tail, arc.turned), [arc.tail])
        length = ranks[arc.head] - ranks[arc.tail]
        if len(result.above) - count + length - len(cable) > most:
            break
        while len(cable) < length:
            bend = result._new(ranks[arc.tail] + len(cable))
            result._link(cable[-1], bend)
            cable.append(bend)
        result._link(cable[length - 1], arc.head)
    return result
