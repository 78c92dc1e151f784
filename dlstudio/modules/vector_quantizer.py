"""A learned code book."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class VectorQuantizer(nn.Module):
    """Replaces each vector by the nearest one of a learned code book (VQ-VAE, van den Oord et al. 2017).

    q = argmin_e ‖x - e‖,  loss = mean((q - sg(x))²) + commitment · mean((x - sg(q))²), sg: no gradient.
    forward(x (N, ..., features)) gives q, through which the gradient passes to x as it is, and the loss.
    """

    def __init__(self, codes: int, features: int, commitment: float = 0.25) -> None:
        super().__init__()
        self.codes = codes
        self.features = features
        self.commitment = commitment
        self.weight = nn.Parameter(torch.empty(codes, features))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.uniform_(self.weight, -1 / self.codes, 1 / self.codes)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        code = F.embedding(self.nearest(x.detach()), self.weight)
        loss = F.mse_loss(code, x.detach()) + self.commitment * F.mse_loss(x, code.detach())
        # The bracket is zero in value; added last, it leaves the code vectors exact.
        return code.detach() + (x - x.detach()), loss

    def nearest(self, x: Tensor) -> Tensor:
        """The index of the nearest code of each vector: ‖x - e‖² without the ‖x‖² that all codes share."""
        return (self.weight.square().sum(-1) - 2 * F.linear(x, self.weight)).argmin(-1)

    def extra_repr(self) -> str:
        return f"codes={self.codes}, features={self.features}, commitment={self.commitment}"
