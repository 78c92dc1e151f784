"""Positions, added to the steps of a sequence."""

import torch
from torch import Tensor, nn


class SinusoidalPositions(nn.Module):
    """Adds waves of falling frequency that tell each step its position, for any length (Vaswani et al. 2017).

    pe[t, 2i] = sin(t / base^(2i/features)),  pe[t, 2i+1] = cos(t / base^(2i/features)); x is (N, T, features).
    """

    def __init__(self, features: int, base: float = 10000.0) -> None:
        super().__init__()
        self.features = features
        self.base = base

    def forward(self, x: Tensor) -> Tensor:
        dtype = torch.promote_types(x.dtype, torch.float32)
        feature = torch.arange(self.features, device=x.device)
        speed = self.base ** (-(feature - feature % 2).to(dtype) / self.features)
        angle = torch.arange(x.shape[-2], dtype=dtype, device=x.device).unsqueeze(1) * speed
        return x + torch.where(feature % 2 == 0, angle.sin(), angle.cos()).to(x.dtype)

    def extra_repr(self) -> str:
        return f"features={self.features}, base={self.base}"


class LearnedPositions(nn.Module):
    """Adds a learned vector for each position, up to the length of its table; x is (N, T, features)."""

    def __init__(self, length: int, features: int) -> None:
        super().__init__()
        self.length = length
        self.features = features
        self.weight = nn.Parameter(torch.empty(length, features))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.normal_(self.weight, std=0.02)

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-2] > self.length:
            raise ValueError(f"a sequence of {x.shape[-2]} steps, but positions are learned for {self.length} only")
        return x + self.weight[: x.shape[-2]]

    def extra_repr(self) -> str:
        return f"length={self.length}, features={self.features}"
