"""AdaGrad with dual averaging."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor


class AdagradDA(torch.optim.Optimizer):
    """Weights follow the sum of all gradients so far (Duchi et al. 2011; TensorFlow's AdagradDAOptimizer).

        G ← G + g,  S ← S + g²,  θ = −lr·sign(G)·max(|G| − l1·t, 0)/(l2·t·lr + √S)

    after t steps. Weights are counted from 0, so where they start is forgotten; with `keep_start` they are counted
    from there, and so are the penalties.
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, object]],
        lr: float = 0.01,
        initial_accumulator_value: float = 0.1,
        l1: float = 0.0,
        l2: float = 0.0,
        keep_start: bool = False,
    ) -> None:
        if initial_accumulator_value <= 0:
            raise ValueError("the sum of squares must start above 0, since rates are divided by its root")
        own = {"initial_accumulator_value": initial_accumulator_value, "l1": l1, "l2": l2, "keep_start": keep_start}
        super().__init__(params, {"lr": lr, **own})

    @torch.no_grad()
    def step(self, closure: Callable[[], Tensor] | None = None) -> Tensor | None:  # type: ignore[override]
        """Moves every weight that has a gradient."""
        loss = torch.enable_grad()(closure)() if closure else None
        for group in self.param_groups:
            lr, l1, l2 = group["lr"], group["l1"], group["l2"]
            for weight in (weight for weight in group["params"] if weight.grad is not None):
                state = self.state[weight]
                if not state:
                    self._start(weight, group["initial_accumulator_value"], group["keep_start"])
                state["step"] += 1
                total = state["total"].add_(weight.grad)
                squares = state["squares"].addcmul_(weight.grad, weight.grad)
                kept = total.sign() * (total.abs() - l1 * state["step"]).clamp_min(0)
                weight.copy_(state["start"] - lr * kept / (l2 * state["step"] * lr + squares.sqrt()))
        return loss

    def _start(self, weight: Tensor, initial: float, keep: bool) -> None:
        state = self.state[weight]
        state.update(step=0, total=torch.zeros_like(weight), squares=torch.full_like(weight, initial))
        state["start"] = weight.clone() if keep else torch.zeros_like(weight)
