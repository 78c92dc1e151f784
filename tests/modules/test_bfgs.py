"""BFGS: the curved valley, quadratics, and what happens where nothing can be gained."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from dlstudio.modules.bfgs import BFGS
from tests.modules.descending import closure, rosenbrock, weights


def test_the_valley_of_rosenbrock_OPT_20() -> None:
    weight = weights(-1.2, 1.0)
    optimizer = BFGS([weight])
    for _ in range(3):
        optimizer.step(closure(optimizer, lambda: rosenbrock(weight)))
    assert rosenbrock(weight) < 1e-8
    assert weight.tolist() == pytest.approx([1.0, 1.0], abs=1e-4)


def test_the_inverse_hessian_of_a_quadratic_is_learned() -> None:
    matrix = torch.tensor([[3.0, 1.0, 0.0], [1.0, 2.0, 0.5], [0.0, 0.5, 5.0]], dtype=torch.float64)
    weight = weights(4.0, -3.0, 2.0)
    optimizer = BFGS([weight], max_iter=30)
    optimizer.step(closure(optimizer, lambda: weight @ matrix @ weight / 2))
    assert weight.tolist() == pytest.approx([0.0] * 3, abs=1e-6)
    torch.testing.assert_close(optimizer.state[weight]["inverse"], torch.linalg.inv(matrix), atol=1e-2, rtol=1e-2)


def test_at_the_lowest_point_nothing_moves() -> None:
    weight = weights(1.0, 1.0)
    optimizer = BFGS([weight])
    optimizer.step(closure(optimizer, lambda: rosenbrock(weight)))
    assert weight.tolist() == [1.0, 1.0]


def test_a_cliff_of_infinities_is_backed_away_from() -> None:
    weight = weights(2.0)
    optimizer = BFGS([weight], lr=100.0)
    optimizer.step(closure(optimizer, lambda: weight.sum() - weight.log().sum()))
    assert weight.item() == pytest.approx(1.0, abs=1e-4)


def test_a_small_network_learns_a_curve_better_than_descent() -> None:
    x = torch.linspace(-2, 2, 50).unsqueeze(1)

    def end(make: Callable[[nn.Module], torch.optim.Optimizer], steps: int) -> float:
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
        optimizer = make(model)
        loss: Any = None
        for _ in range(steps):
            loss = optimizer.step(closure(optimizer, lambda: (model(x) - x.sin()).square().mean()))
        return float(loss.detach())

    by_bfgs = end(lambda model: BFGS(model.parameters()), 6)
    assert by_bfgs < end(lambda model: torch.optim.SGD(model.parameters(), lr=0.1), 150) / 10
