"""Noise on the way in, while training only."""

import torch
from torch import Tensor, nn


class GaussianNoise(nn.Module):
    """Adds normal noise of a given standard deviation, while training only."""

    def __init__(self, std: float = 0.1) -> None:
        super().__init__()
        self.std = std

    def forward(self, x: Tensor) -> Tensor:
        return x + self.std * torch.randn_like(x) if self.training else x

    def extra_repr(self) -> str:
        return f"std={self.std}"


class MaskNoise(nn.Module):
    """Sets a share p of the values to zero and leaves the rest as it is, while training only.

    The corruption of the denoising autoencoder (Vincent et al. 2008); unlike dropout, nothing is rescaled.
    """

    def __init__(self, p: float = 0.3) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.empty_like(x).bernoulli_(1 - self.p) if self.training else x

    def extra_repr(self) -> str:
        return f"p={self.p}"


class SaltPepperNoise(nn.Module):
    """Sets a share p of the values to one of two extremes, half of them each, while training only."""

    def __init__(self, p: float = 0.1, low: float = 0.0, high: float = 1.0) -> None:
        super().__init__()
        self.p = p
        self.low = low
        self.high = high

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        draw = torch.rand_like(x, dtype=torch.float32)  # the few steps of a bfloat16 would shift the shares
        return x.masked_fill(draw < self.p / 2, self.low).masked_fill(draw >= 1 - self.p / 2, self.high)

    def extra_repr(self) -> str:
        return f"p={self.p}, low={self.low}, high={self.high}"
