"""Limits on gradients."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn


@torch.no_grad()
def clip_values_(weights: Iterable[Tensor], threshold: float) -> Tensor:
    """Cuts every gradient to the threshold on both sides; returns how many numbers were cut."""
    gradients = [weight.grad for weight in weights if weight.grad is not None]
    cut = [(gradient.abs() > threshold).sum() for gradient in gradients]
    for gradient in gradients:
        gradient.clamp_(-threshold, threshold)
    return torch.stack(cut).sum() if cut else torch.tensor(0)


def clip_norm_(weights: Iterable[Tensor], longest: float) -> Tensor:
    """Shortens all gradients together to a length of at most `longest`; returns how long they were."""
    return nn.utils.clip_grad_norm_(weights, longest)
