"""The automatic layout: what holds for every graph, and how good it is on graphs that networks are made of."""

import random
from collections import defaultdict
from itertools import combinations, pairwise, permutations, product

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlstudio.core.arrange import Size, arrange
from dlstudio.core.arrange.flow import acyclic
from dlstudio.core.arrange.ladder import ladder

LAYER_GAP = 64
NODE_GAP = 32
BOX = Size(160, 56)

lengths = st.one_of(st.integers(0, 400), st.floats(0, 3000), st.sampled_from([56, 160, 5000]))
size_values = st.builds(Size, lengths, lengths)


@st.composite
def graphs(draw):
    """Any multigraph: doubled wires, loops, self-loops, several components."""
    sizes = draw(st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), size_values, max_size=14))
    if not sizes:
        return sizes, []
    ends = st.sampled_from(sorted(sizes))
    return sizes, draw(st.lists(st.tuples(ends, ends), max_size=30))


@st.composite
def dags(draw):
    sizes, wires = draw(graphs())
    return sizes, [tuple(sorted(wire)) for wire in wires if wire[0] != wire[1]]


@st.composite
def trees(draw):
    """Parents of the nodes 1, 2, ... of a tree, with its wires away from the root or all towards it."""
    parents = [draw(st.integers(0, child)) for child in range(draw(st.integers(1, 25)))]
    inward = draw(st.booleans())
    wires = [(f"n{parent}", f"n{child}") for child, parent in enumerate(parents, 1)]
    sizes = {f"n{number}": draw(size_values) for number in range(len(parents) + 1)}
    return sizes, [wire[::-1] for wire in wires] if inward else wires


def connected_dag(dice, count, extra):
    """Wires, some of them doubled, that join all the numbers below the count and follow some order of them."""
    order = dice.sample(range(count), count)
    joins = [(dice.randrange(number), number) for number in range(1, count)]
    joins += [dice.sample(range(count), 2) for _ in range(extra)]
    wires = [tuple(sorted(pair, key=order.index)) for pair in joins]
    return wires + dice.sample(wires, extra)


def boxes(names):
    return dict.fromkeys(names, BOX)


def path(*names):
    return list(pairwise(names))


def middle(name, corners, sizes, axis):
    return corners[name][axis] + sizes[name][axis] / 2


def crossings(corners, sizes, wires):
    """Pairs of wires between the same two columns that change their order on the way."""
    columns = defaultdict(list)
    for source, target in dict.fromkeys(wires):
        start, end = (
            (middle(name, corners, sizes, 0), middle(name, corners, sizes, 1), name) for name in (source, target)
        )
        columns[round(start[0] / 8), round(end[0] / 8)].append((start[1], end[1]))
    return sum(
        (first[0] - second[0]) * (first[1] - second[1]) < 0
        for steps in columns.values()
        for first, second in combinations(steps, 2)
    )


def linked_groups(names, wires):
    group = {name: {name} for name in names}
    for source, target in wires:
        if group[source] is not group[target]:
            group[source] |= group[target]
            for name in group[target]:
                group[name] = group[source]
    return list({id(members): members for members in group.values()}.values())


def bounds(names, corners, sizes):
    left, top = (min(corners[name][axis] for name in names) for axis in (0, 1))
    right, bottom = (max(corners[name][axis] + sizes[name][axis] for name in names) for axis in (0, 1))
    return left, top, right, bottom


def apart(first, second, gap):
    """Whether two rectangles (left, top, right, bottom) keep the gap on at least one axis."""
    return any(first[axis + 2] + gap <= second[axis] or second[axis + 2] + gap <= first[axis] for axis in (0, 1))


class TestEveryGraph:
    @given(graphs(), st.sampled_from(["right", "down"]))
    def test_every_node_has_a_corner_on_the_grid_and_the_drawing_begins_at_the_origin(self, graph, direction):
        corners = arrange(*graph, direction=direction)
        assert list(corners) == list(graph[0])
        assert all(value >= 0 and value % 4 == 0 for corner in corners.values() for value in corner)
        for axis in (0, 1):
            assert min((corner[axis] for corner in corners.values()), default=0) == 0

    @given(graphs(), st.integers(0, 100), st.integers(1, 100), st.sampled_from(["right", "down"]))
    def test_two_nodes_keep_the_smaller_gap_at_least(self, graph, layer_gap, node_gap, direction):
        sizes, wires = graph
        corners = arrange(sizes, wires, direction=direction, layer_gap=layer_gap, node_gap=node_gap)
        rooms = [bounds([name], corners, sizes) for name in sizes]
        assert all(apart(*pair, min(layer_gap, node_gap)) for pair in combinations(rooms, 2))

    @given(graphs())
    def test_nodes_side_by_side_keep_the_layer_gap_if_a_wire_joins_them(self, graph):
        sizes, wires = graph
        corners = arrange(sizes, wires)
        for source, target in wires:
            if source != target:
                left, right = sorted((source, target), key=lambda name: corners[name][0])
                assert corners[left][0] + sizes[left].width + LAYER_GAP <= corners[right][0]

    @given(dags())
    def test_every_wire_of_a_graph_without_loops_points_forward(self, graph):
        sizes, wires = graph
        corners = arrange(sizes, wires, direction="down")
        for source, target in wires:
            assert corners[source][1] + sizes[source].height + LAYER_GAP <= corners[target][1]

    @given(graphs())
    def test_components_keep_out_of_each_others_rectangle(self, graph):
        sizes, wires = graph
        corners = arrange(sizes, wires)
        rooms = [bounds(group, corners, sizes) for group in linked_groups(sizes, wires)]
        assert all(apart(*pair, NODE_GAP) for pair in combinations(rooms, 2))

    @given(graphs())
    def test_down_is_right_with_the_axes_swapped(self, graph):
        sizes, wires = graph
        turned = arrange({name: Size(size.height, size.width) for name, size in sizes.items()}, wires)
        assert arrange(sizes, wires, direction="down") == {name: (y, x) for name, (x, y) in turned.items()}

    @given(graphs())
    def test_the_same_graph_gives_the_same_drawing(self, graph):
        assert arrange(*graph) == arrange(*graph)

    @given(graphs())
    def test_doubled_wires_and_self_loops_never_make_nodes_collide_or_vanish(self, graph):
        sizes, wires = graph
        doubled = [*wires, *wires, *((name, name) for name in sizes)]
        corners = arrange(sizes, doubled)
        rooms = [bounds([name], corners, sizes) for name in sizes]
        assert len(rooms) == len(sizes)
        assert all(apart(*pair, NODE_GAP) for pair in combinations(rooms, 2))

    @given(trees())
    def test_a_tree_has_no_crossings(self, tree):
        assert crossings(arrange(*tree), *tree) == 0

    @given(st.lists(size_values, min_size=2, max_size=12))
    def test_a_chain_is_straight_as_far_as_the_grid_allows(self, values):
        sizes = {f"n{number}": size for number, size in enumerate(values)}
        corners = arrange(sizes, path(*sizes))
        centres = [middle(name, corners, sizes, 1) for name in sizes]
        assert max(centres) - min(centres) <= 4

    @given(st.lists(st.integers(0, 40), min_size=2, max_size=12))
    def test_a_chain_of_nodes_whose_heights_suit_the_grid_is_perfectly_straight(self, eighths):
        sizes = {f"n{number}": Size(120, 8 * height) for number, height in enumerate(eighths)}
        corners = arrange(sizes, path(*sizes))
        assert len({middle(name, corners, sizes, 1) for name in sizes}) == 1


class TestEdges:
    def test_the_empty_graph_gives_nothing(self):
        assert arrange({}, []) == {}

    def test_a_wire_to_an_unknown_node_names_it(self):
        with pytest.raises(KeyError, match="ghost"):
            arrange(boxes("ab"), [("a", "b"), ("b", "ghost")])

    def test_a_long_chain_needs_no_recursion(self):
        names = [f"n{number}" for number in range(10_000)]
        corners = arrange(boxes(names), path(*names))
        assert corners[names[-1]] == (9_999 * (BOX.width + LAYER_GAP), 0)

    def test_a_huge_node_keeps_its_neighbours_clear(self):
        sizes = boxes("abcde") | {"c": Size(9_000, 7_000)}
        wires = [("a", "b"), ("a", "c"), ("a", "d"), ("b", "e"), ("c", "e"), ("d", "e")]
        corners = arrange(sizes, wires)
        assert corners["e"][0] == corners["c"][0] + 9_000 + LAYER_GAP
        assert corners["b"][1] + BOX.height + NODE_GAP == corners["c"][1]
        assert corners["d"][1] == corners["c"][1] + 7_000 + NODE_GAP

    def test_isolated_nodes_stand_in_a_row_below_the_rest(self):
        sizes = boxes("abcdef") | {"note": Size(90, 41), "text": Size(50, 90)}
        corners = arrange(sizes, path(*"abcdef"))
        assert corners["note"][1] == corners["text"][1] > BOX.height
        assert corners["text"][0] >= corners["note"][0] + 90 + NODE_GAP

    def test_very_many_wires_stay_feasible(self):
        names = [f"n{number}" for number in range(120)]
        corners = arrange(boxes(names), combinations(names, 2))
        assert [corners[name][0] for name in names] == [number * (BOX.width + LAYER_GAP) for number in range(120)]


class TestLayers:
    def test_a_loop_is_opened_where_it_is_entered(self):
        names = ["delay", "add", "cell", "out", "in"]
        wires = [("delay", "add"), ("in", "add"), ("add", "cell"), ("cell", "delay"), ("cell", "out")]
        corners = arrange(boxes(names), wires)
        assert sorted(["in", "add", "cell", "out"], key=lambda name: corners[name][0]) == ["in", "add", "cell", "out"]
        assert corners["delay"][0] > corners["cell"][0]

    def test_a_second_input_and_its_chain_stand_right_before_their_consumer(self):
        main, side = [f"m{number}" for number in range(8)], ["side", "embed"]
        corners = arrange(boxes([*side, *main]), [*path(*main), *path(*side, "m6")])
        assert corners["embed"][0] == corners["m5"][0]
        assert corners["side"][0] == corners["m4"][0]

    @pytest.mark.parametrize("seed", range(30))
    def test_the_wires_are_as_short_together_as_layers_allow(self, seed):
        wires = connected_dag(random.Random(seed), 30, 15)
        corners = arrange(boxes(range(30)), wires)
        found = sum(corners[head][0] - corners[tail][0] for tail, head in wires) / (BOX.width + LAYER_GAP)
        assert found == least_length(wires)


def least_length(wires):
    """The least total length of wires over layers, by linear duality: the dearest flow that the wires can carry."""
    flow: nx.DiGraph[int] = nx.DiGraph()
    for tail, head in wires:
        flow.add_edge(tail, head, weight=-1)
    for node in flow:
        flow.nodes[node]["demand"] = sum((head == node) - (tail == node) for tail, head in wires)
    return -nx.min_cost_flow_cost(flow)


def inception(name, source, branches=((1, "a"), (2, "b"), (2, "c"), (2, "d"))):
    """Wires of a block of parallel branches that meet in a concatenation."""
    wires = []
    for length, branch in branches:
        wires += path(source, *(f"{name}{branch}{number}" for number in range(length)), f"{name}cat")
    return wires


def residual(blocks, length):
    """A chain with a skip around every few nodes."""
    wires, last = [], "in"
    for block in range(blocks):
        names = [f"b{block}n{number}" for number in range(length)]
        wires += [*path(last, *names), (last, names[-1])]
        last = names[-1]
    return wires


def names_of(wires):
    return list(dict.fromkeys(name for wire in wires for name in wire))


class TestNetworks:
    def test_a_residual_chain_stays_straight(self):
        wires = residual(12, 5)
        sizes = boxes(names_of(wires))
        assert {y for _, y in arrange(sizes, wires).values()} == {0}

    def test_a_projected_skip_runs_beside_the_straight_chain(self):
        wires = [*path(*"abcdefgh"), *path("b", "p", "q", "g")]
        corners = arrange(boxes(names_of(wires)), wires)
        assert len({corners[name][1] for name in "abcdefgh"}) == 1
        assert corners["p"][1] == corners["q"][1] != corners["a"][1]

    def test_skips_get_room_between_the_chain_and_a_branch_outside_them(self):
        wires = [*path(*"abcdefgh"), *path("a", "p", "q", "r", "s", "h"), ("b", "g"), ("c", "f")]
        corners = arrange(boxes(names_of(wires)), wires)
        assert {corners[name][1] for name in "abcdefgh"} == {0}
        assert {corners[name][1] for name in "pqrs"} == {BOX.height + 1.5 * NODE_GAP}

    def test_skips_out_of_one_node_share_their_bends(self):
        arcs = acyclic(20, [*pairwise(range(20)), *((0, number) for number in range(2, 20))])
        rungs = ladder(range(20), arcs)
        assert {len(layer) for layer in rungs.layers[1:-1]} == {2}

    def test_nested_skips_leave_the_chain_straight(self):
        chain = [f"n{number}" for number in range(20)]
        wires = [*path(*chain), *((chain[number], chain[19 - number]) for number in range(8))]
        assert {y for _, y in arrange(boxes(chain), wires).values()} == {0}

    @pytest.mark.parametrize("branches", [2, 3, 4, 5, 6])
    def test_equal_branches_lie_even_about_the_straight_line_of_fork_and_join(self, branches):
        shape = [(3, chr(97 + number)) for number in range(branches)]
        wires = [*path("in", "stem"), *inception("x", "stem", shape), *inception("y", "xcat", shape), ("ycat", "out")]
        corners = arrange(boxes(names_of(wires)), wires)
        line = {corners[name][1] for name in ("in", "stem", "xcat", "ycat", "out")}
        rows = sorted(corners[f"x{branch}1"][1] for _, branch in shape)
        assert line == {(rows[0] + rows[-1]) / 2}
        assert {below - above for above, below in pairwise(rows)} == {BOX.height + NODE_GAP}

    def test_branches_keep_the_order_of_their_wires(self):
        wires = inception("x", "in")
        corners = arrange(boxes(names_of(wires)), wires)
        rows = [corners[f"x{branch}0"][1] for branch in "abcd"]
        assert rows == sorted(rows)

    def test_inception_blocks_have_no_crossings(self):
        wires = [*inception("x", "in"), *inception("y", "xcat"), *inception("z", "ycat")]
        sizes = boxes(names_of(wires))
        assert crossings(arrange(sizes, wires), sizes, wires) == 0


def layered_graph(dice, widths):
    """Nodes in layers, and wires from layer to layer that leave no node alone."""
    layers = [[f"{depth}{place}" for place in range(width)] for depth, width in enumerate(widths)]
    wires = set()
    for upper, lower in pairwise(layers):
        wires |= {(tail, dice.choice(lower)) for tail in upper} | {(dice.choice(upper), head) for head in lower}
        wires |= {pair for pair in product(upper, lower) if dice.random() < 0.3}
    return layers, sorted(wires)


def fewest_crossings(layers, wires):
    """The optimum, by trying every order of every layer."""
    best = len(wires) ** 2
    for orders in product(*(permutations(layer) for layer in layers)):
        place = {name: index for layer in orders for index, name in enumerate(layer)}
        steps = [(tail[0], place[tail], place[head]) for tail, head in wires]
        best = min(best, sum(a[0] == b[0] and (a[1] - b[1]) * (a[2] - b[2]) < 0 for a, b in combinations(steps, 2)))
    return best


@pytest.mark.parametrize("widths", [(3, 4), (4, 4), (2, 3, 3), (3, 2, 3)])
def test_small_layered_graphs_have_nearly_always_the_fewest_crossings(widths):
    dice = random.Random(7)
    optimal, graphs_tried = 0, 25
    for _ in range(graphs_tried):
        layers, wires = layered_graph(dice, widths)
        sizes = boxes(name for layer in layers for name in layer)
        found, fewest = crossings(arrange(sizes, wires), sizes, wires), fewest_crossings(layers, wires)
        assert fewest <= found <= 1.25 * fewest
        optimal += found == fewest
    assert optimal >= 0.9 * graphs_tried
