"""The flow of a graph: its wires as arcs without cycles, and its connected components."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Arc(NamedTuple):
    """All wires between two vertices, drawn from an earlier layer to a later one."""

    tail: int
    head: int
    weight: int
    turned: bool


def components(count: int, pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Vertices that hang together, each group and the list of groups in the order of the vertices."""
    leader = list(range(count))

    def find(vertex: int) -> int:
        while leader[vertex] != vertex:
            leader[vertex] = leader[leader[vertex]]
            vertex = leader[vertex]
        return vertex

    for tail, head in pairs:
        a, b = find(tail), find(head)
        leader[max(a, b)] = min(a, b)
    groups: dict[int, list[int]] = {}
    for vertex in range(count):
        groups.setdefault(find(vertex), []).append(vertex)
    return list(groups.values())


def acyclic(count: int, pairs: Iterable[tuple[int, int]]) -> list[Arc]:
    """The wires with doubles merged, self-loops dropped and the closing wire of every loop turned round."""
    weights = Counter((tail, head) for tail, head in pairs if tail != head)
    successors: list[list[int]] = [[] for _ in range(count)]
    for tail, head in weights:
        successors[tail].append(head)
    back = _back_arcs(successors)
    merged: dict[tuple[int, int], Arc] = {}
    for (tail, head), weight in weights.items():
        turned = (tail, head) in back
        key = (head, tail) if turned else (tail, head)
        twin = merged.get(key)
        merged[key] = Arc(*key, weight + (twin.weight if twin else 0), turned and (twin is None or twin.turned))
    return list(merged.values())


def _back_arcs(successors: Sequence[Sequence[int]]) -> set[tuple[int, int]]:
    """Arcs that lead back to a vertex on the way here, walking from the sources, so that loops open at their entry."""
    # Depth-first search as in Gansner et al., "A Technique for Drawing Directed Graphs" (1993), section 2.1: unlike
    # the greedy heuristic of Eades, Lin and Smyth it knows where a loop is entered, and turns only wires of loops.
    has_input = {head for heads in successors for head in heads}
    vertices = range(len(successors))
    starts = [v for v in vertices if v not in has_input] + [v for v in vertices if v in has_input]
    seen: set[int] = set()
    open_: set[int] = set()
    back: set[tuple[int, int]] = set()
    for start in starts:
        if start in seen:
            continue
        seen.add(start)
        open_.add(start)
        path = [(start, iter(successors[start]))]
        while path:
            vertex, rest = path[-1]
            for head in rest:
                if head in open_:
                    back.add((vertex, head))
                elif head not in seen:
                    seen.add(head)
                    open_.add(head)
                    path.append((head, iter(successors[head])))
                    break
            else:
                open_.discard(vertex)
                path.pop()
    return back
