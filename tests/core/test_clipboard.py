"""The clipboard: copied nodes come back whole under free names, and foreign text is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlstudio.core import edits, networks
from dlstudio.core.clipboard import copy, duplicate, paste
from dlstudio.core.document import Frame, Network, Node, Point, Project, Rect, Wire
from dlstudio.core.edits import move
from dlstudio.core.files import dumps, loads
from dlstudio.core.frozen import Frozen, freeze
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.sheets import put_frames, put_notes
from tests.core import strategies as some
from tests.core.test_edits import blocks, chain, nodes, wires
from tests.core.test_files import LENET, TEXT


def test_nodes_are_pasted_with_their_wires_under_free_names():
    project = chain("conv1", "relu1", "conv2", "out")
    after, ids, *_ = paste(project, "model", copy(project, "model", ["conv1", "relu1", "conv2"]))
    assert ids == ("conv3", "conv4", "relu2")
    added = set(wires(after)) - set(wires(project))
    assert added == {("conv3", "y", "relu2", "x"), ("relu2", "y", "conv4", "x")}
    assert set(wires(project)) < set(wires(after))


def test_nodes_keep_their_names_where_those_are_free():
    project = chain("a", "b")
    assert paste(Project(), "model", copy(project, "model", ["a", "b"]))[0].networks == project.networks


def test_a_pasted_node_takes_no_wire_that_leads_nowhere():
    lost = Project(networks=Frozen({"model": Network.of([], [Wire("x", "y", "a1", "x")])}))
    after, ids, *_ = paste(lost, "model", copy(chain("a1"), "model", ["a1"]))
    assert ids == ("a2",)
    assert wires(after) == [("x", "y", "a1", "x")]


def test_the_upper_left_corner_lies_where_it_was_asked_for():
    project = edits.move(chain("a", "b"), "model", {"a": Point(10, 50), "b": Point(30, 20)})
    text = copy(project, "model", ["a", "b"])
    after, (a, b), *_ = paste(project, "model", text, Point(100, 200))
    assert after.sheet("model").positions[a] == Point(100, 230)
    assert after.sheet("model").positions[b] == Point(120, 200)
    beside, (a, _), *_ = paste(project, "model", text)
    assert beside.sheet("model").positions[a] not in project.sheet("model").positions.values()
    nothing, ids, *_ = paste(project, "model", copy(chain("c"), "model", ["c"]), Point(1, 1))
    assert ids[0] not in nothing.sheet("model").positions


def test_shared_weights_stay_shared_inside_and_with_what_is_there():
    project = edits.put(chain("a1", "b1", "c1"), "model", "b1", same_weights_as="a1")
    both, ids, *_ = duplicate(project, "model", ["a1", "b1"])
    assert ids == ("a2", "b2")
    assert nodes(both)["b2"].fields["same_weights_as"] == "a2"
    one, *_ = duplicate(project, "model", ["b1"])
    assert nodes(one)["b2"].fields["same_weights_as"] == "a1"
    alone, *_ = paste(Project(), "model", copy(project, "model", ["b1"]))
    assert "same_weights_as" not in nodes(alone)["b1"].fields


def nested():
    """`model` places `outer`, which places `inner`."""
    return Project(
        networks=Frozen(
            {
                "model": Network.of([Node("b1", "Block", freeze({"network": "outer"}))]),
                "outer": Network.of([Node("b1", "Block", freeze({"network": "inner"}))]),
                "inner": Network(note="the first"),
            }
        )
    )


def test_networks_come_along_with_the_blocks_that_place_them():
    after, *_ = paste(Project(), "model", copy(nested(), "model", ["b1"]))
    assert after.networks == nested().networks


def test_networks_that_are_there_already_are_used():
    after, ids, *_ = paste(nested(), "model", copy(nested(), "model", ["b1"]))
    assert after.networks.keys() == nested().networks.keys()
    assert nodes(after)[ids[0]].fields["network"] == "outer"


def test_networks_that_mean_something_else_there_come_under_a_new_name():
    text = copy(nested(), "model", ["b1"])
    other = networks.note_network(nested(), "inner", "the second")
    after, ids, *_ = paste(other, "model", text)
    assert set(after.networks) == {"model", "outer", "inner", "outer2", "inner2"}
    assert nodes(after)[ids[0]].fields["network"] == "outer2"
    assert nodes(after, "outer2")["b1"].fields["network"] == "inner2"
    assert after.networks["inner2"].note == "the first"
    for name in ("outer", "inner"):
        assert after.networks[name] is other.networks[name]


def test_a_new_name_takes_none_that_comes_along():
    project = Project(
        networks=Frozen(
            {
                "model": Network.of([Node(b, "Block", freeze({"network": b})) for b in ("b", "b2")]),
                "b": Network(note="mine"),
                "b2": Network(note="mine too"),
            }
        )
    )
    target = Project(networks=Frozen({"model": Network(), "b": Network(note="another")}))
    after, *_ = paste(target, "model", copy(project, "model", ["b", "b2"]))
    assert [after.networks[nodes(after)[b].fields["network"]].note for b in ("b", "b2")] == ["mine", "mine too"]
    assert after.networks["b"].note == "another"


def test_a_block_that_places_its_own_network_is_copied_too():
    project = Project(networks=Frozen({"model": Network.of([Node("b1", "Block", freeze({"network": "model"}))])}))
    after, ids, *_ = duplicate(project, "model", ["b1"])
    assert set(ids) <= set(nodes(after))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "{}",
        "3",
        TEXT,
        TEXT[:50],
        '{"format": 1}',
        '{"format": 1, "fragment": "m"}',
        '{"format": 1, "fragment": []}',
    ],
)
def test_foreign_text_is_refused(text):
    with pytest.raises(ProjectProblem, match="clipboard holds no nodes"):
        paste(LENET, "model", text)


@pytest.mark.parametrize("change", [{"format": 9}, {"data": 3}])
def test_nodes_that_cannot_be_read_are_refused_with_the_reason(change):
    text = json.dumps(json.loads(copy(LENET, "model", ["conv2"])) | change)
    with pytest.raises(ProjectProblem, match=r"cannot be pasted\. (This project was written by a newer|data: must be)"):
        paste(LENET, "model", text)


def test_nodes_of_another_kind_of_network_are_refused():
    chains = Project(networks=Frozen({"model": Network.of([Node("rain", "State")], kind="markov")}))
    with pytest.raises(ProjectProblem, match="Nodes of a markov network"):
        paste(LENET, "model", copy(chains, "model", ["rain"]))


def test_a_wire_that_leads_out_of_the_text_is_left_away():
    raw = json.loads(copy(chain("a", "b"), "model", ["a", "b"]))
    raw["networks"]["fragment"]["wires"].append(["elsewhere", "y", "b", "x2"])
    after, *_ = paste(Project(), "model", json.dumps(raw))
    assert wires(after) == [("a", "y", "b", "x")]


@given(some.projects, st.data())
def test_any_nodes_can_be_copied_and_pasted(project, data):
    project = project.with_network("model", data.draw(some.networks()))
    chosen = data.draw(st.sets(st.sampled_from(sorted(nodes(project)) or [""])))
    before = dumps(project)
    after, ids, *_ = paste(project, "model", copy(project, "model", chosen))
    assert dumps(project) == before
    assert len(ids) == len(chosen & nodes(project).keys())
    assert set(ids).isdisjoint(nodes(project))
    assert all(nodes(after)[name] is node for name, node in nodes(project).items())
    inner = [w for w in project.networks["model"].wires if w.source in chosen and w.target in chosen]
    inner = [w for w in inner if w.source in nodes(project) and w.target in nodes(project)]
    assert len(wires(after)) == len(wires(project)) + len(inner)
    assert loads(dumps(after)) == after


def test_duplicates_of_blocks_place_the_same_network():
    after, ids, *_ = duplicate(blocks(), "model", ["b1", "b2"])
    assert {nodes(after)[name].fields["network"] for name in ids} == {"cell"}
    assert set(after.networks) == {"model", "cell"}


def marked() -> Project:
    """A chain in a frame, with a note beside it."""
    project = move(chain("a", "b"), "model", {"a": Point(0, 0), "b": Point(200, 0)})
    project = put_frames(project, "model", {"frame1": Frame("Trunk", Rect(-20, -40, 420, 140), "accent")})
    return put_notes(project, "model", {"note1": Frame("Why", Rect(0, 200, 120, 60))})


def test_frames_and_notes_come_along_as_text_into_another_project() -> None:
    text = copy(marked(), "model", ["a", "b"], ["frame1", "note1"])
    after, nodes, marks = paste(Project(), "model", text, Point(1000, 1000))
    sheet = after.sheet("model")
    assert (nodes, marks) == (("a", "b"), ("frame1", "note1"))
    assert sheet.frames["frame1"] == Frame("Trunk", Rect(1000, 1000, 420, 140), "accent")
    assert sheet.notes["note1"].rect == Rect(1020, 1240, 120, 60)
    assert sheet.positions["a"] == Point(1020, 1040)


def test_a_note_alone_is_pasted_beside_itself_under_another_name() -> None:
    project = marked()
    after, nodes, marks = paste(project, "model", copy(project, "model", [], ["note1"]))
    assert (nodes, marks) == ((), ("note2",))
    assert after.networks == project.networks
    assert after.sheet("model").notes["note2"].rect == Rect(32, 232, 120, 60)


def test_a_second_frame_keeps_its_words_and_colour() -> None:
    after, nodes, marks = duplicate(marked(), "model", ["a"], Point(500, 0), marks=["frame1"])
    assert (nodes, marks) == (("a1",), ("frame2",))
    assert after.sheet("model").frames["frame2"] == Frame("Trunk", Rect(500, 0, 420, 140), "accent")
