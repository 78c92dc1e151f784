"""Which layer each vertex stands in, so that the wires are as short as they can be together."""

from collections.abc import Sequence
from typing import NamedTuple

from dlstudio.core.arrange.flow import Arc
from dlstudio.core.arrange.simplex import Span, shortest_ranks


class _Hook(NamedTuple):
    """A vertex that was taken out, and where it stands relative to one that stayed longer."""

    vertex: int
    anchor: int
    offset: int


def ranks(count: int, arcs: Sequence[Arc]) -> list[int]:
    """Layer of each vertex of one component, from 0, with the least total length of all wires."""
    core = _Core(count, arcs)
    hooks = core.reduce()
    rank = shortest_ranks(core.vertices(), core.spans())
    for hook in reversed(hooks):
        rank[hook.vertex] = rank[hook.anchor] + hook.offset
    lowest = min(rank.values())
    return [rank[vertex] - lowest for vertex in range(count)]


class _Core:
    """The graph while it shrinks to the part that needs an optimizer.

    A vertex with one neighbour stands next to it in some optimum; a vertex between two is a stretch of one longer
    arc; parallel arcs add up. All three steps are exact, and networks (chains, skips, branches) mostly vanish in them.
    """

    def __init__(self, count: int, arcs: Sequence[Arc]) -> None:
        self.below: dict[int, dict[int, Span]] = {vertex: {} for vertex in range(count)}
        self.above: dict[int, set[int]] = {vertex: set() for vertex in range(count)}
        for arc in arcs:
            self._join(Span(arc.tail, arc.head, 1, arc.weight))

    def vertices(self) -> list[int]:
        return list(self.below)

    def spans(self) -> list[Span]:
        return [span for heads in self.below.values() for span in heads.values()]

    def reduce(self) -> list[_Hook]:
        """Take out vertices with one or two neighbours for as long as there are any."""
        hooks = []
        waiting = list(self.below)
        while waiting:
            vertex = waiting.pop()
            if vertex not in self.below:
                continue
            neighbours = [*self.above[vertex], *self.below[vertex]]
            hook = self._hook(vertex)
            if hook:
                hooks.append(hook)
                self._take_out(vertex)
                waiting += neighbours
        return hooks

    def _hook(self, vertex: int) -> _Hook | None:
        ins = [self.below[tail][vertex] for tail in self.above[vertex]]
        outs = list(self.below[vertex].values())
        if len(ins) > 1 or len(outs) > 1 or not (ins or outs):
            return None
        # With equal weights a vertex with slack stands next to its consumer.
        if not outs or (ins and ins[0].weight > outs[0].weight):
            return _Hook(vertex, ins[0].tail, ins[0].least)
        return _Hook(vertex, outs[0].head, -outs[0].least)

    def _take_out(self, vertex: int) -> None:
        ins = [self.below[tail].pop(vertex) for tail in self.above.pop(vertex)]
        outs = self.below.pop(vertex).values()
        for after in outs:
            self.above[after.head].discard(vertex)
            for before in ins:
                least = before.least + after.least
                self._join(Span(before.tail, after.head, least, min(before.weight, after.weight)))

    def _join(self, span: Span) -> None:
        twin = self.below[span.tail].get(span.head)
        if twin:
            span = span._replace(least=max(span.least, twin.least), weight=span.weight + twin.weight)
        self.below[span.tail][span.head] = span
        self.above[span.head].add(span.tail)
