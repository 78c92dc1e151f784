"""Momentum as the sources write it: the golden numbers, and where torch differs."""

import pytest
import torch

from dlstudio.modules.source_momentum import SourceMomentum
from tests.modules.descending import follow, weights


def test_five_steps_of_the_sources_OPT_05() -> None:
    weight = weights(1.0)
    trace = follow(SourceMomentum([weight], lr=0.1, momentum=0.9), weight, lambda w: w, 5)
    assert trace[-1].item() == pytest.approx(-0.02916)


def test_it_is_torchs_while_the_rate_stays() -> None:
    ours, theirs = weights(1.0, -2.0), weights(1.0, -2.0)
    one = follow(SourceMomentum([ours], lr=0.1, momentum=0.8, weight_decay=0.1), ours, torch.sin, 20)
    sgd = torch.optim.SGD([theirs], lr=0.1, momentum=0.8, weight_decay=0.1)
    torch.testing.assert_close(one, follow(sgd, theirs, torch.sin, 20))


def test_it_is_not_torchs_when_the_rate_falls_OPT_05() -> None:
    ours, theirs = weights(1.0), weights(1.0)
    rates = [0.1 / 2**i for i in range(5)]
    one = follow(SourceMomentum([ours], momentum=0.9), ours, lambda w: w, 5, rates)
    other = follow(torch.optim.SGD([theirs], momentum=0.9), theirs, lambda w: w, 5, rates)
    assert {round(one[-1].item(), 6), round(other[-1].item(), 6)} == {0.366015, 0.691577}
