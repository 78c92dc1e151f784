"""What weights cost."""

from collections.abc import Iterable

import torch
from torch import Tensor


def l1_penalty(weights: Iterable[Tensor], strength: float) -> Tensor:
    """strength·Σ|θ|, with the gradient strength·sign(θ)."""
    return strength * torch.stack([weight.abs().sum() for weight in weights]).sum()


def l2_penalty(weights: Iterable[Tensor], strength: float) -> Tensor:
    """½·strength·Σθ², with the gradient strength·θ."""
    return strength / 2 * torch.stack([weight.square().sum() for weight in weights]).sum()


def elastic_penalty(weights: Iterable[Tensor], l1: float, l2: float) -> Tensor:
    """l1·Σ|θ| + ½·l2·Σθ²."""
    return torch.stack([l1 * weight.abs().sum() + l2 / 2 * weight.square().sum() for weight in weights]).sum()
