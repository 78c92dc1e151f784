"""A certificate says what differs, by how much, and where it begins."""

import json
from pathlib import Path

import pytest
import torch

from dlstudio.exchange.certificate import Certificate
from dlstudio.exchange.difference import difference


def certificate(shift: float) -> Certificate:
    numbers = torch.linspace(-4, 4, 12).reshape(3, 4)
    nodes = [("conv1", 0.0), ("block", shift), ("fc", 2 * shift)]
    within = tuple(difference(name, [(numbers, numbers + apart)], (name, "inner")) for name, apart in nodes)
    output = difference("y", [(numbers, numbers), (numbers, numbers + shift)])
    return Certificate("onnx", Path("a.onnx"), (Path("a.onnx"),), (output,), 1e-5, "samples", "weights", nodes=within)


def test_the_first_node_that_differs_is_named() -> None:
    proof = certificate(0.5)
    assert not proof.passed
    assert proof.worst == pytest.approx(0.5 / 4)
    assert json.loads(json.dumps(proof.plain()))["first diverging node"] == ["block", "inner"]
    assert "The first node that differs by more: block / inner." in str(proof)


def test_equal_numbers_pass_with_nothing_named() -> None:
    proof = certificate(0.0)
    assert proof.passed
    assert proof.first is None
    assert proof.worst == 0.0


def test_another_shape_and_a_number_that_is_none_are_infinitely_far() -> None:
    ones = torch.ones(2, 3)
    assert difference("y", [(ones, torch.ones(2, 1))]).absolute == float("inf")
    assert difference("y", [(ones, ones * float("nan"))]).absolute == float("inf")
    assert difference("y", [(ones * float("nan"), ones * float("nan"))]).absolute == 0.0
