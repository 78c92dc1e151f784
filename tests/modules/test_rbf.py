"""Radial basis units, ARC-09."""

import math

import torch

from dlstudio.modules.rbf import RBF


def test_a_unit_answers_one_at_its_centre_and_e_to_minus_a_half_at_one_width() -> None:
    layer = RBF(2, 1).double()
    with torch.no_grad():
        layer.centres.copy_(torch.tensor([[1.0, 2.0]]))
        layer.log_widths.fill_(math.log(3.0))
    y = layer(torch.tensor([[1.0, 2.0], [4.0, 2.0], [1.0, -4.0]], dtype=torch.float64))
    torch.testing.assert_close(y[:, 0], torch.tensor([1.0, math.exp(-0.5), math.exp(-2.0)], dtype=torch.float64))


def test_every_unit_equals_the_formula() -> None:
    torch.manual_seed(0)
    layer, x = RBF(3, 4).double(), torch.randn(5, 3, dtype=torch.float64)
    with torch.no_grad():
        layer.log_widths.normal_()
    for n in range(5):
        for unit in range(4):
            distance = ((x[n] - layer.centres[unit]) ** 2).sum()
            expected = torch.exp(-distance / (2 * layer.log_widths[unit].exp() ** 2))
            torch.testing.assert_close(layer(x)[n, unit], expected)


def test_arc_09_a_sine_is_fitted_below_a_thousandth() -> None:
    torch.manual_seed(0)
    x = torch.linspace(-math.pi, math.pi, 200).unsqueeze(1)
    model = torch.nn.Sequential(RBF(1, 16), torch.nn.Linear(16, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    error = torch.tensor(1.0)
    for _ in range(500):
        optimizer.zero_grad()
        error = torch.nn.functional.mse_loss(model(x), torch.sin(x))
        error.backward()
        optimizer.step()
    assert error < 1e-3


def test_no_unit_is_silent_at_the_start_for_standardised_images() -> None:
    torch.manual_seed(0)
    assert RBF(784, 10)(torch.randn(20, 784)).min() > 0.1
