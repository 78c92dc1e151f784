"""Gradient check: what back-propagation says held against what small changes of the weights really do (DIA-12)."""

import copy
from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor, nn

from dlstudio.training.probes.looks import owner, parts

STEP = 1e-6
TINY = 1e-7
"""Gradients below this are all alike: the difference of two losses holds no more digits."""

Loss = Callable[[nn.Module], Tensor]


def gradient_check(module: nn.Module, loss: Loss, *, entries: int = 4) -> dict[str, float]:
    """The largest relative error of each node's gradient, from a few entries of each weight in double precision.

    `loss` is called with a copy of the network, without dropout, and has to give the same number every time."""
    twin = copy.deepcopy(getattr(module, "_orig_mod", module)).double().eval()
    twin.zero_grad(set_to_none=True)
    torch.autograd.backward(loss(twin))
    nodes = parts(twin)
    worst: dict[str, float] = {}
    for name, weight in twin.named_parameters():
        node = owner(name, nodes)
        if node is None or weight.grad is None:
            continue
        for place in _spread(weight.numel(), entries):
            error = _error(float(weight.grad.view(-1)[place]), _slope(twin, loss, weight, place))
            worst[node] = max(worst.get(node, 0.0), error)
    return worst


def _spread(count: int, entries: int) -> list[int]:
    """A few places, evenly spread."""
    bounds = [i * count // entries for i in range(entries + 1)]
    return sorted({(low + high) // 2 for low, high in pairwise(bounds) if high > low})


@torch.no_grad()
def _slope(module: nn.Module, loss: Loss, weight: Tensor, place: int) -> float:
    """How the loss changes with one entry of a weight, by a small step to either side."""
    flat, old = weight.view(-1), float(weight.view(-1)[place])
    flat[place] = old + STEP
    above = float(loss(module))
    flat[place] = old - STEP
    below = float(loss(module))
    flat[place] = old
    return (above - below) / (2 * STEP)


def _error(one: float, other: float) -> float:
    return abs(one - other) / max(abs(one), abs(other), TINY / 1e-5)
