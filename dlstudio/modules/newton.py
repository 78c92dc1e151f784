"""Newton's method."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor


class Newton(torch.optim.Optimizer):
    """θ ← θ − lr·(H + damping)⁻¹·∇J with the full Hessian H, for at most 2,000 weights.

    With `saddle_free` curvatures count by their size, so that steps lead away from saddle points and peaks (Dauphin
    et al. 2014); where J curves upwards both are the same. Along directions without any curvature nothing moves.
    `step` needs a closure that returns the loss with its graph: it neither clears gradients nor calls backward.
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, object]],
        lr: float = 1.0,
        damping: float = 0.0,
        saddle_free: bool = True,
    ) -> None:
        super().__init__(params, {"lr": lr, "damping": damping, "saddle_free": saddle_free})
        count = sum(weight.numel() for group in self.param_groups for weight in group["params"])
        if len(self.param_groups) > 1:
            raise ValueError("Newton's method treats all weights alike: give it one group of them")
        if count > 2000:
            raise ValueError(
                f"Newton's method needs the curvature between all pairs of weights, so it takes at most 2,000 weights; "
                f"this network has {count:,}. Use LBFGS or Adam."
            )

    @torch.no_grad()
    def step(self, closure: Callable[[], Tensor]) -> Tensor:  # type: ignore[override]
        """One step for the loss that the closure returns."""
        group = self.param_groups[0]
        weights = [weight for weight in group["params"] if weight.requires_grad]
        with torch.enable_grad():
            loss = closure()
            gradient, hessian = self._derivatives(loss, weights)
        sizes, axes = torch.linalg.eigh((hessian + hessian.T) / 2)
        sizes = (sizes.abs() if group["saddle_free"] else sizes) + group["damping"]
        curved = sizes.abs() > sizes.abs().max() * 10 * torch.finfo(sizes.dtype).eps
        along = axes.T @ gradient
        step = axes @ torch.where(curved, along / torch.where(curved, sizes, 1), 0)
        parts = torch.split(step, [weight.numel() for weight in weights])
        for weight, part in zip(weights, parts, strict=True):
            weight.sub_(part.view_as(weight), alpha=group["lr"])
        return loss.detach()

    @staticmethod
    def _derivatives(loss: Tensor, weights: list[Tensor]) -> tuple[Tensor, Tensor]:
        slopes = torch.autograd.grad(loss, weights, create_graph=True, materialize_grads=True)
        gradient = torch.cat([slope.flatten() for slope in slopes])
        count = gradient.numel()
        if not gradient.requires_grad:
            return gradient, gradient.new_zeros(count, count)
        every = torch.eye(count, dtype=gradient.dtype, device=gradient.device)
        found: tuple[Tensor | None, ...] = torch.autograd.grad(
            gradient, weights, every, is_grads_batched=True, allow_unused=True
        )
        pairs = zip(found, weights, strict=True)
        rows = [every.new_zeros(count, w.numel()) if r is None else r.reshape(count, -1) for r, w in pairs]
        return gradient.detach(), torch.cat(rows, 1).detach()
