"""Experts that share the work."""

import math

import torch
from torch import Tensor, nn


class MixtureOfExperts(nn.Module):
    """Small networks of which a gate mixes the best few for each input vector (Shazeer et al. 2017).

    y = Σ_k g_k · E_k(x),  g = softmax over the top largest of W_g x (0 for the others),
    E_k(x) = W2_k relu(W1_k x + b1_k) + b2_k. All experts are computed: right for a few small ones.
    Takes and gives (..., features).
    """

    def __init__(self, features: int, hidden: int, experts: int = 4, top: int = 2) -> None:
        super().__init__()
        if not 0 < top <= experts:
            raise ValueError(f"the best {top} of {experts} experts cannot be chosen")
        self.features = features
        self.hidden = hidden
        self.top = top
        self.gate = nn.Linear(features, experts, bias=False)
        self.weight_in = nn.Parameter(torch.empty(experts, hidden, features))
        self.bias_in = nn.Parameter(torch.empty(experts, hidden))
        self.weight_out = nn.Parameter(torch.empty(experts, features, hidden))
        self.bias_out = nn.Parameter(torch.empty(experts, features))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        self.gate.reset_parameters()
        for parameters, inputs in (
            ((self.weight_in, self.bias_in), self.features),
            ((self.weight_out, self.bias_out), self.hidden),
        ):
            for parameter in parameters:
                nn.init.uniform_(parameter, -1 / math.sqrt(inputs), 1 / math.sqrt(inputs))

    def forward(self, x: Tensor) -> Tensor:
        hidden = torch.relu(torch.einsum("...f,ehf->...eh", x, self.weight_in) + self.bias_in)
        answers = torch.einsum("...eh,efh->...ef", hidden, self.weight_out) + self.bias_out
        return (self.shares(x).unsqueeze(-1) * answers).sum(-2)

    def shares(self, x: Tensor) -> Tensor:
        """How much each expert counts for each vector: the last axis has at most top values above 0 and sums to 1."""
        logits: Tensor = self.gate(x)
        best, chosen = logits.topk(self.top, -1)
        share = best.softmax(-1)
        return torch.zeros_like(logits, dtype=share.dtype).scatter(-1, chosen, share)

    def extra_repr(self) -> str:
        return f"hidden={self.hidden}, experts={self.gate.out_features}, top={self.top}"
