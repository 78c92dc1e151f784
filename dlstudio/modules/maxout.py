"""Units that choose the best of several linear pieces."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Maxout(nn.Module):
    """Gives the largest of several linear answers: y_j = max_k (w_jk · x + b_jk) (Goodfellow et al. 2013).

    weight is (out_features · pieces, in_features), the pieces of a unit one after the other.
    """

    def __init__(self, in_features: int, out_features: int, pieces: int = 2, bias: bool = True) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.pieces = pieces
        self.weight = nn.Parameter(torch.empty(out_features * pieces, in_features))
        self.bias = nn.Parameter(torch.empty(out_features * pieces)) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        bound = 1 / math.sqrt(self.in_features)
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -bound, bound)

    def forward(self, x: Tensor) -> Tensor:
        pieces = F.linear(x, self.weight, self.bias)
        return pieces.reshape(*x.shape[:-1], self.out_features, self.pieces).amax(-1)

    def extra_repr(self) -> str:
        return f"{self.in_features}, {self.out_features}, pieces={self.pieces}, bias={self.bias is not None}"
