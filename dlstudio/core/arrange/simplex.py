"""Network simplex: whole numbers on vertices that make the weighted sum of the arcs' lengths least.

After Gansner, Koutsofios, North and Vo, "A Technique for Drawing Directed Graphs" (1993), section 2.3.
"""

from collections.abc import Sequence
from heapq import heappop, heappush
from typing import NamedTuple


class Span(NamedTuple):
    """An arc that wants to be short but is at least `least` long."""

    tail: int
    head: int
    least: int
    weight: int


def shortest_ranks(vertices: Sequence[int], spans: Sequence[Span]) -> dict[int, int]:
    """A rank for each vertex of a connected acyclic graph with the least weighted length of its spans."""
    touching: dict[int, list[Span]] = {vertex: [] for vertex in vertices}
    for span in spans:
        touching[span.tail].append(span)
        touching[span.head].append(span)
    rank = _longest_paths(touching)
    tree = _Tree(touching, rank)
    # Every pivot leaves a valid ranking, so stopping early only costs length; it also ends degenerate cycling.
    tree.optimize(max_pivots=4 * len(vertices), max_steps=400_000)
    return rank


def _longest_paths(touching: dict[int, list[Span]]) -> dict[int, int]:
    """The earliest rank of each vertex."""
    rank = dict.fromkeys(touching, 0)
    missing = {vertex: sum(span.head == vertex for span in spans) for vertex, spans in touching.items()}
    ready = [vertex for vertex, count in missing.items() if not count]
    for vertex in ready:
        for span in touching[vertex]:
            if span.tail == vertex:
                rank[span.head] = max(rank[span.head], rank[vertex] + span.least)
                missing[span.head] -= 1
                if not missing[span.head]:
                    ready.append(span.head)
    return rank


class _Tree:
    """A spanning tree of tight spans, and for each vertex the pull of all that hangs below it.

    The pull is the weight of the spans that leave the subtree less the weight of those that enter it: up to its sign
    the cut value of the tree span above the vertex, and much easier to keep up to date.
    """

    def __init__(self, touching: dict[int, list[Span]], rank: dict[int, int]) -> None:
        self.touching = touching
        self.rank = rank
        self.up: dict[int, Span | None] = {}
        self.children: dict[int, set[int]] = {vertex: set() for vertex in touching}
        self.pull = {
            vertex: sum(span.weight if span.tail == vertex else -span.weight for span in spans)
            for vertex, spans in touching.items()
        }
        for vertex in reversed(self._grow()):
            span = self.up[vertex]
            if span:
                self.pull[_other(span, vertex)] += self.pull[vertex]

    def _grow(self) -> list[int]:
        """Span the graph, sliding the finished part to the nearest vertex outside (Prim's way, one heap a side)."""
        rank, shift = self.rank, 0
        ahead: list[tuple[int, int, int, Span]] = []
        behind: list[tuple[int, int, int, Span]] = []
        order: list[int] = []

        def add(vertex: int, span: Span | None) -> None:
            self.up[vertex] = span
            if span:
                self.children[_other(span, vertex)].add(vertex)
            order.append(vertex)
            rank[vertex] -= shift
            for number, touching in enumerate(self.touching[vertex]):
                if touching.tail == vertex and touching.head not in self.up:
                    slack = rank[touching.head] - rank[vertex] - touching.least
                    heappush(ahead, (slack, len(order), number, touching))
                elif touching.head == vertex and touching.tail not in self.up:
                    slack = rank[vertex] - rank[touching.tail] - touching.least
                    heappush(behind, (slack, len(order), number, touching))

        add(next(iter(self.touching)), None)
        while len(order) < len(self.touching):
            while ahead and ahead[0][3].head in self.up:
                heappop(ahead)
            while behind and behind[0][3].tail in self.up:
                heappop(behind)
            if not behind or (ahead and ahead[0][0] - shift <= behind[0][0] + shift):
                slack, _, _, span = heappop(ahead)
                shift = slack
                add(span.head, span)
            else:
                slack, _, _, span = heappop(behind)
                shift = -slack
                add(span.tail, span)
        for vertex in order:
            rank[vertex] += shift
        return order

    def optimize(self, max_pivots: int, max_steps: int) -> None:
        """Exchange tree spans that are longer than they need be until none is left."""
        vertices = list(self.touching)
        calm = place = 0
        while calm < len(vertices) and max_pivots > 0 and max_steps > 0:
            vertex = vertices[place]
            place = (place + 1) % len(vertices)
            calm += 1
            if self._wrong(vertex):
                max_steps -= self._pivot(vertex)
                max_pivots -= 1
                calm = 0

    def _wrong(self, vertex: int) -> bool:
        """Whether the subtree is pulled away from the span that holds it."""
        span = self.up[vertex]
        if span is None:
            return False
        return self.pull[vertex] < 0 if span.tail == vertex else self.pull[vertex] > 0

    def _pivot(self, vertex: int) -> int:
        """Slide the subtree the way it is pulled until another span is tight, and hang it there."""
        inside = self._subtree(vertex)
        entering = self._entering(inside, ahead=self.pull[vertex] > 0)
        slack = self.rank[entering.head] - self.rank[entering.tail] - entering.least
        step = slack if entering.tail in inside else -slack
        for member in inside:
            self.rank[member] += step
        self._cut(vertex)
        joint = entering.tail if entering.tail in inside else entering.head
        self._hang(joint, entering)
        return len(inside)

    def _subtree(self, vertex: int) -> dict[int, None]:
        found = [vertex]
        for member in found:
            found += self.children[member]
        return dict.fromkeys(found)

    def _entering(self, inside: dict[int, None], ahead: bool) -> Span:
        """The tightest span out of the subtree, on the side it is pulled to."""
        rank = self.rank
        best: Span | None = None
        least = 0
        for vertex in inside:
            for span in self.touching[vertex]:
                tail, head, length, _ = span
                if (tail == vertex and head not in inside) if ahead else (head == vertex and tail not in inside):
                    slack = rank[head] - rank[tail] - length
                    if best is None or slack < least:
                        best, least = span, slack
        assert best is not None, "a subtree is only pulled where a span leads out of it"
        return best

    def _cut(self, vertex: int) -> None:
        """Take the subtree off the tree."""
        span, loss = self.up[vertex], self.pull[vertex]
        assert span is not None, "the root is never cut"
        self.children[_other(span, vertex)].discard(vertex)
        self.up[vertex] = None
        self._add_above(_other(span, vertex), -loss)

    def _hang(self, joint: int, span: Span) -> None:
        """Make the joint the root of its loose tree, and hang it on the span."""
        gain = self._reroot(joint)
        self.up[joint] = span
        self.children[_other(span, joint)].add(joint)
        self._add_above(_other(span, joint), gain)

    def _add_above(self, vertex: int, change: int) -> None:
        self.pull[vertex] += change
        while span := self.up[vertex]:
            vertex = _other(span, vertex)
            self.pull[vertex] += change

    def _reroot(self, vertex: int) -> int:
        """Turn the path from the vertex to its root round; gives the pull of the whole tree."""
        path, spans = [vertex], []
        while span := self.up[path[-1]]:
            spans.append(span)
            path.append(_other(span, path[-1]))
        whole = self.pull[path[-1]]
        pulls = [self.pull[member] for member in path]
        for place, span in enumerate(spans):
            child, parent = path[place + 1], path[place]
            self.children[child].discard(parent)
            self.children[parent].add(child)
            self.up[child] = span
            self.pull[child] = whole - pulls[place]
        self.pull[vertex] = whole
        return whole


def _other(span: Span, vertex: int) -> int:
    return span.head if span.tail == vertex else span.tail
