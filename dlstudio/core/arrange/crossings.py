"""How many wires cross between neighbouring layers."""

from collections.abc import Iterable, Sequence
from itertools import pairwise


def crossings(layers: Sequence[Sequence[int]], below: Sequence[Sequence[int]], places: Sequence[int]) -> int:
    """Crossings of the whole drawing."""
    return sum(crossings_between(upper, below, places, len(lower)) for upper, lower in pairwise(layers))


def crossings_between(upper: Iterable[int], below: Sequence[Sequence[int]], places: Sequence[int], width: int) -> int:
    """Crossings between a layer and the next one, which is `width` vertices wide."""
    ends = [place for vertex in upper for place in sorted([places[head] for head in below[vertex]])]
    return 0 if ends == sorted(ends) else _inversions(ends, width)


def _inversions(values: Sequence[int], width: int) -> int:
    """Pairs in the wrong order, with an accumulator tree: Barth, Jünger and Mutzel (2002), O(E log V)."""
    first = 1 << (width - 1).bit_length()
    tree = [0] * (2 * first)
    total = 0
    for value in values:
        index = value + first
        tree[index] += 1
        while index > 1:
            if not index & 1:
                total += tree[index + 1]
            index >>= 1
            tree[index] += 1
    return total
