"""Attention over locations, LAY-40 and ARC-41."""

import numpy as np
import pytest
import torch

from dlstudio.modules.location_attention import LocationAttention

SCORES = ["affine", "additive", "dot"]


def scores_by_hand(layer: LocationAttention, grid: np.ndarray, state: np.ndarray) -> np.ndarray:
    w = {name: value.detach().numpy() for name, value in layer.named_parameters()}
    asked = w["state.weight"] @ state + w["state.bias"]
    if layer.score == "affine":
        return np.array(asked)
    if layer.score == "additive":
        return np.array([w["energy.weight"][0] @ np.tanh(w["grid.weight"] @ a + asked) for a in grid])
    return np.array([a @ asked / np.sqrt(len(a)) for a in grid])


@pytest.mark.parametrize("score", SCORES)
def test_lay_40_weights_sum_to_one_and_z_is_their_weighted_sum(score) -> None:
    torch.manual_seed(0)
    layer = LocationAttention(4, 3, 5, score).double()
    grid, state = torch.randn(2, 4, 3, dtype=torch.float64), torch.randn(2, 5, dtype=torch.float64)
    z, weights = layer(grid, state)
    torch.testing.assert_close(weights.sum(1), torch.ones(2, dtype=torch.float64), atol=1e-6, rtol=0)
    for n in range(2):
        e = scores_by_hand(layer, grid[n].numpy(), state[n].numpy())
        p = np.exp(e) / np.exp(e).sum()
        np.testing.assert_allclose(weights[n].detach(), p, atol=1e-12)
        expected = sum(p[i] * grid[n, i].numpy() for i in range(4))
        np.testing.assert_allclose(z[n].detach(), expected, atol=1e-12)


@pytest.mark.parametrize("score", ["additive", "dot"])
def test_scores_that_see_the_features_follow_them_to_another_location(score) -> None:
    torch.manual_seed(0)
    layer, grid, state = LocationAttention(4, 3, 5, score), torch.randn(2, 4, 3), torch.randn(2, 5)
    order = torch.tensor([2, 0, 3, 1])
    torch.testing.assert_close(layer(grid[:, order], state)[1], layer(grid, state)[1][:, order])
    torch.testing.assert_close(layer(grid[:, order], state)[0], layer(grid, state)[0])


@pytest.mark.parametrize(("score", "count"), [("affine", 5 * 4 + 4), ("additive", 30 + 15 + 5), ("dot", 5 * 3 + 3)])
def test_parameters_are_counted(score, count) -> None:
    layer = LocationAttention(4, 3, 5, score)
    assert sum(parameter.numel() for parameter in layer.parameters()) == count


def test_an_unknown_score_is_refused() -> None:
    with pytest.raises(ValueError, match="'affine', 'additive' or 'dot', not 'cosine'"):
        LocationAttention(4, 3, 5, "cosine")
