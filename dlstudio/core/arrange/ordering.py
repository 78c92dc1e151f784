"""The order within the layers that lets few wires cross."""

from collections.abc import Callable, Iterator, Sequence
from random import Random

from dlstudio.core.arrange.crossings import crossings
from dlstudio.core.arrange.ladder import Ladder

Layers = list[list[int]]
Measure = Callable[[list[int]], float]

# Work is counted in vertices visited by a sweep, so that the result never depends on how fast the machine is.
_EFFORT = 80_000
_PATIENCE = 4
_SWAP_PASSES = 4
_MORE_STARTS = 1_000
_SHUFFLES = 24


def order(ladder: Ladder) -> None:
    """Sort the ladder's layers; layered sweeps after Sugiyama, Tagawa and Toda (1981), from several starts."""
    size = len(ladder.above)
    best, fewest = ladder.layers, -1
    rounds = max(4, min(24, _EFFORT // (4 * size)))
    for number, (start, measure) in enumerate(_starts(ladder)):
        if fewest == 0 or (number > 1 and number * size > _MORE_STARTS):
            break
        layers, count = _Sorter(ladder, start).run(measure, rounds)
        if fewest < 0 or count < fewest:
            best, fewest = layers, count
    ladder.layers = best


def _starts(ladder: Ladder) -> Iterator[tuple[Layers, Measure]]:
    """First orders worth trying, the most promising first: walks along the flow and against it."""
    upright, reverse = ladder.layers, ladder.layers[::-1]
    yield _walk(upright, ladder.below), _mean
    yield _walk(reverse, ladder.above)[::-1], _mean
    for measure in (_median, _mean):
        yield _walk(upright, ladder.below), measure
        yield _walk(reverse, ladder.above)[::-1], measure
        yield _walk([layer[::-1] for layer in upright], ladder.below), measure
        yield _walk([layer[::-1] for layer in reverse], ladder.above)[::-1], measure
    # Small graphs can afford to be lucky; the seed makes it the same luck every time.
    dice = Random(0)
    for _ in range(_SHUFFLES):
        yield [dice.sample(layer, len(layer)) for layer in upright], _median


def _walk(layers: Layers, onward: Sequence[Sequence[int]]) -> Layers:
    """Each layer in the order of a depth-first walk: free of crossings if the graph is a tree along the walk."""
    depth = {vertex: number for number, layer in enumerate(layers) for vertex in layer}
    result: Layers = [[] for _ in layers]
    seen: set[int] = set()
    for layer in layers:
        for start in layer:
            stack = [start]
            while stack:
                vertex = stack.pop()
                if vertex not in seen:
                    seen.add(vertex)
                    result[depth[vertex]].append(vertex)
                    stack += reversed(onward[vertex])
    return result


def _mean(places: list[int]) -> float:
    return sum(places) / len(places)


def _median(places: list[int]) -> float:
    """The weighted median of Gansner et al. (1993): between two middle values it leans to the crowded side."""
    places.sort()
    middle = len(places) // 2
    if len(places) % 2:
        return places[middle]
    low, high = places[middle - 1], places[middle]
    left, right = low - places[0], places[-1] - high
    return (low * right + high * left) / (left + right) if left + right else (low + high) / 2


class _Sorter:
    """One search from one start: sweeps up and down, each mended by swaps of neighbours."""

    def __init__(self, ladder: Ladder, layers: Layers) -> None:
        self.above = ladder.above
        self.below = ladder.below
        self.layers = layers
        self.places = [0] * len(ladder.above)
        for layer in layers:
            self._number(layer)

    def run(self, measure: Measure, rounds: int) -> tuple[Layers, int]:
        """The best order met and its crossings."""
        self._swap_all()
        best, fewest = self._snapshot(), self._count()
        stale = 0
        for number in range(rounds):
            if not fewest or stale == _PATIENCE:
                break
            self._sweep(measure, downward=number % 2 == 0, flip=number % 4 > 1)
            self._swap_all()
            count = self._count()
            stale += 1
            if count < fewest:
                best, fewest, stale = self._snapshot(), count, 0
        return best, fewest

    def _snapshot(self) -> Layers:
        return [layer[:] for layer in self.layers]

    def _count(self) -> int:
        return crossings(self.layers, self.below, self.places)

    def _number(self, layer: list[int]) -> None:
        for place, vertex in enumerate(layer):
            self.places[vertex] = place

    def _sweep(self, measure: Measure, downward: bool, flip: bool) -> None:
        """Sort each layer by where its neighbours in the layer before stand; `flip` turns ties round."""
        neighbours = self.above if downward else self.below
        for layer in self.layers if downward else reversed(self.layers):
            if len(layer) > 1:
                self._sort(layer, neighbours, measure, flip)

    def _sort(self, layer: list[int], neighbours: Sequence[Sequence[int]], measure: Measure, flip: bool) -> None:
        places = self.places
        keys = {v: measure([places[n] for n in neighbours[v]]) for v in layer if neighbours[v]}
        moving = sorted(reversed(keys) if flip else keys, key=keys.__getitem__)
        if len(moving) == len(layer):
            layer[:] = moving
        else:
            rest = iter(moving)
            layer[:] = [next(rest) if v in keys else v for v in layer]
        self._number(layer)

    def _swap_all(self) -> None:
        """Swap neighbours wherever that saves a crossing."""
        for layer in self.layers:
            if len(layer) > 1:
                self._swap_in(layer)

    def _swap_in(self, layer: list[int]) -> None:
        places = self.places
        ups = {v: sorted([places[n] for n in self.above[v]]) for v in layer}
        downs = {v: sorted([places[n] for n in self.below[v]]) for v in layer}
        for _ in range(_SWAP_PASSES):
            changed = False
            for place in range(len(layer) - 1):
                left, right = layer[place], layer[place + 1]
                if _gain(ups[left], ups[right]) + _gain(downs[left], downs[right]) > 0:
                    layer[place], layer[place + 1] = right, left
                    changed = True
            if not changed:
                break
        self._number(layer)


def _gain(left: list[int], right: list[int]) -> int:
    """Crossings saved when two neighbours with these sorted ends change places."""
    return _below(right, left) - _below(left, right) if left and right else 0


def _below(lower: list[int], upper: list[int]) -> int:
    """Pairs of ends of which the first is strictly below the second, both lists sorted."""
    if lower[0] >= upper[-1]:
        return 0
    if lower[-1] < upper[0]:
        return len(lower) * len(upper)
    total = index = 0
    for end in upper:
        while index < len(lower) and lower[index] < end:
            index += 1
        total += index
    return total
