"""The price of units that fire too often."""

import math

import torch
from torch import Tensor, nn


class SparsityPenalty(nn.Module):
    """How far the mean activation of each unit is from a small rho: Σ_j KL(rho ‖ mean over the batch of x_j).

    Sparse autoencoders (Ng 2011) add it to their loss. It is a property of the batch; every sample of the batch is
    given the same number, so that its mean over the samples is the penalty. Activations lie between 0 and 1.
    """

    def __init__(self, rho: float = 0.05) -> None:
        super().__init__()
        self.rho = rho

    def forward(self, x: Tensor) -> Tensor:
        exact = x.to(torch.promote_types(x.dtype, torch.float32))
        mean = exact.flatten(1).mean(0).clamp(1e-6, 1 - 1e-6)
        entropy = self.rho * math.log(self.rho) + (1 - self.rho) * math.log(1 - self.rho)
        cross = self.rho * torch.log(mean) + (1 - self.rho) * torch.log1p(-mean)
        return (entropy - cross).sum().to(x.dtype).expand(x.shape[0])

    def extra_repr(self) -> str:
        return f"rho={self.rho}"
