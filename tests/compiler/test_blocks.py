"""Blocks: arguments, repeats, sharing, and the classes that they become."""

import pytest
import torch
from torch import nn

from dlstudio.compiler.check import check, examine
from dlstudio.compiler.emit import emit
from dlstudio.compiler.line import close, extend
from dlstudio.core import edits
from dlstudio.core.document import BLOCK, Network, Project, Wire
from dlstudio.core.frozen import Frozen
from tests.building import build


def with_block(inner: str, outer: str, **arguments: float) -> Project:
    """A project with one block network, Part, and a model that places it."""
    networks = {"model": Network(), "Part": Network(arguments=Frozen(arguments), note="A part.")}
    made = extend(Project(name="Made of parts", networks=Frozen(networks)), "Part", inner).project
    made = extend(close(made, "Part"), "model", outer).project
    return close(made, "model")


RESIDUAL = "x: input 8x16x16 > conv =channels 3 stride==stride same nobias > relu > last: conv =channels 3 same nobias"


def test_values_that_differ_between_places_become_arguments_of_one_class() -> None:
    project = with_block(
        "x: input 8x16x16 > conv =channels 3 p1 > relu",
        "input 3x16x16 > Part channels=4 > Part channels=8 > Part channels=16",
        channels=8,
    )
    text = emit(project).text
    assert text.count("class Part(") == 1
    assert "def __init__(self, in_channels: int, channels: int) -> None:" in text
    assert "self.conv1 = nn.Conv2d(in_channels, channels, 3, padding=1)" in text
    assert build(project)(torch.zeros(2, 3, 16, 16)).shape == (2, 16, 16, 16)


def test_expressions_stand_in_the_source_as_they_were_written() -> None:
    project = with_block(
        "x: input 8 > fc =width*2 > relu > fc =width+1", "input 5 > Part width=4 > Part width=6", width=3
    )
    text = emit(project).text
    assert "width * 2" in text
    assert "width + 1" in text
    assert build(project)(torch.zeros(1, 5)).shape == (1, 7)


def test_a_block_that_is_used_in_one_way_has_plain_numbers() -> None:
    text = emit(with_block("x: input 8 > fc =width", "input 5 > Part width=4", width=3)).text
    assert "self.linear1 = nn.Linear(5, 4)" in text


def test_repeats_are_a_loop_and_the_first_may_differ() -> None:
    project = with_block("x: input 8 > fc =width > relu", "input 5 > Part width=4 repeat=5", width=3)
    text = emit(project).text
    assert "*(Part(in_features=4) for _ in range(4))" in text.replace("width=4, ", "")
    module = build(project)
    assert isinstance(module.part1, nn.Sequential)
    assert len(module.part1) == 5
    assert module(torch.zeros(2, 5)).shape == (2, 4)


def test_shared_repeats_are_one_module_run_many_times() -> None:
    project = with_block("x: input 4 > fc 4 > tanh", "input 4 > Part repeat=3 share=shared")
    module = build(project)
    assert sum(p.numel() for p in module.parameters()) == 20
    x = torch.randn(2, 4)
    y = x
    for _ in range(3):
        y = module.part1(y)
    torch.testing.assert_close(module(x), y)


def test_two_blocks_may_share_one_set_of_weights() -> None:
    project = with_block("x: input 4 > fc 4 > tanh", "input 4 > first: Part > second: Part same_weights_as=first")
    module = build(project)
    assert [name for name, _ in module.named_children()] == ["first"]
    x = torch.randn(2, 4)
    torch.testing.assert_close(module(x), module.first(module.first(x)))


def test_a_block_with_two_inputs_repeats_over_its_first() -> None:
    project = with_block(
        "a: input 4; b: input 4; a > add b > sum: fc 4", "x: input 4; z: input 4; x > Part repeat=3 z", width=1
    )
    assert not [issue for issue in check(project) if issue.severity == "error"]
    module = build(project)
    x, z = torch.randn(2, 4), torch.randn(2, 4)
    y = x
    for part in module.part1:
        y = part.sum(y + z)
    torch.testing.assert_close(module(x, z), y)


def test_a_block_with_two_outputs_gives_both() -> None:
    project = with_block("x: input 4 > a: fc 2; x > b: fc 3", "input 4 > Part")
    project = edits.connect(
        edits.add(project, "model", edits.new_node(project.networks["model"], "Output")),
        "model",
        Wire("part1", "output1", "output1", "x"),
    )
    module = build(project)
    assert [tuple(y.shape) for y in module(torch.zeros(1, 4))] == [(1, 2), (1, 3)]


def test_blocks_within_blocks_pass_their_arguments_on() -> None:
    networks = {
        "model": Network(),
        "Outer": Network(arguments=Frozen({"size": 4})),
        "Inner": Network(arguments=Frozen({"width": 2})),
    }
    made = extend(Project(networks=Frozen(networks)), "Inner", "x: input 3 > fc =width").project
    made = extend(close(made, "Inner"), "Outer", "x: input 3 > Inner width==size*2 > relu").project
    made = extend(close(made, "Outer"), "model", "input 3 > Outer size=5 > Outer size=7").project
    made = close(made, "model")
    module = build(made)
    assert module(torch.zeros(1, 3)).shape == (1, 14)
    assert "width=size * 2" in emit(made).text


def test_blocks_that_differ_in_more_than_numbers_are_classes_of_their_own() -> None:
    project = with_block("x: input 8x8x8 > bn > relu", "image: input 3x8x8 > Part > flatten > Part")
    text = emit(project).text
    assert "class Part(" in text
    assert "class Part2(" in text
    assert build(project).eval()(torch.zeros(2, 3, 8, 8)).shape == (2, 192)


def test_state_dict_keys_start_with_node_names() -> None:
    module = build(with_block("x: input 8 > fc =width", "input 5 > stem: fc 6 > Part width=4 repeat=2", width=3))
    assert list(module.state_dict())[:3] == ["stem.weight", "stem.bias", "part1.0.linear1.weight"]


@pytest.mark.parametrize("depth", [1, 2, 60])
def test_deep_nesting_compiles(depth: int) -> None:
    networks = {"model": Network(), **{f"N{i}": Network() for i in range(depth)}}
    project = Project(networks=Frozen(networks))
    for i in range(depth):
        inside = f"N{i - 1}" if i else "fc 4"
        project = close(extend(project, f"N{i}", f"x: input 4 > {inside}").project, f"N{i}")
    project = close(extend(project, "model", f"input 4 > N{depth - 1}").project, "model")
    assert build(project)(torch.zeros(1, 4)).shape == (1, 4)


def test_a_network_that_is_no_block_any_more_is_judged_by_its_own_inputs() -> None:
    """What flowed into it where it was placed is forgotten with the place."""
    placed = with_block("x: input int 5 > embedding 10 4", "input 6x8x8 > Part > flatten > fc 2")
    before = examine(placed)
    assert any("Embedding" in issue.text for issue in before.issues)
    block = next(node.id for node in placed.networks["model"].nodes.values() if node.kind == BLOCK)
    alone = edits.remove(placed, "model", [block])
    assert sorted(map(str, examine(alone, before).issues)) == sorted(map(str, examine(alone).issues))
    assert not any("Embedding" in issue.text for issue in examine(alone, before).issues)
