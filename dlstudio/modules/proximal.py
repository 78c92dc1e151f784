"""Gradient steps followed by a soft threshold, which makes weights exactly 0."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor


def soft_threshold(x: Tensor, width: Tensor | float) -> Tensor:
    """Every number moved towards 0 by the width, and 0 where it is no further away: sign(x)·max(|x| − width, 0)."""
    return x.sign() * (x.abs() - width).clamp_min(0)


class ProximalGradientDescent(torch.optim.Optimizer):
    """θ ← soft threshold of (θ − lr·g) by lr·l1, divided by 1 + lr·l2.

    Forward-backward splitting (Duchi and Singer 2009), the exact way to descend along J + l1·Σ|θ| + ½·l2·Σθ².
    """

    def __init__(
        self, params: Iterable[Tensor] | Iterable[dict[str, object]], lr: float = 0.01, l1: float = 0.0, l2: float = 0.0
    ) -> None:
        super().__init__(params, {"lr": lr, "l1": l1, "l2": l2})

    @torch.no_grad()
    def step(self, closure: Callable[[], Tensor] | None = None) -> Tensor | None:  # type: ignore[override]
        """Moves every weight that has a gradient."""
        loss = torch.enable_grad()(closure)() if closure else None
        for group in self.param_groups:
            for weight in (weight for weight in group["params"] if weight.grad is not None):
                moved = weight.sub(weight.grad, alpha=group["lr"])
                shrunk = soft_threshold(moved, group["lr"] * group["l1"])
                weight.copy_(shrunk / (1 + group["lr"] * group["l2"]))
        return loss


class ProximalAdagrad(torch.optim.Optimizer):
    """The same with AdaGrad's rates: each weight's own rate is lr/√S, with S the sum of its squared gradients."""

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, object]],
        lr: float = 0.01,
        initial_accumulator_value: float = 0.1,
        l1: float = 0.0,
        l2: float = 0.0,
    ) -> None:
        if initial_accumulator_value <= 0:
            raise ValueError("the sum of squares must start above 0, since rates are divided by its root")
        defaults = {"lr": lr, "initial_accumulator_value": initial_accumulator_value, "l1": l1, "l2": l2}
        super().__init__(params, defaults)

    @torch.no_grad()
    def step(self, closure: Callable[[], Tensor] | None = None) -> Tensor | None:  # type: ignore[override]
        """Moves every weight that has a gradient."""
        loss = torch.enable_grad()(closure)() if closure else None
        for group in self.param_groups:
            for weight in (weight for weight in group["params"] if weight.grad is not None):
                state = self.state[weight]
                if not state:
                    state["squares"] = torch.full_like(weight, group["initial_accumulator_value"])
                squares = state["squares"].addcmul_(weight.grad, weight.grad)
                rate = group["lr"] * squares.rsqrt()
                shrunk = soft_threshold(weight - rate * weight.grad, rate * group["l1"])
                weight.copy_(shrunk / (1 + rate * group["l2"]))
        return loss
