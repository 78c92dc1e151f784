"""Nesterov as the sources write it: the golden trace, and torch's, which runs ahead of it."""

import pytest
import torch

from dlstudio.modules.source_nesterov import SourceNesterov
from tests.modules.descending import closure, weights

TRACE = [0.9, 0.729, 0.51759, 0.294589, 0.084499]


def test_the_trace_of_the_sources_OPT_06() -> None:
    weight = weights(1.0)
    optimizer = SourceNesterov([weight], lr=0.1, momentum=0.9)
    found = []
    for _ in TRACE:
        optimizer.step(closure(optimizer, lambda: weight.square().sum() / 2))
        found.append(weight.item())
    assert found == pytest.approx(TRACE, abs=1e-6)


def test_torch_stores_the_place_ahead_of_it_OPT_06() -> None:
    ours, theirs = weights(1.0), weights(1.0)
    optimizer = SourceNesterov([ours], lr=0.1, momentum=0.9)
    sgd = torch.optim.SGD([theirs], lr=0.1, momentum=0.9, nesterov=True)
    for step in range(5):
        optimizer.step(closure(optimizer, lambda: ours.square().sum() / 2))
        sgd.step(closure(sgd, lambda: theirs.square().sum() / 2))
        ahead = ours.item() + 0.9 * optimizer.state[ours]["velocity"].item()
        assert theirs.item() == pytest.approx(ahead)
        assert step or theirs.item() == pytest.approx(0.81)


def test_it_returns_the_loss_at_the_place_ahead() -> None:
    weight = weights(1.0)
    optimizer = SourceNesterov([weight], lr=0.1, momentum=0.9)
    call = closure(optimizer, lambda: weight.square().sum())
    assert [float(optimizer.step(call)) for _ in range(2)] == pytest.approx([1.0, (0.8 - 0.18) ** 2])
