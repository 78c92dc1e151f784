"""BFGS with the full matrix."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor


class BFGS(torch.optim.Optimizer):
    """Learns the inverse Hessian from how the gradient changes (Nocedal and Wright 2006, chapter 6).

    Each of the at most `max_iter` rounds of a step goes along −(inverse Hessian)·∇J as far as the weak conditions of
    Wolfe ask for, found by bisection from `lr` on. For at most 5,000 weights: the matrix has their number squared.
    `step` needs the closure of torch's LBFGS: it clears the gradients, computes the loss, calls backward, returns it.
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, object]],
        lr: float = 1.0,
        max_iter: int = 20,
        tolerance_grad: float = 1e-7,
    ) -> None:
        super().__init__(params, {"lr": lr, "max_iter": max_iter, "tolerance_grad": tolerance_grad})
        if len(self.param_groups) > 1:
            raise ValueError("BFGS treats all weights alike: give it one group of them")
        self._weights: list[Tensor] = self.param_groups[0]["params"]
        count = sum(weight.numel() for weight in self._weights)
        if count > 5000:
            raise ValueError(
                f"BFGS keeps a matrix over all pairs of weights, so it takes at most 5,000 weights; "
                f"this network has {count:,}. Use LBFGS or Adam."
            )

    @torch.no_grad()
    def step(self, closure: Callable[[], Tensor]) -> Tensor:  # type: ignore[override]
        """Some rounds towards the lowest point; returns the loss that it started from."""
        group, look = self.param_groups[0], torch.enable_grad()(closure)
        first = look()
        here, loss, slope = self._where(), float(first), self._slope()
        inverse = self.state[self._weights[0]].get("inverse")
        for _ in range(group["max_iter"]):
            if not slope.abs().max() > group["tolerance_grad"]:
                break
            way = -slope if inverse is None else -(inverse @ slope)
            if not way @ slope < 0:
                way, inverse = -slope, None
            trial = group["lr"] * (1.0 if inverse is not None else min(1.0, 1 / float(slope.abs().sum())))
            there, lower, steeper = self._search(look, here, loss, slope, way, trial)
            if there is here:
                if inverse is None:
                    break
                inverse = None
                continue
            inverse = self._learn(inverse, there - here, steeper - slope)
            here, loss, slope = there, lower, steeper
        self._go(here)
        if inverse is None:
            self.state[self._weights[0]].pop("inverse", None)
        else:
            self.state[self._weights[0]]["inverse"] = inverse
        return first.detach()

    def _search(
        self, look: Callable[[], Tensor], here: Tensor, loss: float, slope: Tensor, way: Tensor, trial: float
    ) -> tuple[Tensor, float, Tensor]:
        """The place where the loss has fallen enough and the slope has flattened, or at least the best one seen."""
        best = (here, loss, slope)
        fall = float(slope @ way)
        low, high = 0.0, float("inf")
        for _ in range(40):
            there = here + trial * way
            self._go(there)
            found = float(look())
            if not found <= loss + 1e-4 * trial * fall:
                high = trial
            else:
                low, best = trial, (there, found, self._slope())
                if float(best[2] @ way) >= 0.9 * fall:
                    break
            trial = 2 * low if high == float("inf") else (low + high) / 2
        return best

    @staticmethod
    def _learn(inverse: Tensor | None, moved: Tensor, change: Tensor) -> Tensor | None:
        product = change @ moved
        if not product > 1e-10 * change.norm() * moved.norm():
            return inverse
        if inverse is None:
            inverse = torch.eye(len(moved), dtype=moved.dtype, device=moved.device) * (product / (change @ change))
        seen = inverse @ change
        cross = torch.outer(seen, moved)
        own = torch.outer(moved, moved) * ((1 + (change @ seen) / product) / product)
        return inverse + own - (cross + cross.T) / product

    def _where(self) -> Tensor:
        return torch.cat([weight.detach().flatten() for weight in self._weights])

    def _slope(self) -> Tensor:
        slopes = [torch.zeros_like(w) if w.grad is None else w.grad for w in self._weights]
        return torch.cat([slope.flatten() for slope in slopes])

    def _go(self, place: Tensor) -> None:
        parts = torch.split(place, [weight.numel() for weight in self._weights])
        for weight, part in zip(self._weights, parts, strict=True):
            weight.copy_(part.view_as(weight))
