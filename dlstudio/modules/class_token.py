"""The token that gathers what a sequence is about."""

import torch
from torch import Tensor, nn


class ClassToken(nn.Module):
    """Puts a learned step before a sequence: (N, T, features) to (N, T + 1, features) (BERT, Devlin et al. 2019)."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.features = features
        self.token = nn.Parameter(torch.empty(features))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.normal_(self.token, std=0.02)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.token.to(x.dtype).expand(x.shape[0], 1, -1), x], 1)

    def extra_repr(self) -> str:
        return f"features={self.features}"
