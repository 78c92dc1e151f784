"""From the loss of each number to one number: means, sums, weights and padding."""

import pytest
import torch

from dlstudio.modules.reduce_loss import reduce_loss

VALUES = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 9.0]])
COUNT = torch.tensor([[1, 1, 0], [1, 0, 0]])


@pytest.mark.parametrize(
    ("within", "reduction", "plain", "counted"),
    [
        ("mean", "mean", 4.0, 7 / 3),
        ("sum", "mean", 12.0, 3.5),
        ("mean", "sum", 8.0, 5.5),
        ("sum", "sum", 24.0, 7.0),
    ],
)
def test_within_a_sample_and_over_samples(within: str, reduction: str, plain: float, counted: float) -> None:
    assert reduce_loss(VALUES, within=within, reduction=reduction).item() == pytest.approx(plain)
    assert reduce_loss(VALUES, count=COUNT, within=within, reduction=reduction).item() == pytest.approx(counted)


def test_each_sample() -> None:
    assert reduce_loss(VALUES, reduction="none").tolist() == [2.0, 6.0]
    assert reduce_loss(VALUES, count=COUNT, reduction="none").tolist() == [1.5, 4.0]
    assert reduce_loss(VALUES, count=COUNT, within="sum", reduction="none").tolist() == [3.0, 4.0]
    assert reduce_loss(VALUES[:, 0], reduction="none").tolist() == [1.0, 4.0]


def test_weights_are_those_of_an_expectation_LOS_28() -> None:
    weight = torch.tensor([3.0, 1.0])
    assert reduce_loss(VALUES, weight).item() == pytest.approx((3 * 2 + 6) / 4)
    assert reduce_loss(VALUES, weight * 10).item() == pytest.approx((3 * 2 + 6) / 4)
    assert reduce_loss(VALUES, weight, reduction="sum").item() == pytest.approx(3 * 2 + 6)


def test_what_does_not_count_may_be_anything() -> None:
    values = torch.tensor([[1.0, torch.nan], [torch.inf, 3.0]], requires_grad=True)
    found = reduce_loss(values, count=torch.tensor([[True, False], [False, True]]))
    found.backward()
    assert found.item() == 2.0
    assert values.grad is not None
    assert values.grad.tolist() == [[0.5, 0.0], [0.0, 0.5]]


def test_nothing_that_counts_gives_zero() -> None:
    assert reduce_loss(VALUES, count=torch.zeros(2, 3)).item() == 0.0
    assert reduce_loss(VALUES, torch.zeros(2)).item() == 0.0
