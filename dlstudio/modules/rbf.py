"""Gaussian radial basis units."""

import math

import torch
from torch import Tensor, nn


class RBF(nn.Module):
    """Answers how near the input is to each learned centre (Broomhead & Lowe 1988).

    y_j = exp(-‖x - c_j‖² / (2 σ_j²)) with σ_j = exp(log_widths_j), over the last axis of the input.
    The centres start as standard normal draws, the widths at √in_features: about the distance between
    standardised samples, so that no unit is silent at the start.
    """

    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.centres = nn.Parameter(torch.empty(out_features, in_features))
        self.log_widths = nn.Parameter(torch.empty(out_features))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.normal_(self.centres)
        nn.init.constant_(self.log_widths, 0.5 * math.log(self.in_features))

    def forward(self, x: Tensor) -> Tensor:
        # Differences, not |x|² - 2x·c + |c|²: that form loses all its digits where x is near a centre.
        distance = (x.unsqueeze(-2) - self.centres).square().sum(-1)
        return torch.exp(-0.5 * distance * torch.exp(-2 * self.log_widths))

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}"
