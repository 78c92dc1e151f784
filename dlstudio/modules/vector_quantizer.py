"""A learned code book."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class VectorQuantizer(nn.Module):
    """Replaces each vector by the nearest one of a learned code book (VQ-VAE, van den Oord et al. 2017).

    q = argmin_e ‖x - e‖,  loss = mean((q - sg(x))²) + commitment · mean((x - sg(q))²), sg: no gradient.
    The vectors lie along `dim`. forward(x (N, ...)) gives q, through which the gradient passes to x as it is, and the
    loss of each sample (N).
    """

    def __init__(self, codes: int, features: int, commitment: float = 0.25, dim: int = -1) -> None:
        super().__init__()
        self.codes = codes
        self.features = features
        self.commitment = commitment
        self.dim = dim
        self.weight = nn.Parameter(torch.empty(codes, features))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.uniform_(self.weight, -1 / self.codes, 1 / self.codes)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        vectors = x.movedim(self.dim, -1)
        code = F.embedding(self.nearest(vectors.detach()), self.weight)
        apart = (code - vectors.detach()).square() + self.commitment * (vectors - code.detach()).square()
        # The bracket is zero in value; added last, it leaves the code vectors exact.
        quantised = code.detach() + (vectors - vectors.detach())
        return quantised.movedim(-1, self.dim), apart.flatten(1).mean(1)

    def nearest(self, x: Tensor) -> Tensor:
        """The index of the nearest code of each vector: ‖x - e‖² without the ‖x‖² that all codes share."""
        return (self.weight.square().sum(-1) - 2 * F.linear(x, self.weight)).argmin(-1)

    def extra_repr(self) -> str:
        return f"codes={self.codes}, features={self.features}, commitment={self.commitment}, dim={self.dim}"
