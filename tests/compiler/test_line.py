"""The type-to-build line: what it makes, and what it says to words that it does not know."""

from contextlib import suppress

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from dlstudio.catalog.layer import Layer
from dlstudio.catalog.layers import layers
from dlstudio.compiler.check import check
from dlstudio.compiler.line import extend, line
from dlstudio.core.document import BLOCK, Project
from dlstudio.core.issue import ProjectProblem
from tests.building import build
from tests.counting import calls


def kinds(project: Project) -> dict[str, str]:
    return {node.id: node.kind for node in project.networks["model"].nodes.values()}


def test_the_line_of_the_readme_is_what_torch_builds_by_hand() -> None:
    project = line("input 3x224x224 > conv 64 7x7 s2 p3 > bn > relu > maxpool 3 s2 p1 > gap > flatten > fc 10")
    assert not [issue for issue in check(project) if issue.severity == "error"]
    module = build(project)
    theirs = nn.Sequential(
        nn.Conv2d(3, 64, 7, 2, 3),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        nn.MaxPool2d(3, 2, 1),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(64, 10),
    )
    assert sum(p.numel() for p in module.parameters()) == sum(p.numel() for p in theirs.parameters()) == 10250
    theirs.load_state_dict(dict(zip(theirs.state_dict(), module.state_dict().values(), strict=True)))
    x = torch.randn(2, 3, 224, 224)
    torch.testing.assert_close(module.eval()(x), theirs.eval()(x))


def test_nodes_are_named_after_their_words() -> None:
    assert kinds(line("input 1x8x8 > conv 4 3 > relu > conv 4 3 > flatten > fc 2")) == {
        "image": "Input",
        "conv1": "Conv2d",
        "relu1": "ReLU",
        "conv2": "Conv2d",
        "flatten1": "Flatten",
        "linear1": "Linear",
        "output": "Output",
    }


def test_a_word_means_what_fits() -> None:
    assert kinds(line("input 2x20 signal > conv 4 3 > bn > maxpool 2"))["conv1"] == "Conv1d"
    assert kinds(line("input 2x9x9x9 > conv 4 3 > maxpool 2"))["max_pool1"] == "MaxPool3d"


INPUTS = ("8", "3x16x16", "10x8", "3x8x8x8", "2x8", "10 int", "16x16")
"""Shapes of which every layer takes at least one."""


def said(word: str) -> set[str]:
    """The kinds that a word comes to behind the inputs that there may be, alone and with another one."""
    found: set[str] = set()
    for shape in INPUTS:
        for text in (f"input {shape} > {word}", f"a: input {shape}; input {shape} > {word} a"):
            with suppress(ProjectProblem):
                found |= set(kinds(line(text)).values())
    return found


@pytest.mark.parametrize("cls", [cls for cls in layers if cls.kind != BLOCK], ids=lambda cls: cls.kind)
def test_every_layer_can_be_typed_by_each_of_its_words_and_by_its_name(cls: type[Layer]) -> None:
    for word in (*cls.line.words, cls.kind, cls.kind.lower()):
        assert cls.kind in said(word), word


def test_where_no_shape_is_known_a_word_means_what_goes_with_the_layer_before_and_else_an_image() -> None:
    assert kinds(line("input 1 > conv 4 3 > relu > maxpool 2"))["max_pool1"] == "MaxPool2d"
    assert kinds(line("input 1 > conv1d 4 3 > relu > maxpool 2"))["max_pool1"] == "MaxPool1d"


def test_a_word_that_no_tensor_of_this_shape_fits_is_told_by_the_check_and_breaks_nothing() -> None:
    found = [issue.node for issue in check(line("input 3x8x8x8 > stack")) if issue.severity == "error"]
    assert found == ["stack1"]


def test_an_input_of_two_axes_before_a_convolution_is_a_signal() -> None:
    project = line("input 2x20 > conv 4 3")
    assert project.networks["model"].nodes["x"].fields["form"] == "signal" if "x" in kinds(project) else True
    assert not [issue for issue in check(project) if issue.severity == "error"]


def test_a_flatten_is_put_in_where_everybody_means_it_LAY_21() -> None:
    assert "Flatten" in kinds(line("input 1x4x4 > fc 3")).values()


def test_repeats_and_groups() -> None:
    made = kinds(line("input 4 > (fc 8 > relu) x3 > fc 2 x2"))
    assert list(made.values()).count("Linear") == 5
    assert list(made.values()).count("ReLU") == 3


def test_a_name_joins_a_branch() -> None:
    project = line("input 8x6x6 > relu > trunk: conv 8 3 same > relu > conv 8 3 same > add trunk > flatten > fc 2")
    assert not [issue for issue in check(project) if issue.severity == "error"]
    assert [w.source for w in project.networks["model"].inbound["add1"]] == ["conv1", "trunk"]


def test_chains_apart_may_meet() -> None:
    project = line("a: input 4; b: input 4; a > left: fc 3; b > fc 3 > add left")
    assert not [issue for issue in check(project) if issue.severity == "error"]


def test_a_line_may_go_on_from_a_node() -> None:
    project = line("input 4 > first: fc 3 > relu")
    typed = extend(project, "model", "tanh > fc 2", after="first")
    assert typed.new == ["tanh1", "linear1"]
    assert [w.source for w in typed.project.networks["model"].inbound["tanh1"]] == ["first"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("input 4 > cnov 3", "Did you mean “conv”"),
        ("conv 3", "needs something before it"),
        ("input 4 > fc 0", "from 1 to"),
        ("input 4 > fc ten", "whole number"),
        ("input 4 > fc 3 4 5", "does not know what to do with “4”"),
        ("input 4 > fc 3 biass=no", "Did you mean “bias”"),
        ("input 4 >", "leads nowhere"),
        ("> fc 3", "before or after"),
        ("input 4 > (fc 3 > relu", "never closed"),
        ("input 4 > fc 3)", "where a > or the end was expected"),
        ("input 4 > fc 3 x0", "cannot be repeated"),
        ("input 4 > fc 3 x99999999", "cannot be repeated"),
        ("input 4 > fc 3 x30000", "more than 20,000"),
        ("input 4 > a: fc 3 > a: fc 3", "taken already"),
        ("input 4x4x4x4x4x4x4x4x4x4", "numbers"),
        ("input 99999999999999999999", "too large"),
        ("input 4 > a:", "stands before nothing"),
    ],
)
def test_what_is_not_understood_is_said(text: str, says: str) -> None:
    with pytest.raises(ProjectProblem, match=says.replace("(", r"\(").replace(")", r"\)")):
        line(text)


WORDS = """input conv fc relu bn add concat maxpool flatten block x3 x0 3 3x3 1x8x8 s2 p1 same a: a > > > ( ) ; = =a k=3
-1 é input 4 > fc lstm embedding tokens 99999999999999 1e9 nan ' " \\"""
words = st.sampled_from([*WORDS.split(), "\n"])


@given(st.lists(words, max_size=14).map(" ".join) | st.text(max_size=40))
def test_any_text_is_a_project_or_a_refusal(text: str) -> None:
    made: Project | None = None
    refusal = ""
    try:
        made = line(text)
    except ProjectProblem as problem:
        refusal = str(problem)
    assert (made is None) == (refusal[-1:] in (".", "?", "”"))
    if made:
        check(made)


def test_a_new_line_begins_a_new_chain_unless_the_chain_visibly_goes_on() -> None:
    broken = line("""
        x: input 8 > fc 4 >
          relu
          > out: fc 2

        x > other: fc 3""")
    assert broken == line("x: input 8 > fc 4 > relu > out: fc 2; x > other: fc 3")


def test_a_line_may_draw_a_loop() -> None:
    cell = line("""before: delay 4
                   x: input 5x3 > both: concat before > h: linear 4 activation=tanh > before
                   h > out: output""")
    module = build(cell)
    x, h = torch.randn(2, 5, 3), torch.zeros(2, 4)
    for t in range(5):
        h = torch.tanh(module.h(torch.cat([x[:, t], h], 1)))
    torch.testing.assert_close(module(x)[:, -1], h)


def test_a_chain_that_leads_to_a_node_without_a_free_input_says_so() -> None:
    with pytest.raises(ProjectProblem, match="“first” has 1 inputs, but 2 things"):
        line("x: input 4 > first: fc 4 > relu > first")


def test_other_outputs_and_inputs_are_named_behind_a_dot() -> None:
    project = line("""
        source: input 5x3 > encoder: lstm 4
        target: input 6x3 > decoder: lstm 4 encoder.h encoder.c
        word: input 4; before: delay 4; word > before.initial
        decoder > both: concat before > next: linear 4 > before
        next > out: output""")
    wires = set(map(str, project.networks["model"].wires))
    assert {"encoder.h → decoder.h0", "encoder.c → decoder.c0", "word.y → before.initial"} <= wires
    with pytest.raises(ProjectProblem, match="“encoder” has no output “z” \\(it has: y, h, c\\)"):
        line("x: input 5x3 > encoder: lstm 4; encoder.z > takestep last")


def test_the_work_of_reading_a_long_line_grows_with_its_length() -> None:
    def work(layers: int) -> int:
        text = " > ".join(["input 16", *["fc 16", "relu"] * (layers // 2)])
        return calls(lambda: line(text))

    work(100)
    assert work(3000) < 4.4 * work(750)
