"""Cross-entropy that holds easy samples back."""

import torch
import torch.nn.functional as F
from torch import Tensor


def focal_loss(y: Tensor, t: Tensor, gamma: float = 2.0) -> Tensor:
    """(1 − p)^gamma times the cross-entropy; y are scores (axis 1: classes), p is the right class's probability."""
    entropy = F.cross_entropy(y, t, reduction="none")
    return (-torch.expm1(-entropy)).clamp_min(0) ** gamma * entropy


def binary_focal_loss(y: Tensor, t: Tensor, gamma: float = 2.0, alpha: float = 0.25) -> Tensor:
    """The same for yes or no, where a yes counts alpha and a no 1 − alpha; y are scores."""
    entropy = F.binary_cross_entropy_with_logits(y, t, reduction="none")
    wrong = torch.sigmoid(y) * (1 - t) + torch.sigmoid(-y) * t
    return (alpha * t + (1 - alpha) * (1 - t)) * wrong**gamma * entropy
