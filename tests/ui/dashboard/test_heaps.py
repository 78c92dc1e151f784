"""A code of one number: samples are heaped over it, each where it is."""

from __future__ import annotations

import numpy as np

from dlstudio.ui.panels.space.cloud_view import HEAPS, heaped


def test_samples_of_nearly_one_number_lie_on_top_of_each_other() -> None:
    values = np.random.default_rng(0).normal(size=300).astype(np.float32)
    found = heaped(np.stack([values, np.zeros(300, np.float32)], 1))
    assert found[:, 0].tolist() == values.tolist()
    edges = np.linspace(values.min(), values.max(), HEAPS)
    nearest = np.abs(values[:, None] - edges).argmin(1)
    for heap in np.unique(nearest):
        there = nearest == heap
        assert sorted(found[there, 1].tolist()) == list(range(1, int(there.sum()) + 1))


def test_samples_of_one_and_the_same_number_are_one_heap() -> None:
    assert heaped(np.zeros((3, 2), np.float32))[:, 1].tolist() == [1, 2, 3]
