"""Initialisation with few links."""

import torch
from torch import Tensor


@torch.no_grad()
def sparse_links_(weight: Tensor, links: int = 10, std: float = 1.0) -> Tensor:
    """Gives each output unit exactly so many incoming weights, drawn from N(0, std²), the rest 0 (Martens 2010).

    The first axis of the weight counts the output units; a unit with fewer inputs than links gets all of them.
    """
    if weight.dim() < 2:
        raise ValueError(f"sparse links need a weight of at least two axes, not {weight.dim()}")
    draws = torch.rand(weight.flatten(1).shape, device=weight.device)
    chosen = draws.topk(min(links, draws.shape[1]), dim=1).indices
    values = torch.empty(chosen.shape, dtype=weight.dtype, device=weight.device).normal_(0, std)
    sparse = torch.zeros(draws.shape, dtype=weight.dtype, device=weight.device).scatter_(1, chosen, values)
    return weight.copy_(sparse.view_as(weight))
