"""Muon for matrices, AdamW for the rest."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor


def nearly_orthogonal(matrix: Tensor, steps: int = 5) -> Tensor:
    """A matrix with the same rows and columns whose singular values are all about 1, by Newton-Schulz iteration.

    The coefficients are those of Jordan et al. (2024), which rise fast and do not settle at 1 exactly.
    """
    tall = matrix.shape[0] > matrix.shape[1]
    x: Tensor = matrix.T if tall else matrix
    x = x / x.norm().clamp_min(1e-7)
    for _ in range(steps):
        square = x @ x.T
        x = 3.4445 * x + (-4.7750 * square + 2.0315 * square @ square) @ x
    return x.T if tall else x


class MuonAdamW(torch.optim.Optimizer):
    """Moves weight matrices along their momentum made orthogonal (Jordan et al. 2024), everything else as AdamW does.

    A kernel counts as the matrix of one row for each feature map. The steps are scaled to the size of AdamW's (Liu
    et al. 2025), so that both share a learning rate; the decay is taken from the weights, not from the gradients.
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, object]],
        lr: float = 0.001,
        weight_decay: float = 0.1,
        momentum: float = 0.95,
        nesterov: bool = True,
        ns_steps: int = 5,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> None:
        matrices = {"momentum": momentum, "nesterov": nesterov, "ns_steps": ns_steps}
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay, **matrices, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self, closure: Callable[[], Tensor] | None = None) -> Tensor | None:  # type: ignore[override]
        """Moves every weight that has a gradient."""
        loss = torch.enable_grad()(closure)() if closure else None
        for group in self.param_groups:
            for weight in (weight for weight in group["params"] if weight.grad is not None):
                weight.mul_(1 - group["lr"] * group["weight_decay"])
                if weight.dim() >= 2:
                    step = self._turned(weight, group["momentum"], group["nesterov"], group["ns_steps"])
                else:
                    step = self._adapted(weight, group["betas"], group["eps"])
                weight.sub_(step, alpha=group["lr"])
        return loss

    def _turned(self, weight: Tensor, momentum: float, nesterov: bool, steps: int) -> Tensor:
        state, gradient = self.state[weight], weight.grad
        assert gradient is not None
        if not state:
            state["mean"] = torch.zeros_like(weight)
        mean = state["mean"].lerp_(gradient, 1 - momentum)
        ahead = (gradient.lerp(mean, momentum) if nesterov else mean).flatten(1)
        size: float = 0.2 * max(ahead.shape) ** 0.5
        return nearly_orthogonal(ahead, steps).view_as(weight) * size

    def _adapted(self, weight: Tensor, betas: tuple[float, float], eps: float) -> Tensor:
        (slow, slower), state, gradient = betas, self.state[weight], weight.grad
        assert gradient is not None
        if not state:
            state.update(step=0, mean=torch.zeros_like(weight), squares=torch.zeros_like(weight))
        state["step"] += 1
        mean: Tensor = state["mean"].lerp_(gradient, 1 - slow) / (1 - slow ** state["step"])
        squares: Tensor = state["squares"].lerp_(gradient.square(), 1 - slower) / (1 - slower ** state["step"])
        return mean / (squares.sqrt() + eps)
