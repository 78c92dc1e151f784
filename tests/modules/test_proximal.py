"""Soft thresholds: exact zeros where they should be, and plain descent without penalties."""

import pytest
import torch

from dlstudio.modules.proximal import ProximalAdagrad, ProximalGradientDescent, soft_threshold
from tests.modules.descending import follow, weights


def test_a_soft_threshold_moves_towards_zero_and_stays_there() -> None:
    found = soft_threshold(torch.tensor([-3.0, -0.5, 0.0, 0.5, 2.0]), 0.5)
    assert found.tolist() == [-2.5, 0.0, 0.0, 0.0, 1.5]


def test_what_is_no_larger_than_the_threshold_is_exactly_zero_OPT_16() -> None:
    weight = weights(1.0, -1.0, 0.3, 0.05)
    slope = torch.tensor([2.0, -9.0, 0.0, 3.0], dtype=torch.float64)
    follow(ProximalGradientDescent([weight], lr=0.1, l1=2.0), weight, lambda _: slope, 1)
    assert weight.tolist() == pytest.approx([0.6, 0.0, 0.1, -0.05])
    assert weight[1] == 0
    follow(ProximalGradientDescent([weight], lr=0.1, l1=2.0), weight, torch.zeros_like, 1)
    assert weight.tolist()[1:] == [0.0, 0.0, 0.0]


def test_the_l2_penalty_divides_OPT_16() -> None:
    weight = weights(1.0)
    follow(ProximalGradientDescent([weight], lr=0.1, l2=0.5), weight, torch.zeros_like, 1)
    assert weight.item() == pytest.approx(1 / 1.05)


def test_the_lasso_is_solved_OPT_16() -> None:
    """½(w − a)² + l1·|w| has its lowest point at a − l1, or at 0."""
    weight, aim = weights(0.0, 0.0, 0.0), torch.tensor([2.0, 0.4, -1.0], dtype=torch.float64)
    follow(ProximalGradientDescent([weight], lr=0.5, l1=0.5), weight, lambda w: w - aim, 80)
    assert weight.tolist() == pytest.approx([1.5, 0.0, -0.5])
    assert weight[1] == 0


def test_per_weight_rates_follow_the_formula_OPT_17() -> None:
    weight, lr, l1, l2 = weights(1.0, -0.5, 0.01), 0.1, 0.3, 0.2
    slope = torch.tensor([0.5, -2.0, 0.1], dtype=torch.float64)
    expected, squares = weight.tolist(), [0.1] * 3
    for _ in range(4):
        for i, gradient in enumerate(slope.tolist()):
            squares[i] += gradient**2
            rate = lr / squares[i] ** 0.5
            moved = expected[i] - rate * gradient
            kept = max(abs(moved) - rate * l1, 0)
            expected[i] = (kept if moved > 0 else -kept) / (1 + rate * l2)
    follow(ProximalAdagrad([weight], lr=lr, l1=l1, l2=l2), weight, lambda _: slope, 4)
    assert weight.tolist() == pytest.approx(expected)
    assert weight[2] == 0


def test_without_penalties_they_are_descent_and_adagrad() -> None:
    for ours, theirs in (
        (ProximalGradientDescent, torch.optim.SGD),
        (ProximalAdagrad, lambda w, lr: torch.optim.Adagrad(w, lr=lr, initial_accumulator_value=0.1, eps=0)),
    ):
        one, other = weights(1.0, -2.0), weights(1.0, -2.0)
        found = follow(ours([one], lr=0.1), one, torch.sin, 10)
        torch.testing.assert_close(found, follow(theirs([other], lr=0.1), other, torch.sin, 10))
