"""Units that sample, LAY-31."""

import math

import pytest
import torch

from dlstudio.modules.sampling import BernoulliSample, GaussianSample

DRAWS = 10_000


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("p", [0.0, 0.1, 0.5, 0.93, 1.0])
def test_lay_31_the_mean_of_the_draws_is_the_probability(p, training) -> None:
    torch.manual_seed(0)
    draws = BernoulliSample().train(training)(torch.full((DRAWS,), p))
    assert set(draws.tolist()) <= {0.0, 1.0}
    assert abs(draws.double().mean().item() - p) <= 3 * math.sqrt(p * (1 - p) / DRAWS) + 1e-7


def test_the_gradient_goes_straight_through() -> None:
    p = torch.rand(5, requires_grad=True)
    (BernoulliSample()(p) * torch.arange(5)).sum().backward()
    assert p.grad is not None
    assert p.grad.tolist() == [0, 1, 2, 3, 4]


def test_in_evaluation_the_probability_itself_can_come_out() -> None:
    p = torch.rand(100)
    unit = BernoulliSample(in_eval="probability")
    assert set(unit(p).tolist()) <= {0.0, 1.0}
    assert torch.equal(unit.eval()(p), p)


def test_lay_31_gaussian_draws_have_the_mean_and_the_variance() -> None:
    torch.manual_seed(0)
    mean, variance = 1.5, 4.0
    draws = GaussianSample()(torch.full((DRAWS,), mean), torch.full((DRAWS,), math.log(variance))).double()
    assert abs(draws.mean().item() - mean) < 3 * math.sqrt(variance / DRAWS)
    assert abs(draws.var().item() - variance) < 3 * variance * math.sqrt(2 / DRAWS)


def test_lay_31_the_gaussian_lets_gradients_through() -> None:
    mean, log_variance = torch.zeros(DRAWS, requires_grad=True), torch.zeros(DRAWS, requires_grad=True)
    z = GaussianSample()(mean, log_variance)
    z.sum().backward()
    assert mean.grad is not None
    assert log_variance.grad is not None
    assert torch.equal(mean.grad, torch.ones(DRAWS))
    torch.testing.assert_close(log_variance.grad, 0.5 * z.detach())


def test_in_evaluation_the_gaussian_gives_its_mean_unless_told_to_sample() -> None:
    mean, log_variance = torch.randn(10), torch.randn(10)
    assert torch.equal(GaussianSample().eval()(mean, log_variance), mean)
    assert not torch.equal(GaussianSample(in_eval="sample").eval()(mean, log_variance), mean)


def test_unknown_words_are_refused() -> None:
    with pytest.raises(ValueError, match="'sample' or 'probability', not 'mean'"):
        BernoulliSample(in_eval="mean")
    with pytest.raises(ValueError, match="'mean' or 'sample', not 'probability'"):
        GaussianSample(in_eval="probability")
