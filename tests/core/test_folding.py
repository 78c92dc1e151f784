"""A drawing that is longer than its window is laid in rows, as text is."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from dlstudio.core.arrange import Size, arrange, bow, fold

BOX = Size(176, 64)
ROOM = (716.0, 480.0)


def chain(count: int) -> tuple[dict[str, Size], list[tuple[str, str]]]:
    names = [f"n{number}" for number in range(count)]
    return dict.fromkeys(names, BOX), list(pairwise(names))


def folded(sizes, wires, room=ROOM, **options):
    return fold(arrange(sizes, wires, layer_gap=40, node_gap=24, **options), sizes, wires, room, **options)


def rows(places) -> list[list[str]]:
    """The nodes of a folded chain by rows, from left to right."""
    found = defaultdict(list)
    for node, (_x, y) in sorted(places.items(), key=lambda item: item[1]):
        found[y].append(node)
    return [found[y] for y in sorted(found)]


@st.composite
def graphs(draw):
    count = draw(st.integers(1, 24))
    sizes = {f"n{number}": Size(176, draw(st.sampled_from([48, 64, 96, 160]))) for number in range(count)}
    ends = st.sampled_from(list(sizes))
    wires = draw(st.lists(st.tuples(ends, ends), max_size=30))
    return sizes, [tuple(sorted(wire, key=lambda name: int(name[1:]))) for wire in wires if wire[0] != wire[1]]


def test_a_chain_fills_its_rows_and_the_last_one_is_never_a_node_alone():
    for count in range(4, 40):
        lengths = [len(line) for line in rows(folded(*chain(count)))]
        assert set(lengths[:-2]) <= {lengths[0]}
        assert lengths[-2:-1] in ([], [lengths[0]], [lengths[0] - 1])
        assert min(lengths) > 1


def test_a_chain_is_read_from_left_to_right_and_from_row_to_row():
    sizes, wires = chain(17)
    assert [node for line in rows(folded(sizes, wires)) for node in line] == list(sizes)


def test_a_drawing_that_fits_is_left_in_one_row():
    sizes, wires = chain(3)
    assert folded(sizes, wires) == bow(arrange(sizes, wires, layer_gap=40, node_gap=24), sizes, wires)


def test_a_tall_window_gets_more_rows_than_a_wide_one():
    tall, wide = (rows(folded(*chain(24), room=room)) for room in ((480.0, 1200.0), (1600.0, 480.0)))
    assert len(tall) > len(wide)


def test_a_row_ends_where_all_that_passes_comes_from_one_node():
    names = [f"n{number}" for number in range(12)]
    wires = [*pairwise(names), ("n2", "n5"), ("n6", "n9")]
    places = folded(dict.fromkeys(names, BOX), wires, (1000.0, 480.0))
    cuts = [number for number in range(11) if places[names[number + 1]][0] < places[names[number]][0]]
    assert cuts
    assert not [cut for cut in cuts for first, last in ((2, 5), (6, 9)) if first < cut < last]


def test_columns_are_rows_turned():
    sizes, wires = chain(20)
    turned = {node: Size(size.height, size.width) for node, size in sizes.items()}
    down = folded(turned, wires, (ROOM[1], ROOM[0]), direction="down")
    assert {node: (y, x) for node, (x, y) in down.items()} == folded(sizes, wires)


def test_a_very_long_chain_becomes_a_page_of_the_shape_of_the_window():
    places = folded(*chain(3000), room=(1000.0, 500.0))
    width = max(x for x, _ in places.values()) + BOX.width
    height = max(y for _, y in places.values()) + BOX.height
    assert 1.4 < width / height < 2.8


@given(graphs(), st.sampled_from([(716.0, 480.0), (1216.0, 720.0), (400.0, 900.0)]))
def test_nodes_never_touch_and_folding_never_makes_a_drawing_smaller(graph, room):
    sizes, wires = graph
    plain = bow(arrange(sizes, wires, layer_gap=40, node_gap=24), sizes, wires)
    places = folded(sizes, wires, room)
    assert places.keys() == sizes.keys()
    for one, other in combinations(sizes, 2):
        (ax, ay), (bx, by) = places[one], places[other]
        across = ax + sizes[one].width <= bx or bx + sizes[other].width <= ax
        assert across or ay + sizes[one].height <= by or by + sizes[other].height <= ay
    assert scale(places, sizes, room) >= scale(plain, sizes, room) - 1e-9


def scale(places, sizes, room):
    width = max(x + sizes[node].width for node, (x, _) in places.items()) - min(x for x, _ in places.values())
    height = max(y + sizes[node].height for node, (_, y) in places.items()) - min(y for _, y in places.values())
    return min(room[0] / width, room[1] / height, 1.0)
