"""Pairs of codes that belong together, or do not."""

import torch
import torch.nn.functional as F
from torch import Tensor


def contrastive_loss(y: Tensor, other: Tensor, t: Tensor, margin: float = 1.0) -> Tensor:
    """½d² for each pair with a target above 0, ½·max(margin − d, 0)² for the others; d is the distance of the codes."""
    square = (y - other).flatten(1).square().sum(1)
    apart = F.relu(margin - (square + 1e-12).sqrt()).square()  # the root has no slope at 0
    return torch.where(t > 0, square, apart) / 2
