"""Blocks: nodes grouped and unpacked again are the same network; what cannot be grouped is refused by name."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dlstudio.core import edits
from dlstudio.core.document import BLOCK, Network, Node, Point, Project, Sheet, Wire
from dlstudio.core.frozen import Frozen, freeze
from dlstudio.core.grouping import group
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.topology import cycles
from dlstudio.core.unpacking import make_unique, unpack
from tests.core import strategies as some
from tests.core.test_edits import blocks, chain, nodes, wires


def ports(project, where, kind):
    return [node.id for node in project.networks[where].of_kind(kind)]


def test_a_row_of_nodes_becomes_a_block_with_one_input_and_one_output():
    after, block = group(chain("a", "b", "c", "d"), "model", ["b", "c"], "Res block")
    assert block == "res_block1"
    assert wires(after) == sorted([("a", "y", block, "x"), (block, "y", "d", "x")])
    assert nodes(after)[block] == Node(block, BLOCK, freeze({"network": "Res block"}))
    inner = [("b", "y", "c", "x"), ("c", "y", "y", "x"), ("x", "y", "b", "x")]
    assert wires(after, "Res block") == inner


def test_one_origin_is_one_port():
    project = edits.connect(chain("a", "b", "c"), "model", Wire("a", "y", "c", "x2"))
    after, block = group(project, "model", ["b", "c"], "g")
    assert wires(after) == [("a", "y", block, "x")]
    assert ports(after, "g", "Input") == ["x"]


def test_ports_are_called_as_the_wires_that_they_stand_for():
    made = [Node(name, "Linear") for name in ("q", "k", "v", "attention", "after", "other")]
    joins = [
        Wire("q", "y", "attention", "query"),
        Wire("k", "y", "attention", "key"),
        Wire("v", "y", "attention", "value"),
        Wire("attention", "y", "after", "x"),
        Wire("attention", "weights", "other", "x"),
    ]
    project = Project(networks=Frozen({"model": Network.of(made, joins)}))
    after, _ = group(project, "model", ["attention"], "g")
    assert ports(after, "g", "Input") == ["key", "query", "value"]
    assert ports(after, "g", "Output") == ["weights", "y"]


def test_ports_of_the_same_name_are_numbered_in_the_order_of_the_nodes():
    made = [Node(name, "Add") for name in ("a", "b", "z1", "m2", "end")]
    joins = [
        Wire("a", "y", "z1", "x1"),
        Wire("b", "y", "m2", "x2"),
        Wire("z1", "y", "m2", "x1"),
        Wire("z1", "y", "end", "x1"),
        Wire("m2", "y", "end", "x2"),
    ]
    project = Project(networks=Frozen({"model": Network.of(made, joins)}))
    after, block = group(project, "model", ["z1", "m2"], "g")
    assert ("a", "y", block, "x1") in wires(after)
    assert ("b", "y", block, "x2") in wires(after)
    assert ports(after, "g", "Output") == ["y1", "y2"]


def test_a_port_takes_no_name_of_a_node_inside():
    project = edits.rename(edits.rename(chain("a", "b", "c"), "model", "b", "x"), "model", "c", "y")
    after, _ = group(project, "model", ["x", "y"], "g")
    assert len(after.networks["g"].nodes) == 4
    assert {"x", "y"} < set(nodes(after, "g"))


def test_what_ends_inside_has_an_output():
    after, _ = group(chain("a", "b"), "model", ["b"], "g")
    assert wires(after, "g") == [("b", "y", "y", "x"), ("x", "y", "b", "x")]


def test_inputs_and_outputs_stay_outside():
    project = edits.convert(edits.convert(chain("i", "a", "o"), "model", "i", "Input", {}), "model", "o", "Output", {})
    after, block = group(project, "model", ["i", "a", "o"], "g")
    assert wires(after) == sorted([("i", "y", block, "x"), (block, "y", "o", "x")])


def test_arguments_that_the_nodes_use_are_handed_on():
    project = edits.put(chain("a", "b"), "model", "b", size=("=c*2", 3), other="=(broken")
    network = project.networks["model"]
    project = project.with_network(
        "model", Network(nodes=network.nodes, inbound=network.inbound, arguments=Frozen(c=3, d=4))
    )
    after, block = group(project, "model", ["b"], "g")
    assert after.networks["g"].arguments == {"c": 3}
    assert nodes(after)[block].fields["given"] == {"c": "=c"}


def test_the_block_lies_in_the_middle_and_its_nodes_where_they_were():
    project = edits.move(chain("a", "b", "c"), "model", {"b": Point(0, 0), "c": Point(100, 50)})
    after, block = group(project, "model", ["b", "c"], "g")
    assert after.sheet("model").positions == {block: Point(50, 25)}
    inner = after.sheet("g").positions
    assert (inner["b"], inner["c"]) == (Point(0, 0), Point(100, 50))
    assert inner["x"].x < 0
    assert inner["y"].x > 100


def test_nodes_outside_are_shared():
    project = chain("a", "b", "c", "d", "e")
    after, _ = group(project, "model", ["c"], "g")
    for name in "abde":
        assert nodes(after)[name] is nodes(project)[name]
    assert after.networks["model"].inbound["b"] is project.networks["model"].inbound["b"]
    assert nodes(after, "g")["c"] is nodes(project)["c"]


@pytest.mark.parametrize(
    ("ids", "name", "said"),
    [
        ([], "g", "Nothing is selected"),
        (["nowhere"], "g", "Nothing is selected"),
        (["a"], " ", "needs a name"),
        (["a"], "model", "a network “model” already"),
        (["a", "c", "d"], "g", "“b” lies on a way out of the selected nodes and back"),
        (["b", "d"], "g", "“d” uses the weights of “c”"),
        (["c"], "g", "“d” uses the weights of “c”"),
    ],
)
def test_what_cannot_be_grouped_is_said(ids, name, said):
    project = edits.put(chain("a", "b", "c", "d"), "model", "d", same_weights_as="c")
    with pytest.raises(ProjectProblem) as caught:
        group(project, "model", ids, name)
    assert said in str(caught.value)


def loop():
    """A cell whose state goes round through a delay."""
    made = [Node("in", "Input"), Node("cell", "Add"), Node("delay", "Delay"), Node("out", "Output")]
    joins = [
        Wire("in", "y", "cell", "x1"),
        Wire("delay", "y", "cell", "x2"),
        Wire("cell", "y", "delay", "x"),
        Wire("cell", "y", "out", "x"),
    ]
    return Project(networks=Frozen({"model": Network.of(made, joins)}))


def test_a_loop_may_go_through_a_delay_outside():
    after, block = group(loop(), "model", ["cell"], "g")
    assert cycles(after.networks["model"]) == []
    assert (block, "y", "delay", "x") in wires(after)


def test_a_delay_alone_cannot_be_grouped_out_of_its_loop():
    with pytest.raises(ProjectProblem, match="“cell” lies on a way out"):
        group(loop(), "model", ["delay"], "g")


@given(some.wired(most=10), st.data())
def test_grouped_and_unpacked_again_it_is_the_same_network(project, data):
    names = sorted(nodes(project))
    for node in data.draw(st.lists(st.sampled_from(names), max_size=3)):
        project = edits.put(project, "model", node, size=data.draw(st.sampled_from(["=c", "=c*2 + d", "=broken(", 3])))
    chosen = data.draw(st.lists(st.sampled_from(names), min_size=1))
    try:
        grouped, block = group(project, "model", chosen, "group")
    except ProjectProblem:
        assume(False)
    assert len(cycles(grouped.networks["model"])) == 0
    unpacked, ids = unpack(grouped, "model", block)
    assert unpacked.networks["model"] == project.networks["model"]
    assert set(ids) == {n for n in chosen if nodes(project)[n].kind not in ("Input", "Output")}
    assert unpacked.sheet("model").positions.keys() == project.sheet("model").positions.keys()


@given(some.networks(), st.data())
def test_any_network_comes_back_even_with_wires_from_and_to_nothing(network, data):
    project = Project(networks=Frozen({"model": network}))
    chosen = data.draw(st.lists(st.sampled_from(sorted(network.nodes) or [""]), min_size=1))
    try:
        grouped, block = group(project, "model", chosen, "a group of its own")
    except ProjectProblem:
        return
    assert unpack(grouped, "model", block)[0].networks["model"] == network


@given(some.wired(most=10), st.data())
def test_a_group_is_refused_where_and_only_where_it_would_close_a_loop(project, data):
    chosen = set(data.draw(st.lists(st.sampled_from(sorted(nodes(project))), min_size=1)))
    chosen -= {"input1", "output1"}
    assume(chosen)
    network = project.networks["model"]
    merged = Network.of(
        [*(n for n in network.nodes.values() if n.id not in chosen), Node("group", "Block")],
        (
            w._replace(
                source="group" if w.source in chosen else w.source, target="group" if w.target in chosen else w.target
            )
            for w in network.wires
            if not (w.source in chosen and w.target in chosen)
        ),
    )
    if cycles(merged):
        with pytest.raises(ProjectProblem, match="lies on a way out"):
            group(project, "model", chosen, "g")
    else:
        group(project, "model", chosen, "g")


# Unpacking.


def test_unpacked_nodes_get_free_names_and_the_wires_of_the_block():
    after, ids = unpack(blocks(), "model", "b1")
    assert ids == ("add",)
    both, more = unpack(after, "model", "b2")
    assert more == ("add1",)
    assert wires(both) == [
        ("add", "y", "add1", "x1"),
        ("add", "y", "add1", "x2"),
        ("add1", "y", "out", "x"),
        ("in", "y", "add", "x1"),
        ("in", "y", "add", "x2"),
    ]
    assert both.networks["cell"] is after.networks["cell"]


@pytest.mark.parametrize(
    ("given_", "field", "filled"),
    [
        ({}, "=c*2", 6),
        ({"c": 5}, "=c*2", 10),
        ({"c": 5}, ("=c", "=d", "d", 7), (5, 4, "d", 7)),
        ({"c": "=width"}, "=c*2", "=(width) * 2"),
        ({"c": "=a+b", "d": -1}, "=c*d", "=(a+b) * (-1)"),
        ({"c": "=c"}, "=c*2", "=c*2"),
        ({"c": 5}, "=other*2", "=other*2"),
        ({"c": 5}, "=c*other", "=(5) * other"),
        ({"c": 5}, "=broken(", "=broken("),
        ({"c": 0}, "=1/c", "=1/c"),
        (3, "=c", 3),
        ({"c": 5}, {"a": ["=c"]}, {"a": (5,)}),
    ],
)
def test_arguments_are_filled_in(given_, field, filled):
    inner = Network.of([Node("a", "Linear", freeze({"size": field}))], arguments=Frozen(c=3, d=4))
    outer = Network.of([Node("b", "Block", freeze({"network": "inner", "given": given_}))])
    project = Project(networks=Frozen({"model": outer, "inner": inner}))
    after, ids = unpack(project, "model", "b")
    assert nodes(after)[ids[0]].fields["size"] == freeze(filled)


def test_a_wire_straight_through_a_block_stays_a_wire():
    inner = Network.of([Node("x", "Input"), Node("y", "Output")], [Wire("x", "y", "y", "x")])
    outer = chain("a", "b", "c").networks["model"]
    project = Project(networks=Frozen({"model": outer, "inner": inner}))
    project = edits.convert(project, "model", "b", "Block", {"network": "inner"})
    assert wires(unpack(project, "model", "b")[0]) == [("a", "y", "c", "x")]


def test_a_block_that_feeds_itself_through_nothing_is_unpacked_too():
    inner = Network.of([Node("x", "Input"), Node("y", "Output")], [Wire("x", "y", "y", "x")])
    outer = Network.of(
        [Node("b", "Block", freeze({"network": "inner"})), Node("c", "ReLU")],
        [Wire("b", "y", "b", "x"), Wire("b", "y", "c", "x")],
    )
    project = Project(networks=Frozen({"model": outer, "inner": inner}))
    assert wires(unpack(project, "model", "b")[0]) == []


def test_the_nodes_lie_around_the_place_of_the_block():
    project = edits.move(blocks(), "model", {"b1": Point(500, 500)})
    project = edits.move(project, "cell", {"add": Point(3, 4), "x": Point(-99, 0)})
    after, _ = unpack(project, "model", "b1")
    assert after.sheet("model").positions == {"add": Point(500, 500)}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"network": "cell", "repeat": 3}, "repeats its network"),
        ({"network": "cell", "repeat": "=n"}, "repeats its network"),
        ({"network": "cell", "same_weights_as": "b1"}, "share their weights"),
        ({"network": "nowhere"}, "places no network"),
        ({"network": 3}, "places no network"),
        ({}, "places no network"),
    ],
)
def test_what_cannot_be_unpacked_is_said(fields, said):
    project = edits.convert(blocks(), "model", "b2", "Block", fields)
    with pytest.raises(ProjectProblem, match=said):
        unpack(project, "model", "b2")


def test_neither_a_layer_nor_a_muted_or_shared_block_is_unpacked():
    with pytest.raises(ProjectProblem, match="“in” is no block"):
        unpack(blocks(), "model", "in")
    with pytest.raises(ProjectProblem, match="“b1” is muted"):
        unpack(edits.mute(blocks(), "model", ["b1"]), "model", "b1")
    with pytest.raises(ProjectProblem, match="“b1” and “b2” share"):
        unpack(edits.put(blocks(), "model", "b2", same_weights_as="b1"), "model", "b1")


def test_a_block_made_unique_is_changed_alone():
    after = make_unique(blocks(), "model", "b2")
    assert [nodes(after)[b].fields["network"] for b in ("b1", "b2")] == ["cell", "cell2"]
    assert after.networks["cell2"] == after.networks["cell"]
    changed = edits.put(after, "cell2", "add", note=1)
    assert changed.networks["cell"] is after.networks["cell"]


def test_a_block_made_unique_shares_weights_no_more():
    shared = edits.put(blocks(), "model", "b2", same_weights_as="b1")
    for block in ("b1", "b2"):
        after = make_unique(shared, "model", block)
        assert all("same_weights_as" not in node.fields for node in nodes(after).values())


def test_a_unique_network_has_the_layout_of_the_first():
    project = edits.move(blocks(), "cell", {"add": Point(1, 2)})
    assert make_unique(project, "model", "b1").sheet("cell2") == Sheet(Frozen({"add": Point(1, 2)}))
