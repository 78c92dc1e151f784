"""Triplets by squared distances."""

import torch.nn.functional as F
from torch import Tensor


def squared_triplet_loss(anchor: Tensor, positive: Tensor, negative: Tensor, margin: float = 0.2) -> Tensor:
    """max(‖a − p‖² − ‖a − n‖² + margin, 0) for each triplet of codes (N, features)."""
    near = (anchor - positive).flatten(1).square().sum(1)
    far = (anchor - negative).flatten(1).square().sum(1)
    return F.relu(near - far + margin)
