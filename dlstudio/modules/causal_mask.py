"""The mask that hides what comes later."""

import torch
from torch import Tensor


def later_steps(x: Tensor) -> Tensor:
    """True wherever a step (row) would look at a later one (column): (T, T) for the steps of x (N, T, features)."""
    return torch.ones(x.shape[1], x.shape[1], dtype=torch.bool, device=x.device).triu(1)
