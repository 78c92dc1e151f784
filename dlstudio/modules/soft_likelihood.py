"""The negative log-likelihood of classes that are given by shares."""

from torch import Tensor


def soft_nll_loss(y: Tensor, t: Tensor) -> Tensor:
    """−Σ t·y over the classes (axis 1), where y are logarithms of probabilities and t the target's shares."""
    return -(t * y).sum(1)
