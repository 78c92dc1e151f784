"""Numbers of one's own for single weights of layers that have several: what is declared is what torch holds."""

from __future__ import annotations

from math import exp, prod, tanh
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import dlstudio as dl
from dlstudio.catalog.by_hand import ManyWeights, Weight
from dlstudio.catalog.layers import layers
from dlstudio.compiler.check import check
from dlstudio.core import edits
from dlstudio.core.document import Project
from dlstudio.core.fields import Arrays
from dlstudio.core.frozen import freeze
from dlstudio.core.tensor import Tensor
from tests.building import build
from tests.catalog import harness
from tests.catalog.goldens import made

KINDS = [cls.kind for cls in layers if issubclass(cls, ManyWeights)]

LSTM = {
    "weight_ih_l0": [[0.5], [0.25], [1.0], [-0.5]],
    "weight_hh_l0": [[0.1], [0.2], [-0.3], [0.4]],
    "bias_ih_l0": [0.1, 0.2, 0.0, 0.3],
    "bias_hh_l0": [0.0, 0.5, -0.1, 0.0],
}
GRU = {
    "weight_ih_l0": [[0.5], [-0.25], [1.0]],
    "weight_hh_l0": [[0.1], [0.2], [-0.3]],
    "bias_ih_l0": [0.1, 0.2, 0.0],
    "bias_hh_l0": [0.0, 0.5, -0.1],
}
STEPS = (1.0, -2.0)


def given(text: str, name: str, **numbers: Any) -> Project:
    return edits.put(dl.line(text), "model", name, given_numbers=freeze(numbers))


def sigma(x: float) -> float:
    return 1 / (1 + exp(-x))


def read(project: Project) -> list[float]:
    """What the one unit answers to the two steps."""
    found: list[float] = build(project)(torch.tensor([STEPS]).unsqueeze(-1)).flatten().tolist()
    return found


def test_there_are_recurrent_and_attention_layers_among_them() -> None:
    wanted = {"RNN", "LSTM", "GRU", "PeepholeLSTM", "DepthGatedLSTM", "MultiheadAttention", "TransformerDecoderLayer"}
    assert wanted <= set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_weights_are_those_of_the_module(kind: str) -> None:
    for case in harness.accepted(kind, 12):
        assert isinstance(case.layer, ManyWeights)
        module = getattr(harness.built(case), harness.NAME)
        there = {name: tuple(weight.shape) for name, weight in module.named_parameters()}
        there = {name: shape for name, shape in there.items() if not name.startswith("length.")}
        declared = {case.layer.stored(name): each.shape for name, each in case.layer.weights(**case.ins).items()}
        if getattr(case.layer, "normed", False):
            assert declared == there, case
        else:
            assert list(declared.items()) == list(there.items()), case


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_given_for_every_weight_stand_in_the_module(kind: str) -> None:
    for case in harness.accepted(kind, 6):
        assert isinstance(case.layer, ManyWeights)
        torch.manual_seed(1)
        shapes = {name: each.shape for name, each in case.layer.weights(**case.ins).items()}
        numbers = {name: torch.randn(shape) for name, shape in shapes.items() if prod(shape) <= Arrays().most}
        raw = case.raw.put("given_numbers", freeze({name: each.tolist() for name, each in numbers.items()}))
        layer = made(kind, **raw)
        module = getattr(harness.built(harness.Case(layer, raw, case.ins, case.outs)), harness.NAME)
        there = dict(module.named_parameters())
        for name, wanted in numbers.items():
            assert torch.equal(there[layer.stored(name)], wanted), (case, name)
            assert there[layer.stored(name)].requires_grad


def test_a_one_unit_LSTM_steps_as_worked_by_hand() -> None:
    h = c = 0.0
    by_hand = []
    for x in STEPS:
        i = sigma(0.5 * x + 0.1 + 0.1 * h)
        f = sigma(0.25 * x + 0.2 + 0.2 * h + 0.5)
        g = tanh(1.0 * x - 0.3 * h - 0.1)
        o = sigma(-0.5 * x + 0.3 + 0.4 * h)
        c = f * c + i * g
        h = o * tanh(c)
        by_hand.append(h)
    assert by_hand == pytest.approx([0.1945190, -0.0212495], abs=1e-6)
    assert read(given("input 2x1 > lstm 1", "lstm1", **LSTM)) == pytest.approx(by_hand, abs=1e-6)


def test_a_one_unit_GRU_steps_as_worked_by_hand() -> None:
    h = 0.0
    by_hand = []
    for x in STEPS:
        r = sigma(0.5 * x + 0.1 + 0.1 * h)
        z = sigma(-0.25 * x + 0.2 + 0.2 * h + 0.5)
        n = tanh(1.0 * x + r * (-0.3 * h - 0.1))
        h = (1 - z) * n + z * h
        by_hand.append(h)
    assert by_hand == pytest.approx([0.2854472, 0.0079063], abs=1e-6)
    assert read(given("input 2x1 > gru 1", "gru1", **GRU)) == pytest.approx(by_hand, abs=1e-6)


@pytest.mark.parametrize(("word", "torch_module"), [("lstm", nn.LSTM), ("gru", nn.GRU), ("rnn", nn.RNN)])
def test_a_stack_in_both_directions_equals_torchs_module_with_those_weights(word: str, torch_module: Any) -> None:
    torch.manual_seed(3)
    there = torch_module(3, 2, num_layers=2, bidirectional=True, batch_first=True)
    numbers = {name: weight.tolist() for name, weight in there.named_parameters()}
    built = build(given(f"input 5x3 > {word} 2 2 bi", f"{word}1", **numbers))
    x = torch.randn(4, 5, 3)
    torch.testing.assert_close(built(x), there(x)[0], rtol=0, atol=1e-6)


def test_attention_equals_torchs_with_those_weights() -> None:
    torch.manual_seed(3)
    there = nn.MultiheadAttention(4, 2, batch_first=True)
    nn.init.normal_(there.in_proj_bias)
    numbers = {name: weight.tolist() for name, weight in there.named_parameters()}
    built = build(given("input 5x4 > mha 2", "multihead_attention1", **numbers))
    x = torch.randn(3, 5, 4)
    torch.testing.assert_close(built(x), there(x, x, x)[0], rtol=0, atol=1e-6)


def test_the_source_says_exactly_these_numbers_and_the_file_keeps_them(tmp_path: Path) -> None:
    project = given("input 2x1 > lstm 1", "lstm1", **LSTM)
    dl.save(project, tmp_path / "net.dls")
    kept = dl.load(tmp_path / "net.dls")
    assert kept.networks["model"].nodes["lstm1"] == project.networks["model"].nodes["lstm1"]
    source = dl.source(kept)
    assert "self.lstm1.weight_ih_l0.data = torch.tensor([[0.5], [0.25], [1.0], [-0.5]])" in source
    assert "self.lstm1.bias_hh_l0.data = torch.tensor([0.0, 0.5, -0.1, 0.0])" in source
    assert "given_numbers" not in source


def test_the_other_weights_start_by_the_initialiser() -> None:
    project = given("input 5x4 > lstm 3", "lstm1", weight_hh_l0=torch.eye(3).repeat(4, 1).tolist())
    project = edits.put(project, "model", "lstm1", weight_init={"kind": "Constant", "val": 0.25})
    built: Any = build(project).lstm1
    assert (built.weight_ih_l0 == 0.25).all()
    assert torch.equal(built.weight_hh_l0, torch.eye(3).repeat(4, 1))


def test_with_weight_norm_the_matrix_that_acts_is_the_given_one() -> None:
    numbers = {**LSTM, "weight_hh_l0": [[0.1], [0.2], [-0.3], [0.4]]}
    project = given("input 2x1 > lstm 1", "lstm1", **numbers)
    normed = edits.put(project, "model", "lstm1", reparametrize="weight norm")
    assert read(normed) == pytest.approx(read(project), abs=1e-6)


@pytest.mark.parametrize(
    ("numbers", "fields", "says"),
    [
        ({"weight_ih_l0": [[1, 2], [3, 4]]}, {}, "are 2×2, but the weight_ih_l0 of LSTM is 4×1 (rows: i input gate, f"),
        ({"bias_ih_l0": [1, 2]}, {}, "are 2, but the bias_ih_l0 of LSTM is 4 (in turn: i input gate"),
        ({"weight_ih_l0": []}, {}, "No numbers are given, but the weight_ih_l0 of LSTM is 4×1"),
        ({"weight_ih_l1": [[1]]}, {}, "given for weight_ih_l1, which this LSTM does not have. Did you mean “weight_ih"),
        ({"kernel": [[1]]}, {}, "It has weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0."),
        ({"weight_ih_l0": [[1], [2, 3]]}, {}, "The given numbers of weight_ih_l0 must hold rows of one length"),
        ({"weight_ih_l0": [["a"]]}, {}, "The given numbers of weight_ih_l0 must be a number, not “a”"),
        ({"weight_ih_l0": [[0.0]] * 5000}, {}, "of weight_ih_l0 must not be more than 4,096 numbers"),
        ({"weight_ih_l0": [[1], [0], [1], [1]]}, {"reparametrize": "weight norm"}, "no row of weight_ih_l0 can be all"),
    ],
)
def test_what_fits_no_weight_is_told_in_a_sentence(numbers: dict[str, Any], fields: dict[str, Any], says: str) -> None:
    project = edits.put(given("input 2x1 > lstm 1", "lstm1", **numbers), "model", "lstm1", **fields)
    (issue,) = check(project)
    assert (issue.code, issue.node) == ("bad-field", "lstm1")
    assert says in issue.text
    assert not check(issue.fixes[0].edit(project))


def test_the_fix_takes_only_the_wrong_numbers_away() -> None:
    project = given("input 2x1 > lstm 1", "lstm1", **{**LSTM, "weight_hh_l0": [[1.0, 2.0]]})
    (issue,) = check(project)
    assert issue.fixes[0].label == "Take the numbers of weight_hh_l0 away"
    mended = issue.fixes[0].edit(project).networks["model"].nodes["lstm1"].fields["given_numbers"]
    assert mended == freeze({name: rows for name, rows in LSTM.items() if name != "weight_hh_l0"})


def test_parts_name_the_rows_of_a_weight() -> None:
    lstm = made("LSTM", hidden_size=2).weights(Tensor.of(5, 3))["weight_ih_l0"]
    assert [lstm.name(i) for i in range(8)] == ["i 0", "i 1", "f 0", "f 1", "g 0", "g 1", "o 0", "o 1"]
    gru = made("GRU", hidden_size=1).weights(Tensor.of(5, 3))["bias_ih_l0"]
    assert [gru.name(i) for i in range(3)] == ["r", "z", "n"]
    assert [gru.meaning(i) for i in range(3)] == ["reset gate", "update gate", "candidate"]
    plain = Weight((2, 2))
    assert (plain.name(1), plain.meaning(1), plain.legend()) == ("1", "", "")
