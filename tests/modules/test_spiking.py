"""Spiking units, LAY-32."""

import math

import pytest
import torch

from dlstudio.modules.spiking import LeakyIntegrateFire


@pytest.mark.parametrize("current", [0.11, 0.15, 0.3, 0.7, 1.5])
@pytest.mark.parametrize("decay", [0.8, 0.9, 0.95])
def test_lay_32_a_constant_current_gives_the_analytic_rate(current, decay) -> None:
    """v_n = x (1 - dⁿ) / (1 - d) reaches θ first at n = ⌈ln(1 - θ (1 - d) / x) / ln d⌉, or never."""
    spikes = LeakyIntegrateFire(decay)(torch.full((1, 1000, 1), current, dtype=torch.float64))
    reach = 1 - (1 - decay) / current
    expected = 1000 // math.ceil(math.log(reach) / math.log(decay)) if reach > 0 else 0
    assert spikes.sum() == expected


def test_lay_32_without_leak_a_subtracting_reset_loses_nothing() -> None:
    spikes = LeakyIntegrateFire(decay=1.0, reset="subtract")(torch.full((1, 800, 1), 0.375))
    assert spikes.sum() == 800 * 0.375


def test_spikes_are_exactly_zero_or_one() -> None:
    torch.manual_seed(0)
    assert set(LeakyIntegrateFire()(torch.rand(8, 50, 16)).unique().tolist()) == {0.0, 1.0}


def test_the_surrogate_gradient_is_a_fast_sigmoid() -> None:
    x = torch.linspace(0, 2, 9, dtype=torch.float64).reshape(1, 1, -1).requires_grad_()
    LeakyIntegrateFire(slope=25.0)(x).sum().backward()
    assert x.grad is not None
    torch.testing.assert_close(x.grad, 1 / (1 + 25.0 * (x.detach() - 1).abs()) ** 2)


def test_the_gradient_flows_back_in_time_through_the_leak_and_stops_at_a_reset() -> None:
    x = torch.tensor([0.5, 0.4, 3.0, 0.2], dtype=torch.float64).reshape(1, 4, 1).requires_grad_()
    spikes = LeakyIntegrateFire(decay=0.5)(x)
    assert spikes.flatten().tolist() == [0, 0, 1, 0]
    (gradient,) = torch.autograd.grad(spikes[0, 2, 0], x, retain_graph=True)
    slope = 1 / (1 + 25.0 * (0.5 * 0.5 * 0.5 + 0.4 * 0.5 + 3.0 - 1)) ** 2
    torch.testing.assert_close(gradient.flatten(), slope * torch.tensor([0.25, 0.5, 1, 0], dtype=torch.float64))
    (gradient,) = torch.autograd.grad(spikes[0, 3, 0], x)
    assert gradient.flatten()[:3].tolist() == [0, 0, 0]


def test_lay_32_the_surrogate_gradient_trains_a_unit_to_a_wanted_rate() -> None:
    torch.manual_seed(0)
    weight = torch.tensor(0.05, requires_grad=True)
    unit, x = LeakyIntegrateFire(slope=5.0), torch.rand(16, 100, 1)
    optimizer = torch.optim.Adam([weight], lr=0.02)
    for _ in range(100):
        optimizer.zero_grad()
        (unit(weight * x).mean() - 0.2).square().backward()
        optimizer.step()
    assert unit(weight * x).mean().item() == pytest.approx(0.2, abs=0.02)


def test_an_unknown_reset_is_refused() -> None:
    with pytest.raises(ValueError, match="'zero' or 'subtract', not 'never'"):
        LeakyIntegrateFire(reset="never")
