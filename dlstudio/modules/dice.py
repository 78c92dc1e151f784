"""How much two regions do not overlap."""

from torch import Tensor


def dice_loss(y: Tensor, t: Tensor, smooth: float = 1.0) -> Tensor:
    """1 − (2·Σyt + smooth)/(Σy + Σt + smooth) for each sample, the mean over the classes (axis 1); y from 0 to 1."""
    y, t = y.reshape(*y.shape[:2], -1), t.reshape(*t.shape[:2], -1)
    return (1 - (2 * (y * t).sum(2) + smooth) / (y.sum(2) + t.sum(2) + smooth)).mean(1)
