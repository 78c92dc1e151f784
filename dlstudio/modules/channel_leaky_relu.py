"""Leaky ReLU with a slope for each channel."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class ChannelLeakyReLU(nn.Module):
    """Leaky ReLU whose slope below zero is fixed for each channel: y = x if x > 0 else slope_c · x.

    The channels are axis 1, so the features of (N, features). To divide by a_c instead, give the slopes 1 / a_c.
    """

    slope: Tensor

    def __init__(self, slopes: tuple[float, ...]) -> None:
        super().__init__()
        self.slopes = tuple(slopes)
        self.register_buffer("slope", torch.tensor(self.slopes), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        return F.prelu(x, self.slope)

    def extra_repr(self) -> str:
        return f"slopes={self.slopes}"
