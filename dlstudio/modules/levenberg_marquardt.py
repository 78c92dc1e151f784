"""The method of Levenberg and Marquardt for least squares."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor


class LevenbergMarquardt(torch.optim.Optimizer):
    """θ ← θ − lr·(JᵀJ + damping)⁻¹·Jᵀr for the residuals r, to lower ½Σr²; for at most 2,000 weights.

    A step that lowers the sum is kept and the damping is divided by `growth`; one that does not is taken back, the
    damping is multiplied, and it is tried again. With `scaled` each weight is damped by its own share of JᵀJ
    (Marquardt 1963), otherwise all alike (Levenberg 1944). The damping in force stands in the state.
    `step` needs a closure that returns the vector of all residuals, such as (y − t).flatten(), with its graph.
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, object]],
        lr: float = 1.0,
        damping: float = 0.01,
        growth: float = 10.0,
        scaled: bool = False,
        max_tries: int = 10,
    ) -> None:
        own = {"damping": damping, "growth": growth, "scaled": scaled, "max_tries": max_tries}
        super().__init__(params, {"lr": lr, **own})
        count = sum(weight.numel() for group in self.param_groups for weight in group["params"])
        if len(self.param_groups) > 1:
            raise ValueError("Levenberg-Marquardt treats all weights alike: give it one group of them")
        if count > 2000:
            raise ValueError(
                f"Levenberg-Marquardt solves for all weights at once, so it takes at most 2,000 weights; "
                f"this network has {count:,}. Use LBFGS or Adam."
            )

    @property
    def damping(self) -> float:
        """The damping in force."""
        group = self.param_groups[0]
        return float(self.state[group["params"][0]].get("damping", group["damping"]))

    @torch.no_grad()
    def step(self, closure: Callable[[], Tensor]) -> Tensor:  # type: ignore[override]
        """One step that lowers the sum of squares, if any damping gives one; returns the sum that it started from."""
        group = self.param_groups[0]
        weights = [weight for weight in group["params"] if weight.requires_grad]
        with torch.enable_grad():
            residuals = closure().flatten()
        jacobian = self._jacobian(residuals, weights)
        residuals = residuals.detach()
        squares, slope = jacobian.T @ jacobian, jacobian.T @ residuals
        own = squares.diagonal()
        scale = own.clamp_min(float(own.max()) * 1e-8) if group["scaled"] else torch.ones_like(own)
        start, loss, damping = [weight.clone() for weight in weights], residuals.square().sum() / 2, self.damping
        for _ in range(group["max_tries"]):
            move, failed = torch.linalg.solve_ex(squares + torch.diag(damping * scale), slope)
            parts = torch.split(move, [weight.numel() for weight in weights])
            for weight, origin, part in zip(weights, start, parts, strict=True):
                weight.copy_(origin - group["lr"] * part.view_as(weight))
            if not failed and closure().square().sum() / 2 < loss:
                damping = max(damping / group["growth"], 1e-12)
                break
            damping *= group["growth"]
            for weight, origin in zip(weights, start, strict=True):
                weight.copy_(origin)
        self.state[group["params"][0]]["damping"] = min(damping, 1e12)
        return loss

    @staticmethod
    def _jacobian(residuals: Tensor, weights: list[Tensor]) -> Tensor:
        """How each residual changes with each weight, some hundred residuals at a time."""
        rows = []
        for chosen in torch.split(torch.arange(len(residuals), device=residuals.device), 256):
            unit = torch.nn.functional.one_hot(chosen, len(residuals)).to(residuals.dtype)
            found: tuple[Tensor | None, ...] = torch.autograd.grad(
                residuals, weights, unit, retain_graph=True, is_grads_batched=True, allow_unused=True
            )
            pairs = zip(found, weights, strict=True)
            count = len(unit)
            parts = [unit.new_zeros(count, w.numel()) if p is None else p.reshape(count, -1) for p, w in pairs]
            rows.append(torch.cat(parts, 1))
        return torch.cat(rows)
