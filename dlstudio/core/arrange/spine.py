"""Which steps between layers should be straight."""

from itertools import pairwise

from dlstudio.core.arrange.ladder import Ladder

Neighbours = list[list[int]]
Step = tuple[int, int]


def straight_candidates(ladder: Ladder) -> tuple[Neighbours, Neighbours]:
    """For each vertex the neighbours above and below that it may line up with.

    Brandes and Köpf let every neighbour pull alike, which bends a chain wherever a skip joins it. Here a vertex only
    follows its heaviest steps: bends of a long wire follow each other, and a node follows the longest chain of nodes.
    """
    weight = _weights(ladder)
    above: Neighbours = [[] for _ in ladder.above]
    below: Neighbours = [[] for _ in ladder.below]
    for step in sorted(_clear_steps(ladder), key=lambda step: -weight[step]):
        tail, head = step
        heavier_below = below[tail] and weight[tail, below[tail][0]] > weight[step]
        heavier_above = above[head] and weight[above[head][0], head] > weight[step]
        if not heavier_below and not heavier_above:
            below[tail].append(head)
            above[head].append(tail)
    return above, below


def _weights(ladder: Ladder) -> dict[Step, int]:
    """Bend to bend weighs most, then node to node by the longest chain of nodes through it, then node to bend."""
    order = [vertex for layer in ladder.layers for vertex in layer if vertex < ladder.real]
    before, behind = [0] * ladder.real, [0] * ladder.real
    for vertex in order:
        before[vertex] = max((before[tail] + 1 for tail in ladder.above[vertex] if tail < ladder.real), default=0)
    for vertex in reversed(order):
        behind[vertex] = max((behind[head] + 1 for head in ladder.below[vertex] if head < ladder.real), default=0)
    longest = len(ladder.layers)

    def weigh(tail: int, head: int) -> int:
        if tail < ladder.real and head < ladder.real:
            return before[tail] + behind[head] + 1
        return longest + 1 if tail >= ladder.real and head >= ladder.real else 0

    return {(tail, head): weigh(tail, head) for tail, heads in enumerate(ladder.below) for head in heads}


def _clear_steps(ladder: Ladder) -> list[Step]:
    """The steps that cross no step between two bends, so that long wires stay straight (type 1 conflicts)."""
    places = ladder.places()
    return [step for upper, lower in pairwise(ladder.layers) for step in _clear_between(ladder, upper, lower, places)]


def _clear_between(ladder: Ladder, upper: list[int], lower: list[int], places: list[int]) -> list[Step]:
    inner = [
        (places[tail], places[head])
        for head in lower
        if head >= ladder.real
        for tail in ladder.above[head]
        if tail >= ladder.real
    ]
    steps = [(tail, head) for tail in upper for head in ladder.below[tail]]
    if not inner:
        return steps
    # The highest inner start up to each place below, and the lowest from it on.
    low, high = [-1] * (len(lower) + 1), [len(upper)] * (len(lower) + 1)
    for start, end in inner:
        low[end + 1] = start
        high[end] = start
    for place in range(len(lower)):
        low[place + 1] = max(low[place], low[place + 1])
    for place in reversed(range(len(lower))):
        high[place] = min(high[place], high[place + 1])

    def clear(tail: int, head: int) -> bool:
        both_bends = tail >= ladder.real and head >= ladder.real
        return both_bends or low[places[head]] <= places[tail] <= high[places[head] + 1]

    return [step for step in steps if clear(*step)]
