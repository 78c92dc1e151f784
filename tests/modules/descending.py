"""What the tests of our optimizers have in common: one weight, or a few, on a function with a known gradient."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn


def weights(*values: float) -> nn.Parameter:
    """A row of weights in double precision."""
    return nn.Parameter(torch.tensor(values, dtype=torch.float64))


def follow(
    optimizer: torch.optim.Optimizer,
    weight: nn.Parameter,
    slope: Callable[[Tensor], Tensor],
    steps: int,
    rates: Sequence[float] = (),
) -> Tensor:
    """Where the weights stand after each step along the slope; `rates` are the learning rates of the steps."""
    trace: list[Tensor] = []
    for i in range(steps):
        if rates:
            optimizer.param_groups[0]["lr"] = rates[i]
        weight.grad = slope(weight.detach())
        optimizer.step()
        trace.append(weight.detach().clone())
    return torch.stack(trace)


def closure(optimizer: torch.optim.Optimizer, loss: Callable[[], Tensor]) -> Callable[[], Any]:
    """The closure that torch's LBFGS wants."""

    def call() -> Tensor:
        optimizer.zero_grad()
        found = loss()
        found.backward()
        return found

    return call


def rosenbrock(place: Tensor) -> Tensor:
    """A curved valley with its lowest point, 0, at (1, 1)."""
    return (1 - place[0]) ** 2 + 100 * (place[1] - place[0] ** 2) ** 2
