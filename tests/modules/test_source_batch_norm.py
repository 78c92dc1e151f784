"""Batch normalisation with the first description's averages: NLA-02, NLA-04, NUM-23, NUM-24."""

import pytest
import torch
from torch import nn

from dlstudio.modules.source_batch_norm import SourceBatchNorm

SHAPES = [(6, 3), (4, 3, 5), (4, 3, 5, 2), (2, 3, 2, 4, 3)]


def test_num_24_the_moving_average_gives_the_momentum_to_the_old_value() -> None:
    norm = SourceBatchNorm(1, momentum=0.1).double()
    norm(torch.tensor([[8.0], [12.0]], dtype=torch.float64))
    assert norm.running_mean.item() == pytest.approx(9.0, abs=1e-12)
    assert norm.running_var.item() == pytest.approx(3.7, abs=1e-12)


def test_a_second_batch_moves_the_average_on() -> None:
    norm = SourceBatchNorm(1, momentum=0.9).double()
    for batch in ([8.0, 12.0], [0.0, 4.0]):
        norm(torch.tensor(batch, dtype=torch.float64).unsqueeze(1))
    assert norm.running_mean.item() == pytest.approx(0.9 * (0.1 * 10) + 0.1 * 2)
    assert norm.running_var.item() == pytest.approx(0.9 * (0.9 + 0.1 * 4) + 0.1 * 4)


def test_num_23_a_batch_of_four() -> None:
    y = SourceBatchNorm(1, eps=1e-12).double()(torch.tensor([[1.0], [2.0], [3.0], [4.0]], dtype=torch.float64))
    expected = torch.tensor([-1.341641, -0.447214, 0.447214, 1.341641], dtype=torch.float64)
    torch.testing.assert_close(y[:, 0], expected, atol=1e-6, rtol=0)


@pytest.mark.parametrize("shape", SHAPES)
def test_nla_02_training_normalises_as_torch_does(shape) -> None:
    torch.manual_seed(0)
    norm, x = SourceBatchNorm(3).double(), 5 + 2 * torch.randn(shape, dtype=torch.float64)
    with torch.no_grad():
        for parameter in norm.parameters():
            parameter.normal_()
    expected = nn.functional.batch_norm(x, None, None, norm.weight, norm.bias, True, eps=norm.eps)
    torch.testing.assert_close(norm(x), expected)


@pytest.mark.parametrize("shape", SHAPES)
def test_nla_04_evaluation_uses_the_moving_averages_of_the_biased_variance(shape) -> None:
    torch.manual_seed(0)
    norm, x = SourceBatchNorm(3, momentum=0.0, eps=1e-12).double(), 5 + 2 * torch.randn(shape, dtype=torch.float64)
    trained = norm(x)
    torch.testing.assert_close(norm.eval()(x), trained)  # momentum 0: the averages are those of the last batch
    before = norm.running_mean.clone()
    norm(x + 1)
    assert torch.equal(norm.running_mean, before)


def test_a_batch_of_one_value_is_refused_while_training() -> None:
    with pytest.raises(ValueError, match="more than 1 value per channel"):
        SourceBatchNorm(3)(torch.zeros(1, 3))
    SourceBatchNorm(3).eval()(torch.zeros(1, 3))


def test_without_affine_there_is_nothing_to_learn() -> None:
    norm = SourceBatchNorm(3, affine=False)
    assert list(norm.parameters()) == []
    assert set(norm.state_dict()) == {"running_mean", "running_var"}
    assert sum(parameter.numel() for parameter in SourceBatchNorm(3).parameters()) == 6


def test_reset_forgets_the_averages() -> None:
    norm = SourceBatchNorm(2)
    norm(torch.randn(8, 2))
    norm.reset_parameters()
    assert norm.running_mean.tolist() == [0, 0]
    assert norm.running_var.tolist() == [1, 1]
