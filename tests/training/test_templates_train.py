"""Templates that have data are trained to the bar that their row states."""

from pathlib import Path

import pytest
import torch

import dlstudio as dl
from dlstudio.training.run import Run, train


def trained(name: str, tmp_path: Path) -> Run:
    return train(dl.template(name), runs=tmp_path, device="cpu")


def last(run: Run, name: str) -> float:
    return float(run.metrics(name)[1][-1])


def test_lenet5_reads_real_digits_in_three_epochs_ARC_27(tmp_path: Path) -> None:
    assert last(trained("lenet5", tmp_path), "validation/accuracy") >= 0.95


def test_the_plain_network_reads_them_too(tmp_path: Path) -> None:
    assert last(trained("mlp", tmp_path), "validation/accuracy") >= 0.93


def test_a_deep_network_tells_two_spirals_apart_ARC_08(tmp_path: Path) -> None:
    assert last(trained("deep_feed_forward", tmp_path), "validation/accuracy") >= 0.97


def test_bumps_draw_a_sine_ARC_09(tmp_path: Path) -> None:
    assert last(trained("radial_basis", tmp_path), "validation/loss") < 1e-3


def test_xor_is_learnt_ARC_47(tmp_path: Path) -> None:
    run = trained("xor", tmp_path)
    corners = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    assert (run.model()(corners).flatten() > 0.5).tolist() == [False, True, True, False]
    assert last(run, "loss") == pytest.approx(0.0, abs=0.02)
