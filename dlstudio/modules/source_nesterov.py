"""Nesterov's accelerated gradient as the sources write it."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor


class SourceNesterov(torch.optim.Optimizer):
    """v ← momentum·v − lr·∇J(θ + momentum·v), then θ ← θ + v: the weights between two steps are the iterates θ.

    torch's SGD keeps θ + momentum·v instead. The gradient is wanted at a place that is not θ, so `step` needs the
    closure of torch's LBFGS: it clears the gradients, computes the loss, calls backward and returns the loss.
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
    def step(self, closure: Callable[[], Tensor]) -> Tensor:  # type: ignore[override]
        """Looks ahead, takes the gradient there, and moves the weights from where they were."""
        starts = [weight.clone() for group in self.param_groups for weight in group["params"]]
        for group in self.param_groups:
            for weight in group["params"]:
                if not self.state[weight]:
                    self.state[weight]["velocity"] = torch.zeros_like(weight)
                weight.add_(self.state[weight]["velocity"], alpha=group["momentum"])
        loss = torch.enable_grad()(closure)()
        places = iter(starts)
        for group in self.param_groups:
            for weight in group["params"]:
                velocity = self.state[weight]["velocity"].mul_(group["momentum"])
                if weight.grad is not None:
                    gradient = weight.grad.add(weight, alpha=group["weight_decay"])
                    velocity.sub_(gradient, alpha=group["lr"])
                weight.copy_(next(places)).add_(velocity)
        return loss.detach()
