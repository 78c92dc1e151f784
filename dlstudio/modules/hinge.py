"""Losses that stop at a margin."""

import torch
import torch.nn.functional as F
from torch import Tensor


def hinge_loss(y: Tensor, t: Tensor, power: int = 1) -> Tensor:
    """max(0, 1 − s·y)^power for each number, where s is 1 for a target above 0 and −1 otherwise."""
    return F.relu(1 - torch.where(t > 0, y, -y)) ** power


def class_hinge_loss(y: Tensor, t: Tensor, power: int = 1) -> Tensor:
    """Σ max(0, 1 − y(right) + y(wrong))^power over the wrong classes, by the number of classes (axis 1 of y).

    torch's multi_margin_loss, for steps and pixels too.
    """
    right = t.unsqueeze(1)
    margins = F.relu(1 - y.gather(1, right) + y) ** power
    return margins.scatter(1, right, 0).sum(1) / y.shape[1]
