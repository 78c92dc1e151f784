"""Whether a wire that is not there yet would do."""

from __future__ import annotations

import dlstudio as dl
from dlstudio.compiler.check import examine
from dlstudio.compiler.fit import best, fits, inputs, likeliest, looped, mismatch
from dlstudio.core import edits
from dlstudio.core.document import Project, Wire
from tests.counting import calls


def planned(project: Project):
    return examine(project).plans["model"]


def with_node(project: Project, kind: str, **fields) -> Project:
    return edits.add(project, "model", edits.new_node(project.networks["model"], kind, fields))


CHAIN = dl.line("input 1x28x28 > conv 6 5x5 > relu > flatten > fc 10")


def test_what_the_graph_forbids_comes_first() -> None:
    reason = fits(planned(CHAIN), CHAIN, Wire("linear1", "y", "conv1", "x"))
    assert reason is not None
    assert "loop" in reason


def test_a_shape_that_does_not_fit_is_told_in_the_layers_words() -> None:
    wire = Wire("relu1", "y", "linear1", "x")
    connected = edits.connect(CHAIN, "model", wire)
    (issue,) = [i for i in examine(connected).issues if i.node == "linear1" and i.severity == "error"]
    assert mismatch(planned(CHAIN), CHAIN, wire) == issue.text


def test_a_wire_that_fits_has_nothing_against_it() -> None:
    project = with_node(CHAIN, "Sigmoid")
    assert fits(planned(project), project, Wire("relu1", "y", "sigmoid1", "x")) is None


def test_nothing_is_said_where_other_inputs_are_not_wired() -> None:
    project = with_node(CHAIN, "MatMul")
    plan = planned(project)
    (first, _), (second, _) = inputs(project, plan, "mat_mul1")
    assert first != second
    assert mismatch(plan, project, Wire("conv1", "y", "mat_mul1", first)) is None


def test_other_inputs_count_as_they_are() -> None:
    project = with_node(CHAIN, "Add")
    project = edits.connect(project, "model", Wire("conv1", "y", "add1", "x1"))
    plan = planned(project)
    assert fits(plan, project, Wire("relu1", "y", "add1", "x2")) is None
    assert fits(plan, project, Wire("flatten1", "y", "add1", "x2"))
    assert fits(plan, project, Wire("flatten1", "y", "add1", "x1")) is None, "it takes the place of the only other"


def test_a_many_port_offers_its_next_number() -> None:
    project = with_node(CHAIN, "Concat")
    project = edits.connect(project, "model", Wire("conv1", "y", "concat1", "x1"))
    assert likeliest(project, planned(project), "relu1", "y", "concat1") == "x2"


def test_the_likeliest_input_is_a_free_one_that_fits() -> None:
    project = with_node(CHAIN, "Linear")
    assert likeliest(project, planned(project), "flatten1", "y", "linear2") == "x"
    assert likeliest(project, planned(project), "conv1", "y", "linear2") == "x", "half-drawn graphs are allowed"
    assert likeliest(project, planned(project), "linear1", "y", "conv1") is None, "a loop is not"
    assert best(project, planned(project), "flatten1", "linear2") == Wire("flatten1", "y", "linear2", "x")


def test_what_comes_back_to_a_delay_must_be_what_it_gives() -> None:
    project = with_node(dl.line("input 5x8 > fc 4 > fc 8"), "Delay", size=(4,))
    plan = planned(project)
    assert fits(plan, project, Wire("linear1", "y", "delay1", "x")) is None
    assert "must be the same" in (fits(plan, project, Wire("linear2", "y", "delay1", "x")) or "")


def test_a_block_is_asked_too() -> None:
    project = dl.line("input 1x28x28 > conv 6 5x5 > flatten > fc 10")
    inner = dl.line("input 6x24x24 > conv 4 3x3").networks["model"]
    project = with_node(project.with_network("part", inner), "Block", network="part")
    (port,) = (name for name, _ in inputs(project, planned(project), "block1"))
    assert fits(planned(project), project, Wire("conv1", "y", "block1", port)) is None
    assert "conv1" in (fits(planned(project), project, Wire("flatten1", "y", "block1", port)) or "")


def test_the_nodes_of_a_loop_are_found_at_once() -> None:
    network = CHAIN.networks["model"]
    assert looped(network, "relu1", out=True) == {"image", "conv1", "relu1"}
    assert looped(network, "flatten1", out=False) == {"flatten1", "linear1", "output"}


def test_a_wire_that_was_judged_once_is_judged_by_a_few_calls() -> None:
    plan, wire = planned(CHAIN), Wire("relu1", "y", "linear1", "x")
    mismatch(plan, CHAIN, wire)
    assert calls(lambda: mismatch(plan, CHAIN, wire)) < 100
