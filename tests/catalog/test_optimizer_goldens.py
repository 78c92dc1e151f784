"""Optimizers by their formulas: first steps, regimes and terminal speeds as the sources have them."""

import math
from typing import Any

import pytest
import torch
from torch import nn

from dlstudio.catalog.optimizers import optimizers
from tests.catalog.test_optimizers import made, started


def scalar(kind: str, gradients: list[float], start: float = 0.0, **fields: Any) -> list[float]:
    """Where one weight stands after each of these gradients."""
    weight = nn.Parameter(torch.tensor([start], dtype=torch.float64))
    optimizer = started(made(kind, **fields), [weight])
    trace = []
    for gradient in gradients:
        weight.grad = torch.tensor([gradient], dtype=torch.float64)
        optimizer.step()
        trace.append(weight.item())
    return trace


def quadratic(kind: str, steps: int, curvature: float = 1.0, **fields: Any) -> list[float]:
    """Where a weight that starts at 1 goes on ½·curvature·w²."""
    weight = nn.Parameter(torch.ones(1, dtype=torch.float64))
    optimizer = started(made(kind, **fields), [weight])
    trace = []
    for _ in range(steps):
        weight.grad = curvature * weight.detach()
        optimizer.step()
        trace.append(weight.item())
    return trace


def test_adagrad_takes_its_first_step_NUM_51() -> None:
    assert scalar("Adagrad", [2.0], lr=0.1, eps=1e-7)[0] == pytest.approx(-0.09999999500, abs=1e-11)


def test_rmsprop_takes_its_first_step_NUM_51() -> None:
    assert scalar("RMSprop", [2.0], lr=0.1, alpha=0.9, eps=1e-7)[0] == pytest.approx(-0.316227717, abs=1e-9)


@pytest.mark.parametrize("gradient", [3.0, -0.02, 1e-4])
def test_adams_first_step_is_the_sign_NUM_52(gradient: float) -> None:
    step = scalar("Adam", [gradient])[0]
    assert step == pytest.approx(-0.001 * math.copysign(1, gradient), abs=1e-6)
    assert step == pytest.approx(-0.001 * gradient / (abs(gradient) + 1e-8), abs=1e-12)


def test_the_defaults_of_adam_are_those_of_the_sources_OPT_10() -> None:
    assert optimizers["Adam"]().values() == {
        "lr": 0.001,
        "betas": (0.9, 0.999),
        "eps": 1e-8,
        "weight_decay": 0.0,
        "amsgrad": False,
    }


@pytest.mark.parametrize(
    ("rate", "trace"),
    [(0.25, (0.5, 0.25)), (0.5, (0.0,)), (0.75, (-0.5, 0.25)), (1.0, (-1.0, 1.0)), (1.1, (-1.2, 1.44))],
)
def test_a_rate_converges_oscillates_or_diverges_NUM_65_LRS_08(rate: float, trace: tuple[float, ...]) -> None:
    assert quadratic("SGD", len(trace), curvature=2, lr=rate) == pytest.approx(trace, abs=1e-12)


@pytest.mark.parametrize(("rate", "end"), [(0.19, "shrinks"), (0.2, "stays"), (0.21, "grows")])
def test_the_steepest_axis_limits_the_rate_NUM_66(rate: float, end: str) -> None:
    weight = nn.Parameter(torch.ones(2, dtype=torch.float64))
    optimizer = started(made("SGD", lr=rate), [weight])
    for _ in range(200):
        weight.grad = torch.tensor([1.0, 10.0]) * weight.detach()
        optimizer.step()
    size = abs(weight[1].item())
    assert {"shrinks": size < 1e-8, "stays": abs(size - 1) < 1e-9, "grows": size > 1e6}[end]


def test_weight_decay_is_half_the_square_REG_03() -> None:
    for kind in ("SGD", "SourceMomentum"):
        assert scalar(kind, [0.0], start=2.0, lr=0.1, weight_decay=0.1)[0] == pytest.approx(1.98)


def test_a_steady_gradient_leads_to_a_terminal_speed_OPT_25_NUM_45() -> None:
    for kind in ("SourceMomentum", "SGD"):
        trace = scalar(kind, [1.0] * 400, lr=0.1, momentum=0.9)
        assert trace[-2] - trace[-1] == pytest.approx(0.1 / (1 - 0.9))


def test_adamax_and_nadam_are_torchs_OPT_11_OPT_12() -> None:
    assert optimizers["Adamax"].source == "torch.optim.Adamax"
    assert optimizers["NAdam"].source == "torch.optim.NAdam"


def test_adadelta_needs_no_rate_OPT_08() -> None:
    assert optimizers["Adadelta"]().values()["lr"] == 1.0


def test_rprop_says_that_it_is_for_full_batches_OPT_13() -> None:
    assert "cancel" in optimizers["Rprop"].full_batch
    same, other = scalar("Rprop", [1.0, 1.0], lr=0.1), scalar("Rprop", [100.0, 0.01], lr=0.1)
    assert same == other == pytest.approx([-0.1, -0.22])
