"""Dropout of weights."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class DropConnectLinear(nn.Module):
    """A linear layer that drops each weight with probability p while training (DropConnect, Wan et al. 2013).

    y = (M ∘ W) x / (1 - p) + b, with one mask M for the batch, so that evaluation is the plain linear layer.
    """

    def __init__(self, in_features: int, out_features: int, bias: bool = True, p: float = 0.5) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.p = p
        self.weight = nn.Parameter(torch.empty(out_features, in_features))
        self.bias = nn.Parameter(torch.empty(out_features)) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        bound = 1 / math.sqrt(self.in_features)
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -bound, bound)

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, F.dropout(self.weight, self.p, self.training), self.bias)

    def extra_repr(self) -> str:
        return f"{self.in_features}, {self.out_features}, bias={self.bias is not None}, p={self.p}"
