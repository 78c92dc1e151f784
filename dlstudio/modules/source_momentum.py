"""Momentum as the sources write it."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor


class SourceMomentum(torch.optim.Optimizer):
    """v ← momentum·v − lr·g, then θ ← θ + v.

    torch's SGD keeps the velocity without the rate, so the two differ when the learning rate changes.
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, object]],
        lr: float = 0.01,
        momentum: float = 0.9,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], Tensor] | None = None) -> Tensor | None:  # type: ignore[override]
        """Moves every weight that has a gradient."""
        loss = torch.enable_grad()(closure)() if closure else None
        for group in self.param_groups:
            for weight in (weight for weight in group["params"] if weight.grad is not None):
                state = self.state[weight]
                if not state:
                    state["velocity"] = torch.zeros_like(weight)
                gradient = weight.grad.add(weight, alpha=group["weight_decay"])
                state["velocity"].mul_(group["momentum"]).sub_(gradient, alpha=group["lr"])
                weight.add_(state["velocity"])
        return loss
