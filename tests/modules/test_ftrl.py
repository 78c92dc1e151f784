"""FTRL against the formula that TensorFlow documents, written out in numpy."""

import numpy as np
import pytest
import torch

from dlstudio.modules.ftrl import Ftrl
from tests.modules.descending import follow, weights

SLOPES = np.random.default_rng(0).normal((2.0, 0.0, 0.1, -1.0, 0.0), size=(12, 5))


def formula(lr: float, power: float, initial: float, l1: float, l2: float) -> list[list[float]]:
    w, n, z = np.zeros(5), np.full(5, initial), np.zeros(5)
    trace = []
    for g in SLOPES:
        fresh = n + g**2
        z += g - (fresh**-power - n**-power) / lr * w
        n = fresh
        w = np.where(np.abs(z) > l1, (np.sign(z) * l1 - z) / (n**-power / lr + 2 * l2), 0)
        trace.append(w.tolist())
    return trace


@pytest.mark.parametrize("l1", [0.0, 1.5])
@pytest.mark.parametrize("l2", [0.0, 0.4])
@pytest.mark.parametrize("power", [-0.5, -0.3])
def test_it_follows_the_formula_OPT_15(l1: float, l2: float, power: float) -> None:
    weight = weights(*[0.0] * 5)
    slopes = iter(torch.from_numpy(SLOPES))
    optimizer = Ftrl([weight], lr=0.2, lr_power=power, l1=l1, l2=l2)
    found = follow(optimizer, weight, lambda _: next(slopes), len(SLOPES))
    np.testing.assert_allclose(found, formula(0.2, power, 0.1, l1, l2), atol=1e-12)
    assert (l1 > 0) == bool((found == 0).any())


def test_it_is_adagrad_without_penalties_from_where_it_starts() -> None:
    one, other = weights(1.0, -2.0), weights(1.0, -2.0)
    theirs = torch.optim.Adagrad([other], lr=0.1, initial_accumulator_value=0.1, eps=0)
    rates = [0.1, 0.1, 0.05, 0.05, 0.2]
    found = follow(Ftrl([one]), one, torch.sin, 5, rates)
    torch.testing.assert_close(found, follow(theirs, other, torch.sin, 5, rates))


def test_useless_inputs_get_a_weight_of_exactly_zero_OPT_15() -> None:
    torch.manual_seed(0)
    x = torch.randn(200, 6)
    t = 2 * x[:, :1] - x[:, 1:2]
    weight = torch.nn.Parameter(torch.randn(6, 1) * 0.1)
    optimizer = Ftrl([weight], lr=0.5, l1=20.0)
    for _ in range(300):
        optimizer.zero_grad()
        (x @ weight - t).square().mean().backward()
        optimizer.step()
    assert weight[2:].tolist() == [[0.0]] * 4
    assert weight[:2].flatten().tolist() == pytest.approx([2.0, -1.0], abs=0.1)


def test_a_rate_of_zero_is_no_step() -> None:
    weight = weights(1.0)
    follow(Ftrl([weight]), weight, torch.ones_like, 3, [0.0, 0.0, 0.0])
    assert weight.item() == 1.0
