"""Follow the regularized leader."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor


class Ftrl(torch.optim.Optimizer):
    """FTRL-proximal (McMahan et al. 2013), with the convention of TensorFlow's FtrlOptimizer: the penalty is l2·Σθ².

        n ← n + g²,  q' = n^(−lr_power)/lr,  z ← z + g − (q' − q)·θ,  q ← q'
        θ = 0 where |z| ≤ l1, and −(z − sign(z)·l1)/(q + 2·l2) elsewhere

    Without penalties it is AdaGrad. z starts such that θ is where it starts; for weights that start at 0 that is
    TensorFlow's way. q is remembered, so that a learning rate that changes does not tear the weights along.
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, object]],
        lr: float = 0.01,
        lr_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1: float = 0.0,
        l2: float = 0.0,
    ) -> None:
        if lr <= 0 or initial_accumulator_value <= 0:
            raise ValueError("the learning rate and the start of the sum of squares must be above 0")
        own = {"lr_power": lr_power, "initial_accumulator_value": initial_accumulator_value, "l1": l1, "l2": l2}
        super().__init__(params, {"lr": lr, **own})

    @torch.no_grad()
    def step(self, closure: Callable[[], Tensor] | None = None) -> Tensor | None:  # type: ignore[override]
        """Moves every weight that has a gradient."""
        loss = torch.enable_grad()(closure)() if closure else None
        for group in self.param_groups:
            for weight in (weight for weight in group["params"] if weight.grad is not None):
                if group["lr"] == 0:  # it is divided by, and stands for no step at all
                    continue
                if not self.state[weight]:
                    self._start(weight, group["lr"], group["lr_power"], group["initial_accumulator_value"])
                self._move(weight, group["lr"], group["lr_power"], group["l1"], group["l2"])
        return loss

    def _start(self, weight: Tensor, lr: float, power: float, initial: float) -> None:
        pull = torch.full_like(weight, initial ** (-power) / lr)
        self.state[weight].update(squares=torch.full_like(weight, initial), pull=pull, linear=-pull * weight)

    def _move(self, weight: Tensor, lr: float, power: float, l1: float, l2: float) -> None:
        state = self.state[weight]
        gradient = torch.zeros_like(weight) if weight.grad is None else weight.grad
        pull = state["squares"].addcmul_(gradient, gradient).pow(-power) / lr
        linear = state["linear"].add_(gradient - (pull - state["pull"]) * weight)
        state["pull"].copy_(pull)
        weight.copy_(torch.where(linear.abs() > l1, (linear.sign() * l1 - linear) / (pull + 2 * l2), 0))
