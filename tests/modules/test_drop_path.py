"""Stochastic depth."""

import math

import pytest
import torch

from dlstudio.modules.drop_path import DropPath


def test_a_sample_is_dropped_whole_and_the_mean_stays() -> None:
    torch.manual_seed(0)
    draws, p = 10_000, 0.2
    y = DropPath(p)(torch.ones(draws, 3, 2))
    assert torch.equal(y.amin((1, 2)), y.amax((1, 2)))
    assert set(y.unique().tolist()) == {0.0, 1.25}
    assert abs(y.double().mean().item() - 1) < 3 * math.sqrt(p / (1 - p) / draws)


@pytest.mark.parametrize(("p", "expected"), [(0.0, 1.0), (1.0, 0.0)])
def test_the_extremes_keep_or_drop_all(p, expected) -> None:
    assert torch.equal(DropPath(p)(torch.ones(50, 3)), torch.full((50, 3), expected))


def test_evaluation_drops_nothing() -> None:
    x = torch.randn(50, 3)
    assert torch.equal(DropPath(0.9).eval()(x), x)
