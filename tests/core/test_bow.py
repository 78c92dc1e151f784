"""Bowing: rows step down from under the wires that pass them by, and nothing collides."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from dlstudio.core.arrange import Size, arrange, bow

ROOM = Size(176, 72)


def drawn(chain: str, *skips: tuple[str, str]) -> dict[str, tuple[float, float]]:
    """A chain of nodes with one-letter names, and wires past some of them."""
    wires = [*pairwise(chain), *skips]
    sizes = dict.fromkeys(chain, ROOM)
    return bow(arrange(sizes, wires), sizes, wires)


def test_a_skip_lifts_its_ends_above_what_it_passes() -> None:
    places = drawn("abcde", ("b", "e"))
    assert places["a"][1] == places["b"][1] == places["e"][1]
    assert places["c"][1] == places["d"][1] >= places["b"][1] + ROOM.height / 2 + 32


def test_nested_skips_make_a_u() -> None:
    places = drawn("abcdefg", ("a", "g"), ("b", "f"), ("c", "e"))
    heights = [places[node][1] for node in "abcdefg"]
    assert heights == heights[::-1]
    assert heights[0] < heights[1] < heights[2] < heights[3]


def test_a_chain_without_skips_stays_straight() -> None:
    assert len({y for _, y in drawn("abcdefg").values()}) == 1


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=25))
def test_nothing_collides_and_nothing_moves_sideways_or_up(pairs: list[tuple[int, int]]) -> None:
    sizes = {str(i): ROOM for i in range(12)}
    wires = [(str(a), str(b)) for a, b in pairs]
    before = arrange(sizes, wires)
    after = bow(before, sizes, wires)
    for node, (x, y) in after.items():
        assert x == before[node][0]
        assert y >= before[node][1]
    for (ax, ay), (bx, by) in combinations(after.values(), 2):
        assert abs(ax - bx) >= ROOM.width or abs(ay - by) >= ROOM.height
