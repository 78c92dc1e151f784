"""Levenberg-Marquardt: least squares in few steps, and a damping that can be watched."""

import pytest
import torch
from torch import Tensor, nn

from dlstudio.modules.levenberg_marquardt import LevenbergMarquardt

X = torch.linspace(-2, 2, 40).unsqueeze(1)


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))


def test_a_straight_line_takes_one_step_when_there_is_no_damping() -> None:
    model, t = nn.Linear(1, 1), 3 * X - 1
    LevenbergMarquardt(model.parameters(), damping=1e-9).step(lambda: model(X).flatten() - t.flatten())
    assert [model.weight.item(), model.bias.item()] == pytest.approx([3.0, -1.0], abs=1e-3)


def test_the_first_step_follows_the_formula() -> None:
    weight = nn.Parameter(torch.tensor([1.0, 2.0], dtype=torch.float64))
    matrix = torch.tensor([[1.0, 2.0], [0.0, 1.0], [3.0, -1.0]], dtype=torch.float64)
    t = torch.tensor([1.0, 0.5, -1.0], dtype=torch.float64)
    for scaled in (False, True):
        with torch.no_grad():
            weight.copy_(torch.tensor([1.0, 2.0]))
        square = matrix.T @ matrix
        damped = square + 0.5 * (torch.diag(square.diagonal()) if scaled else torch.eye(2))
        expected = weight.detach() - torch.linalg.inv(damped) @ matrix.T @ (matrix @ weight.detach() - t)
        LevenbergMarquardt([weight], damping=0.5, scaled=scaled).step(lambda: matrix @ weight - t)
        torch.testing.assert_close(weight.detach(), expected)


@pytest.mark.parametrize("scaled", [False, True])
def test_a_small_network_is_fitted_in_far_fewer_steps_than_by_descent_OPT_21(scaled: bool) -> None:
    t, model, plain = X.sin(), network(), network()
    optimizer = LevenbergMarquardt(model.parameters(), scaled=scaled)
    for _ in range(25):
        optimizer.step(lambda: model(X).flatten() - t.flatten())
    sgd = torch.optim.SGD(plain.parameters(), lr=0.1)
    for _ in range(500):
        sgd.zero_grad()
        (plain(X) - t).square().mean().backward()
        sgd.step()
    assert (model(X) - t).square().mean() < (plain(X) - t).square().mean() / 100


def test_the_damping_shrinks_after_good_steps_and_grows_after_bad_OPT_21() -> None:
    weight = nn.Parameter(torch.tensor([1.0]))
    optimizer = LevenbergMarquardt([weight], damping=1.0)
    assert optimizer.damping == 1.0
    optimizer.step(lambda: weight - 3)
    assert optimizer.damping == pytest.approx(0.1)

    def worst() -> Tensor:
        return torch.where(weight == start, weight, weight * 100)

    start = weight.detach().clone()
    optimizer.step(worst)
    assert torch.equal(weight, start)
    assert optimizer.damping > 1e6


def test_the_sum_of_squares_never_rises() -> None:
    model = network()
    optimizer = LevenbergMarquardt(model.parameters(), damping=1e-6)
    found = [float(optimizer.step(lambda: model(X).flatten() - (3 * X).sin().flatten())) for _ in range(20)]
    assert found == sorted(found, reverse=True)
