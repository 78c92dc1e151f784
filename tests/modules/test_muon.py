"""Muon against torch's own, and AdamW for what is no matrix."""

import pytest
import torch
from torch import nn

from dlstudio.modules.muon import MuonAdamW, nearly_orthogonal


@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (5, 5)])
def test_singular_values_end_near_one(shape: tuple[int, int]) -> None:
    torch.manual_seed(0)
    values = torch.linalg.svdvals(nearly_orthogonal(torch.randn(shape), 10))
    assert values.min() > 0.6
    assert values.max() < 1.3


@pytest.mark.parametrize("nesterov", [True, False])
def test_matrices_move_as_torch_moves_them(nesterov: bool) -> None:
    torch.manual_seed(0)
    start, slopes = torch.randn(8, 4), torch.randn(5, 8, 4)
    ours, theirs = nn.Parameter(start.clone()), nn.Parameter(start.clone())
    one = MuonAdamW([ours], lr=0.02, nesterov=nesterov)
    other = torch.optim.Muon([theirs], lr=0.02, nesterov=nesterov, adjust_lr_fn="match_rms_adamw")
    for slope in slopes:
        ours.grad, theirs.grad = slope.clone(), slope.clone()
        one.step()
        other.step()
    torch.testing.assert_close(ours, theirs, atol=2e-3, rtol=0)  # torch iterates in bfloat16


def test_the_rest_moves_as_adamw_moves_it() -> None:
    torch.manual_seed(0)
    start, slopes = torch.randn(7), torch.randn(5, 7)
    ours, theirs = nn.Parameter(start.clone()), nn.Parameter(start.clone())
    one, other = MuonAdamW([ours], lr=0.02), torch.optim.AdamW([theirs], lr=0.02, weight_decay=0.1)
    for slope in slopes:
        ours.grad, theirs.grad = slope.clone(), slope.clone()
        one.step()
        other.step()
    torch.testing.assert_close(ours, theirs)


def test_a_network_with_kernels_and_biases_is_taken_whole() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 36, 3))
    x, t = torch.randn(30, 1, 8, 8), torch.arange(30) % 3
    optimizer = MuonAdamW(model.parameters(), lr=0.01)
    losses = []
    for _ in range(30):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), t)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 2
