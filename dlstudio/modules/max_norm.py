"""A limit on the weights of each neuron."""

from collections.abc import Iterable

import torch
from torch import Tensor


@torch.no_grad()
def max_norm_(weights: Iterable[Tensor], c: float) -> None:
    """Scales the incoming weights of each neuron (a row or a kernel, along axis 0) back to a length of at most c."""
    for weight in weights:
        weight.renorm_(2, 0, c)
