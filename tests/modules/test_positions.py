"""Positions of steps."""

import math

import pytest
import torch

from dlstudio.modules.positions import LearnedPositions, SinusoidalPositions


@pytest.mark.parametrize("features", [1, 6, 7])
def test_sines_and_cosines_take_turns(features) -> None:
    added = SinusoidalPositions(features, base=100.0)(torch.zeros(1, 50, features, dtype=torch.float64))[0]
    for t in range(50):
        for j in range(features):
            angle = t / 100.0 ** ((j - j % 2) / features)
            assert added[t, j].item() == pytest.approx(math.cos(angle) if j % 2 else math.sin(angle), abs=1e-12)


def test_the_table_of_the_paper() -> None:
    first = SinusoidalPositions(4)(torch.zeros(1, 2, 4))[0, 1]
    expected = torch.tensor([math.sin(1), math.cos(1), math.sin(0.01), math.cos(0.01)])
    torch.testing.assert_close(first, expected)


def test_learned_positions_add_the_rows_of_their_table() -> None:
    layer, x = LearnedPositions(6, 3), torch.randn(2, 4, 3)
    torch.testing.assert_close(layer(x) - x, layer.weight[:4].expand(2, 4, 3))
    assert layer.weight.shape == (6, 3)


def test_a_sequence_longer_than_the_table_is_refused() -> None:
    with pytest.raises(ValueError, match="7 steps, but positions are learned for 6 only"):
        LearnedPositions(6, 3)(torch.zeros(1, 7, 3))
