"""Edits: what each one does, that it shares the rest, and that any row of them agrees with a plain model."""

import copy
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlstudio.core import edits, networks, ports, sheets
from dlstudio.core.document import Frame, Network, Node, Point, Project, Rect, Sheet, Wire
from dlstudio.core.files import dumps
from dlstudio.core.frozen import Frozen, freeze
from dlstudio.core.history import History
from tests.core import strategies as some


def chain(*names, kind="Linear"):
    """A project whose nodes feed one another in a row."""
    nodes = [Node(name, kind) for name in names]
    wires = [Wire(a, "y", b, "x") for a, b in pairwise(names)]
    return Project(networks=Frozen({"model": Network.of(nodes, wires)}))


def wires(project, where="model"):
    return sorted(map(tuple, project.networks[where].wires))


def nodes(project, where="model"):
    return project.networks[where].nodes


# Any row of edits, undone and redone, against dicts and lists.

IDS = ["a", "b", "c", "d1", "d2"]
PORTS = ["x", "x1", "x2", "y"]
ids = st.sampled_from(IDS)
ports_ = st.sampled_from(PORTS)
fields = st.dictionaries(
    st.sampled_from(["size", "bias", "same_weights_as"]), st.sampled_from([1, 2, True, "a", "b", "d1"])
)
steps = st.one_of(
    st.tuples(st.just("add"), ids, st.sampled_from(["Linear", "Add", "Delay"]), fields),
    st.tuples(st.just("remove"), st.lists(ids, max_size=3)),
    st.tuples(st.just("connect"), ids, ports_, ids, ports_),
    st.tuples(st.just("connect"), ids, ports_, ids, ports_),
    st.tuples(st.just("disconnect"), ids, ports_, ids, ports_),
    st.tuples(st.just("put"), ids, fields),
    st.tuples(st.just("reset"), ids, st.sampled_from(["size", "bias"])),
    st.tuples(st.just("mute"), st.lists(ids, max_size=3), st.booleans()),
    st.tuples(st.just("annotate"), ids, st.sampled_from(["", "note"])),
    st.tuples(st.just("rename"), ids, ids),
    st.tuples(st.just("move"), ids, st.integers(-5, 5)),
    st.tuples(st.just("undo")),
    st.tuples(st.just("undo")),
    st.tuples(st.just("redo")),
)


class Model:
    """The same document as plain dicts and lists, changed in place."""

    def __init__(self):
        self.nodes, self.wires, self.places = {}, [], {}

    def add(self, name, kind, fields):
        self.nodes[name] = {"kind": kind, "fields": dict(fields), "muted": False, "note": ""}

    def remove(self, names):
        gone = {name for name in names if name in self.nodes}
        users = [
            n for n in sorted(self.nodes) if n not in gone and self.nodes[n]["fields"].get("same_weights_as") in gone
        ]
        heirs: dict[str, str] = {}
        for user in users:
            owner, seen = self.nodes[user]["fields"]["same_weights_as"], set()
            while owner in gone and owner not in seen:
                seen.add(owner)
                further = self.nodes[owner]["fields"].get("same_weights_as")
                owner = further if further and further not in seen else owner
            if owner not in gone:
                self.nodes[user]["fields"]["same_weights_as"] = owner
            elif heirs.setdefault(owner, user) == user:
                del self.nodes[user]["fields"]["same_weights_as"]
            else:
                self.nodes[user]["fields"]["same_weights_as"] = heirs[owner]
        self.wires = [w for w in self.wires if w[0] not in gone and w[2] not in gone]
        for name in gone:
            self.nodes.pop(name)
            self.places.pop(name, None)

    def connect(self, *wire):
        self.wires = [w for w in self.wires if w[2:] != wire[2:]] + [wire]

    def disconnect(self, *wire):
        self.wires = [w for w in self.wires if w != wire]

    def put(self, name, fields):
        self.nodes[name]["fields"].update(fields)

    def reset(self, name, field):
        self.nodes[name]["fields"].pop(field, None)

    def mute(self, names, muted):
        for name in names:
            self.nodes[name]["muted"] = muted

    def annotate(self, name, note):
        self.nodes[name]["note"] = note

    def rename(self, old, new):
        self.nodes[new] = self.nodes.pop(old)
        if old in self.places:
            self.places[new] = self.places.pop(old)
        for node in self.nodes.values():
            if node["fields"].get("same_weights_as") == old:
                node["fields"]["same_weights_as"] = new
        self.wires = [
            tuple(new if at in (0, 2) and w == old else w for at, w in enumerate(wire)) for wire in self.wires
        ]

    def move(self, name, x):
        self.places[name] = (x, 0)

    def state(self):
        return self.nodes, sorted(self.wires), self.places


def state(project):
    """The project in the model's terms."""
    network = project.networks["model"]
    plain = {
        n.id: {"kind": n.kind, "fields": dict(n.fields), "muted": n.muted, "note": n.note}
        for n in network.nodes.values()
    }
    places = {name: tuple(point) for name, point in project.sheet("model").positions.items()}
    return plain, sorted(map(tuple, network.wires)), places


def possible(model, name, arguments):
    """Whether the edit may be asked for: its nodes are there, a new name is free."""
    if name == "add":
        return arguments[0] not in model.nodes
    if name == "rename":
        return arguments[0] in model.nodes and arguments[1] not in model.nodes
    if name in ("put", "reset", "annotate", "move"):
        return arguments[0] in model.nodes
    if name == "connect":
        return arguments[0] in model.nodes and arguments[2] in model.nodes
    return name != "mute" or all(each in model.nodes for each in arguments[0])


def edited(project, name, arguments):
    match name:
        case "add":
            return edits.add(project, "model", Node(arguments[0], arguments[1], Frozen(arguments[2])))
        case "connect" | "disconnect":
            return getattr(edits, name)(project, "model", Wire(*arguments))
        case "put":
            return edits.put(project, "model", arguments[0], **arguments[1])
        case "move":
            return edits.move(project, "model", {arguments[0]: Point(arguments[1], 0)})
        case _:
            return getattr(edits, name)(project, "model", *arguments)


@given(st.lists(steps, max_size=30))
def test_any_edits_undone_and_redone_agree_with_a_plain_model(row):
    history = History.of(Project())
    past, future = [Model()], []
    for name, *arguments in row:
        model = past[-1]
        if name == "undo":
            if len(past) > 1:
                future.append(past.pop())
            history = history.undo()
        elif name == "redo":
            if future:
                past.append(future.pop())
            history = history.redo()
        elif possible(model, name, arguments):
            before = history.project
            text = dumps(before)
            project = edited(before, name, arguments)
            assert dumps(before) == text
            history = history.do(name, project)
            changed = copy.deepcopy(model)
            getattr(changed, name)(*arguments)
            if repr(state(project)) != repr(state(before)):
                past.append(changed)
                future = []
                assert history.project is project
            else:
                assert project is before, f"{name} changed nothing, but made a new project"
            assert changed.state() == state(project)
        assert past[-1].state() == state(history.project)


# What is not touched is the same object.


def wide():
    """A thousand nodes, each fed by two."""
    made = [Node(f"n{i}", "Add", freeze({"size": [i, i]})) for i in range(1000)]
    joins = [Wire(f"n{i - back}", "y", f"n{i}", f"x{back}") for i in range(2, 1000) for back in (1, 2)]
    places = {node.id: Point(0, 0) for node in made}
    return Project(
        networks=Frozen({"model": Network.of(made, joins), "other": Network()}),
        sheets=Frozen({"model": Sheet(Frozen(places)), "other": Sheet()}),
    )


WIDE = wide()


@pytest.mark.parametrize(
    ("edit", "touched", "regrouped"),
    [
        (lambda p: edits.put(p, "model", "n500", size=1), {"n500"}, set()),
        (lambda p: edits.mute(p, "model", ["n5", "n6"]), {"n5", "n6"}, set()),
        (lambda p: edits.remove(p, "model", ["n500"]), {"n500"}, {"n500", "n501", "n502"}),
        (lambda p: edits.remove(p, "model", ["n500"], heal=True), {"n500"}, {"n500", "n501", "n502"}),
        (lambda p: edits.rename(p, "model", "n500", "hub"), {"n500", "hub"}, {"n500", "hub", "n501", "n502"}),
        (lambda p: edits.connect(p, "model", Wire("n1", "y", "n7", "x2")), set(), {"n7"}),
        (lambda p: edits.disconnect(p, "model", Wire("n6", "y", "n7", "x1")), set(), {"n7"}),
        (lambda p: edits.insert(p, "model", Wire("n6", "y", "n7", "x1"), Node("new", "ReLU")), {"new"}, {"n7", "new"}),
        (lambda p: edits.move(p, "model", {"n7": Point(1, 1)}), set(), set()),
        (lambda p: ports.swap(p, "model", "n7", "x1", "x2"), set(), {"n7"}),
        (lambda p: sheets.put_notes(p, "model", {"a": Frame("", Rect(0, 0, 1, 1))}), set(), set()),
        (lambda p: networks.put_arguments(p, "model", c=3), set(), set()),
    ],
)
def test_an_edit_shares_every_node_and_wire_that_it_does_not_touch(edit, touched, regrouped):
    after = edit(WIDE)
    assert after is not WIDE
    old, new = WIDE.networks["model"], after.networks["model"]
    assert {n for n in old.nodes.keys() | new.nodes.keys() if old.nodes.get(n) is not new.nodes.get(n)} == touched
    every = old.inbound.keys() | new.inbound.keys()
    assert {n for n in every if old.inbound.get(n) is not new.inbound.get(n)} == regrouped
    assert after.networks["other"] is WIDE.networks["other"]
    assert after.sheets["other"] is WIDE.sheets["other"]


@pytest.mark.parametrize(
    "edit",
    [
        lambda p: edits.put(p, "model", "n5", size=(5, 5)),
        lambda p: edits.reset(p, "model", "n5", "bias"),
        lambda p: edits.mute(p, "model", ["n5"], False),
        lambda p: edits.mute(p, "model", []),
        lambda p: edits.remove(p, "model", []),
        lambda p: edits.remove(p, "model", ["nowhere"]),
        lambda p: edits.connect(p, "model", Wire("n6", "y", "n7", "x1")),
        lambda p: edits.disconnect(p, "model", Wire("n1", "y", "n7", "x1")),
        lambda p: edits.disconnect(p, "model"),
        lambda p: edits.rename(p, "model", "n5", "n5"),
        lambda p: edits.move(p, "model", {"n5": Point(0, 0)}),
        lambda p: ports.swap(p, "model", "n7", "x8", "x9"),
        lambda p: ports.compact(p, "model", "n7"),
        lambda p: sheets.drop_frames(p, "model", "f"),
        lambda p: networks.drop_arguments(p, "model", "c"),
        lambda p: networks.note_network(p, "model", ""),
        lambda p: networks.remove_network(p, "nowhere"),
        lambda p: networks.rename_network(p, "other", "other"),
    ],
)
def test_an_edit_that_changes_nothing_gives_the_same_project(edit):
    assert edit(WIDE) is WIDE


def test_a_value_of_another_type_is_a_change():
    one = edits.put(chain("a"), "model", "a", p=1)
    other = edits.put(one, "model", "a", p=True)
    assert nodes(other)["a"].fields["p"] is True


# Nodes and wires.


def test_a_taken_name_is_a_programmers_mistake():
    with pytest.raises(KeyError):
        edits.add(chain("a"), "model", Node("a", "ReLU"))
    with pytest.raises(KeyError):
        edits.rename(chain("a", "b"), "model", "a", "b")


def test_a_new_node_has_the_next_free_name_of_its_kind():
    network = chain("conv1", "conv2").networks["model"]
    assert edits.new_node(network, "Conv2d", {"size": [1]}) == Node("conv3", "Conv2d", freeze({"size": [1]}))


@pytest.mark.parametrize(
    ("kind", "stem"),
    [("Conv2d", "conv"), ("BatchNorm", "batch_norm"), ("LSTM", "lstm"), ("RBF", "rbf"), ("層", "node"), ("", "node")],
)
def test_names_start_as_their_kind(kind, stem):
    assert edits.stem(kind) == stem


@pytest.mark.parametrize("gone", [["b"], ["b", "c"], ["c", "b"], ["b", "d"], ["b", "c", "d"], ["d", "c", "b"]])
def test_a_chain_closes_over_the_nodes_that_are_taken_out_of_it(gone):
    left = [name for name in "abcde" if name not in gone]
    assert wires(edits.remove(chain(*"abcde"), "model", gone, heal=True)) == wires(chain(*left))
    assert all(set(gone).isdisjoint(wire) for wire in wires(edits.remove(chain(*"abcde"), "model", gone)))


def test_healing_feeds_all_that_the_node_fed():
    project = edits.connect(chain("a", "b", "c"), "model", Wire("b", "y", "c", "x2"), Wire("a", "z", "b", "w"))
    assert wires(edits.remove(project, "model", ["b"], heal=True)) == [("a", "z", "c", "x"), ("a", "z", "c", "x2")]


def test_healing_makes_no_loop():
    project = edits.connect(chain("a", "delay", "a"), "model")
    project = edits.convert(project, "model", "delay", "Delay", {})
    assert wires(edits.remove(project, "model", ["delay"], heal=True)) == []


def test_the_next_user_of_shared_weights_has_them_when_their_owner_goes():
    project = chain("a", "b", "c")
    project = edits.put_all(project, "model", ["b", "c"], {"same_weights_as": "a"})
    after = nodes(edits.remove(project, "model", ["a"]))
    assert "same_weights_as" not in after["b"].fields
    assert after["c"].fields["same_weights_as"] == "b"


def test_a_wire_replaces_what_was_wired_into_the_same_input():
    project = edits.connect(chain("a", "b", "c"), "model", Wire("a", "y", "c", "x"))
    assert wires(project) == [("a", "y", "b", "x"), ("a", "y", "c", "x")]


def test_a_node_is_inserted_between_the_ends_of_a_wire():
    project = edits.move(chain("a", "b"), "model", {"a": Point(0, 0), "b": Point(100, 50)})
    after = edits.insert(project, "model", Wire("a", "y", "b", "x"), Node("r", "ReLU"))
    assert wires(after) == [("a", "y", "r", "x"), ("r", "y", "b", "x")]
    assert after.sheet("model").positions["r"] == Point(50, 25)


def test_a_renamed_node_is_renamed_wherever_it_is_named():
    project = edits.put(chain("a", "b", "c"), "model", "c", same_weights_as="b")
    project = edits.move(project, "model", {"b": Point(1, 2)})
    after = edits.rename(project, "model", "b", "hub")
    assert wires(after) == [("a", "y", "hub", "x"), ("hub", "y", "c", "x")]
    assert nodes(after)["hub"].id == "hub"
    assert nodes(after)["c"].fields["same_weights_as"] == "hub"
    assert after.sheet("model").positions == {"hub": Point(1, 2)}


def blocks():
    """A network `cell` with two inputs and an output, placed twice in `model`."""
    cell = Network.of(
        [Node("x", "Input"), Node("state", "Input"), Node("add", "Add"), Node("y", "Output")],
        [Wire("x", "y", "add", "x1"), Wire("state", "y", "add", "x2"), Wire("add", "y", "y", "x")],
        arguments=Frozen({"c": 1, "d": 2}),
    )
    placed = freeze({"network": "cell", "given": {"c": 5}})
    model = Network.of(
        [Node("in", "Input"), Node("b1", "Block", placed), Node("b2", "Block", placed), Node("out", "Output")],
        [
            Wire("in", "y", "b1", "x"),
            Wire("in", "y", "b1", "state"),
            Wire("b1", "y", "b2", "x"),
            Wire("b1", "y", "b2", "state"),
            Wire("b2", "y", "out", "x"),
        ],
    )
    return Project(networks=Frozen({"model": model, "cell": cell}), sheets=Frozen({"cell": Sheet()}))


def test_a_renamed_input_of_a_network_is_a_renamed_port_of_its_blocks():
    after = edits.rename(blocks(), "cell", "state", "memory")
    assert ("b1", "y", "b2", "memory") in wires(after)
    assert ("in", "y", "b1", "memory") in wires(after)
    assert "state" not in str(wires(after))


def test_a_renamed_output_of_a_network_is_a_renamed_port_of_its_blocks():
    after = edits.rename(blocks(), "cell", "y", "result")
    outs = {wire[1] for wire in wires(after) if wire[0] != "in"}
    assert outs == {"result"}


def test_a_renamed_inner_node_is_no_port():
    before = blocks()
    assert edits.rename(before, "cell", "add", "plus").networks["model"] is before.networks["model"]


@given(some.wired(), st.data())
def test_renaming_there_and_back_changes_nothing(project, data):
    node = data.draw(st.sampled_from(sorted(nodes(project))))
    assert edits.rename(edits.rename(project, "model", node, "fresh name"), "model", "fresh name", node) == project


@given(some.wired(), st.data())
def test_healing_never_leaves_a_wire_to_a_node_that_is_gone(project, data):
    gone = data.draw(st.lists(st.sampled_from(sorted(nodes(project)))))
    after = edits.remove(project, "model", gone, heal=True)
    ends = {end for wire in wires(after) for end in (wire[0], wire[2])}
    assert ends <= set(nodes(after)) == set(nodes(project)) - set(gone)
    assert after.sheet("model").positions.keys() == nodes(after).keys()


def test_many_nodes_are_changed_in_one_edit():
    after = edits.put_all(chain("a", "b", "c"), "model", ["a", "c"], {"size": [3]})
    assert [node.fields.get("size") for node in nodes(after).values()] == [(3,), None, (3,)]


# Ports that take many wires.


def fan(*names):
    joins = [Wire(f"n{i}", "y", "sum", name) for i, name in enumerate(names)]
    made = [Node("sum", "Add"), *(Node(f"n{i}", "ReLU") for i in range(len(names)))]
    return Project(networks=Frozen({"model": Network.of(made, joins)}))


def order(project):
    return [(wire.input, wire.source) for wire in ports.members(project.networks["model"], "sum")]


def test_a_wire_is_appended_behind_the_others():
    after = ports.append(fan("x1", "x10", "x2", "other"), "model", "n0", "y", "sum")
    assert order(after) == [("x1", "n0"), ("x2", "n2"), ("x10", "n1"), ("x11", "n0")]
    assert order(ports.append(fan(), "model", "sum", "y", "sum")) == [("x1", "sum")]


def test_two_wires_change_places():
    assert order(ports.swap(fan("x1", "x2", "x3"), "model", "sum", "x1", "x3")) == [
        ("x1", "n2"),
        ("x2", "n1"),
        ("x3", "n0"),
    ]
    assert order(ports.swap(fan("x1", "x2"), "model", "sum", "x2", "x5")) == [("x1", "n0"), ("x5", "n1")]


def test_numbers_are_made_whole_again_in_the_same_order():
    after = ports.compact(fan("x7", "x10", "x2", "other"), "model", "sum")
    assert order(after) == [("x1", "n2"), ("x2", "n0"), ("x3", "n1")]
    assert ("n3", "y", "sum", "other") in wires(after)


# Networks.


def test_a_renamed_network_is_renamed_in_its_blocks_and_its_layout():
    after = networks.rename_network(blocks(), "cell", "lstm cell")
    assert set(after.networks) == {"model", "lstm cell"}
    assert set(after.sheets) == {"lstm cell"}
    assert [nodes(after)[b].fields["network"] for b in ("b1", "b2")] == ["lstm cell"] * 2
    with pytest.raises(KeyError):
        networks.rename_network(after, "model", "lstm cell")


def test_a_network_is_added_under_a_free_name_and_taken_away():
    project = networks.add_network(Project(), networks.fresh_network(Project(), "model"))
    assert set(project.networks) == {"model", "model2"}
    assert networks.fresh_network(project, "model") == "model3"
    with pytest.raises(KeyError):
        networks.add_network(project, "model2")
    assert networks.remove_network(project, "model2") == Project()


def test_arguments_that_go_are_no_longer_given():
    after = networks.drop_arguments(networks.put_arguments(blocks(), "cell", e=[1]), "cell", "c")
    assert after.networks["cell"].arguments == {"d": 2, "e": (1,)}
    assert nodes(after)["b1"].fields["given"] == {}


def test_frames_and_notes_are_put_and_dropped():
    frame = Frame("Head", Rect(0, 0, 10, 10))
    project = sheets.put_frames(Project(), "model", {"frame1": frame})
    assert sheets.fresh_name(project.sheet("model"), "frame") == "frame2"
    project = sheets.put_notes(project, "model", {"note1": frame})
    assert project.sheet("model").frames == project.sheet("model").notes.drop("note1").put("frame1", frame)
    bare = sheets.drop_notes(sheets.drop_frames(project, "model", "frame1"), "model", "note1")
    assert bare.sheet("model") == Sheet()
