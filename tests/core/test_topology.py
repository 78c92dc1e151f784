"""Order, cycles, reach and refusals, against networkx on random graphs."""

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlstudio.core import topology
from dlstudio.core.document import Network, Node, Project, Wire
from dlstudio.core.frozen import Frozen, freeze


@st.composite
def graphs(draw):
    """Any network, with loops, delays, and wires from and to nothing."""
    ids = draw(st.lists(st.sampled_from([f"n{i}" for i in range(12)]), min_size=1, unique=True))
    kinds = st.sampled_from(["Add", "Add", "Add", "Delay", "Input", "Output"])
    ends = st.sampled_from([*ids, "lost"])
    ports = st.sampled_from(["x", "initial"])
    wires = draw(st.lists(st.builds(Wire, ends, st.just("y"), ends, ports), max_size=20))
    return Network.of([Node(name, draw(kinds)) for name in ids], wires)


def within_step(network):
    """The same wires without those that a delay keeps for the next step, by another hand."""
    view: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    view.add_nodes_from(network.nodes)
    for wire in network.wires:
        known = wire.source in network.nodes and wire.target in network.nodes
        if known and not (network.nodes[wire.target].kind == "Delay" and wire.input == "x"):
            view.add_edge(wire.source, wire.target)
    return view


def waiting(view):
    """The nodes on a cycle or behind one."""
    knots = [knot for knot in nx.strongly_connected_components(view) if len(knot) > 1]
    on = {node for knot in knots for node in knot} | set(nx.nodes_with_selfloops(view))
    return on.union(*(nx.descendants(view, node) for node in on))


@given(graphs())
def test_the_order_puts_every_node_behind_what_it_needs(network):
    view = within_step(network)
    names = [node.id for node in topology.order(network)]
    assert sorted(names) == sorted(set(network.nodes) - waiting(view))
    place = {name: at for at, name in enumerate(names)}
    assert all(place[a] < place[b] for a, b in view.edges() if b in place)


@given(graphs())
def test_the_order_does_not_depend_on_how_the_network_was_made(network):
    other = Network.of(reversed(network.nodes.values()), reversed(list(network.wires)))
    assert topology.order(other) == topology.order(network)


@given(graphs())
def test_each_cycle_that_is_named_is_one_and_each_knot_has_one(network):
    view = within_step(network)
    loops = topology.cycles(network)
    for loop in loops:
        assert all(view.has_edge(a, b) for a, b in zip(loop, [*loop[1:], loop[0]], strict=True))
        assert len(set(loop)) == len(loop)
    knots = [knot for knot in nx.strongly_connected_components(view) if len(knot) > 1]
    assert all(any(set(loop) <= knot and len(loop) > 1 for loop in loops) for knot in knots)
    assert sorted(loop[0] for loop in loops if len(loop) == 1) == sorted(set(nx.nodes_with_selfloops(view)))
    assert bool(loops) == (not nx.is_directed_acyclic_graph(view))


@given(graphs(), st.data())
def test_up_and_down_stream_are_what_networkx_reaches(network, data):
    view = nx.DiGraph((wire.source, wire.target) for wire in network.wires)
    view.add_nodes_from(network.nodes)
    view = view.subgraph(network.nodes)
    node = data.draw(st.sampled_from(sorted(network.nodes)))
    assert topology.upstream(network, [node]) == nx.ancestors(view, node) | {node}
    assert topology.downstream(network, [node]) == nx.descendants(view, node) | {node}


@given(graphs(), st.data())
def test_a_wire_is_refused_for_a_loop_where_and_only_where_it_closes_one(network, data):
    ends = st.sampled_from(sorted(network.nodes))
    wire = Wire(data.draw(ends), "y", data.draw(ends), data.draw(st.sampled_from(["x", "initial"])))
    reason = topology.refuse(network, wire)
    if network.nodes[wire.source].kind == "Output" or network.nodes[wire.target].kind == "Input":
        assert reason is not None
    elif wire in list(network.wires):
        assert reason == "This wire is there already."
    else:
        after = Network.of(network.nodes.values(), [*network.wires, wire])
        view = within_step(after)
        edge = (wire.source, wire.target)
        keeps = network.nodes[wire.target].kind == "Delay" and wire.input == "x"
        closes = not keeps and (edge[0] == edge[1] or nx.has_path(within_step(network), edge[1], edge[0]))
        assert (reason is not None) == closes
        assert not closes or not nx.is_directed_acyclic_graph(view)


def net(*wires, **kinds):
    names = {end for wire in wires for end in (wire[0], wire[2])} | kinds.keys()
    return Network.of([Node(name, kinds.get(name, "Add")) for name in names], [Wire(*wire) for wire in wires])


ROW = net(("a", "y", "b", "x"), ("b", "y", "c", "x"), i="Input", o="Output", d="Delay")


@pytest.mark.parametrize(
    ("wire", "reason"),
    [
        (("a", "y", "c", "x2"), None),
        (("c", "y", "d", "x"), None),
        (("d", "y", "d", "x"), None),
        (("a", "y", "nowhere", "x"), "There is no node “nowhere”."),
        (("nowhere", "y", "a", "x"), "There is no node “nowhere”."),
        (("o", "y", "a", "x"), "An output has nothing to give; wire from the node before it."),
        (("a", "y", "i", "x"), "An input takes nothing; its values come from the data."),
        (("a", "y", "b", "x"), "This wire is there already."),
        (("a", "y", "a", "x"), "a would feed itself within one time step; put a Delay in the loop."),
        (("d", "y", "d", "initial"), "d would feed itself within one time step; put a Delay in the loop."),
        (("c", "y", "a", "x"), "This would close the loop a → b → c → a within one time step; put a Delay in it."),
    ],
)
def test_a_refusal_says_why(wire, reason):
    assert topology.refuse(ROW, Wire(*wire)) == reason


def test_a_delay_cuts_a_loop():
    network = net(("cell", "y", "d", "x"), ("d", "y", "cell", "x"), d="Delay")
    assert topology.cycles(network) == []
    assert [node.id for node in topology.order(network)] == ["d", "cell"]


def test_a_cycle_is_named_by_its_nodes():
    assert topology.cycles(net(("a", "y", "b", "x"), ("b", "y", "a", "x"), ("a", "y", "a", "x2"))) == [
        ["a"],
        ["a", "b"],
    ]


def test_a_chain_of_any_length_has_an_order():
    long = net(*((f"n{i}", "y", f"n{i + 1}", "x") for i in range(5000)))
    assert [node.id for node in topology.order(long)] == [f"n{i}" for i in range(5001)]


def placing(**places):
    """Networks by the names of those that they place."""
    made = {
        name: Network.of(Node(f"b{i}", "Block", freeze({"network": inner})) for i, inner in enumerate(inners))
        for name, inners in places.items()
    }
    return Project(networks=Frozen(made))


def test_what_a_network_places_is_found_at_any_depth_and_in_circles():
    project = placing(model=["a", "b", "b", ""], a=["b", "nowhere"], b=["a"], alone=[])
    assert topology.placed(project.networks["model"]) == ["a", "b"]
    assert set(topology.closure(project, "model")) == {"model", "a", "b"}
    assert topology.closure(project, "nowhere") == ()


def test_a_block_with_an_odd_network_places_none():
    assert topology.placed(placing(m=[3, None, (1,)]).networks["m"]) == []
