"""Soft attention over the locations of an image."""

import math

import torch
from torch import Tensor, nn


class LocationAttention(nn.Module):
    """Looks where the state says: a distribution over the locations, and the features' mean under it (Xu et al. 2015).

    p = softmax(e),  z = Σ_i p_i a_i, for the features a_i of the locations and the state h, where the score e is
    "affine":   e = W h + b, from the state alone
    "additive": e_i = v · tanh(W_a a_i + W_h h + b)  (Bahdanau et al. 2015)
    "dot":      e_i = a_i · (W h + b) / √features

    forward(grid (N, locations, features), state (N, state_size)) gives z (N, features) and p (N, locations).
    """

    def __init__(self, locations: int, features: int, state_size: int, score: str = "affine") -> None:
        super().__init__()
        widths = {"affine": locations, "additive": state_size, "dot": features}
        if score not in widths:
            raise ValueError(f"score is 'affine', 'additive' or 'dot', not {score!r}")
        self.locations = locations
        self.features = features
        self.score = score
        self.state = nn.Linear(state_size, widths[score])
        self.grid = nn.Linear(features, state_size, bias=False) if score == "additive" else None
        self.energy = nn.Linear(state_size, 1, bias=False) if score == "additive" else None

    def reset_parameters(self) -> None:
        for linear in (self.state, self.grid, self.energy):
            if linear is not None:
                linear.reset_parameters()

    def forward(self, grid: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        weights = torch.softmax(self._scores(grid, state), -1)
        return torch.bmm(weights.unsqueeze(1), grid).squeeze(1), weights

    def _scores(self, grid: Tensor, state: Tensor) -> Tensor:
        asked: Tensor = self.state(state)
        if self.grid is not None and self.energy is not None:
            energy: Tensor = self.energy(torch.tanh(self.grid(grid) + asked.unsqueeze(1)))
            return energy.squeeze(-1)
        if self.score == "dot":
            return torch.bmm(grid, asked.unsqueeze(-1)).squeeze(-1) / math.sqrt(self.features)
        return asked

    def extra_repr(self) -> str:
        return f"locations={self.locations}, features={self.features}, score={self.score!r}"
