"""Scales: weighs gradients as the optimizer gets them, and weights before and after it has moved them."""

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.utils.hooks import RemovableHandle

from dlstudio.training.probes.counting import counted
from dlstudio.training.probes.listener import MEMORY
from dlstudio.training.probes.looks import Look, owner
from dlstudio.training.probes.parcel import Parcel, precision
from dlstudio.training.probes.stopwatch import Stopwatch
from dlstudio.training.probes.wish import Wish

SMALL = 1e-3


class Scales:
    """Hooks on optimizers that stand only while a step is weighed."""

    def __init__(
        self,
        weights: Mapping[str, nn.Parameter],
        parts: Mapping[str, nn.Module],
        known: Mapping[str, Look],
        watch: Stopwatch,
    ) -> None:
        self.nodes: dict[str, list[nn.Parameter]] = {}
        for name, weight in weights.items():
            if place := owner(name, parts):
                self.nodes.setdefault(place, []).append(weight)
        self.looks, self.watch = known, watch
        self.moved = False
        """Whether an optimizer has moved its weights since `watch_over`."""
        self._all = [weight for found in self.nodes.values() for weight in found]
        self._place = {weight: i for i, weight in enumerate(self._all)}
        self._idle: dict[str, deque[Tensor]] = {}
        self._gradients: dict[int, Tensor] = {}
        self._before: dict[int, Tensor] = {}
        self._late: dict[int, Tensor] = {}
        """The weights before a step that began without gradients."""
        self._bars: dict[str, Tensor] = {}
        self._handles: list[RemovableHandle] = []

    def watch_over(self, optimizers: Iterable[Optimizer], wish: Wish) -> None:
        """Puts the hooks on."""
        self.moved = False
        for found in (self._gradients, self._before, self._late, self._bars):
            found.clear()

        def hook(optimizer: Optimizer, _args: Any, _kwargs: Any) -> None:
            with self.watch, torch.no_grad():
                self._weigh(optimizer, wish)

        def hook_after(optimizer: Optimizer, _args: Any, _kwargs: Any) -> None:
            with self.watch, torch.no_grad():
                self._weigh_late(optimizer, wish)

        self._handles = [
            handle
            for optimizer in optimizers
            for handle in (optimizer.register_step_pre_hook(hook), optimizer.register_step_post_hook(hook_after))
        ]

    def stop(self) -> None:
        """Takes the hooks off."""
        for handle in self._handles:
            handle.remove()
        self._handles = []

    def _weigh(self, optimizer: Optimizer, wish: Wish) -> None:
        there = [w for group in optimizer.param_groups for w in group["params"] if w in self._place]
        ours = [w for w in there if w.grad is not None]
        if there and not ours:
            self._late |= {self._place[w]: w.detach().clone() for w in there}
        if not ours:
            return
        self.moved = True
        self._before |= {self._place[w]: w.detach().clone() for w in ours}
        self._take(ours, optimizer, wish)

    def _weigh_late(self, optimizer: Optimizer, wish: Wish) -> None:
        """L-BFGS and its like work out gradients in the middle of their step: those of its end are weighed."""
        there = [w for group in optimizer.param_groups for w in group["params"] if self._place.get(w) in self._late]
        if not there:
            return
        self.moved = True
        ours = [w for w in there if w.grad is not None]
        self._before |= {self._place[w]: self._late.pop(self._place[w]) for w in ours}
        self._take(ours, optimizer, wish)

    def _take(self, ours: list[nn.Parameter], optimizer: Optimizer, wish: Wish) -> None:
        """The lengths of gradients, and what their histograms count."""
        if not ours:
            return
        gradients = [_plain(w.grad) for w in ours if w.grad is not None]
        norms = _norms(gradients)
        scale = getattr(optimizer, "grad_scale", None)
        for weight, gradient, norm in zip(ours, gradients, norms, strict=True):
            place = self._place[weight]
            self._gradients[place] = norm if scale is None else norm / scale
            self._look_at(weight, gradient, wish)

    def _look_at(self, weight: nn.Parameter, gradient: Tensor, wish: Wish) -> None:
        name = self._name(weight)
        if weight.ndim < 2 or weight.grad is None or weight.grad.is_sparse:
            return
        facing = next(each for each in self.nodes[name] if each.ndim > 1)  # of several, the one that reads the input
        if self.looks[name].first and weight is facing:
            others = [i for i in range(gradient.ndim) if i != 1]
            kept = self._idle.setdefault(name, deque(maxlen=MEMORY))
            kept.append(torch.count_nonzero(gradient, dim=others))
        if name in wish.histograms and name not in self._bars:
            self._bars[name] = counted(gradient, wish.bins, wish.scale)

    def _name(self, weight: nn.Parameter) -> str:
        return next(name for name, found in self.nodes.items() if any(weight is each for each in found))

    @torch.no_grad()
    def pack(self, parcel: Parcel, wish: Wish) -> None:
        """Puts what was weighed into the parcel."""
        if not self._all:
            return
        now = [weight.detach() for weight in self._all]
        parcel.put("weights", torch.stack(_norms(now)))
        places = sorted(self._gradients)
        if places:
            parcel.put("gradients", torch.stack([self._gradients[place] for place in places]))
            steps = torch._foreach_sub([now[place] for place in places], [self._before[place] for place in places])
            parcel.put("steps", torch.stack(_norms(list(steps))))
        for name, bars in self._bars.items():
            parcel.put((name, "gradients"), bars)
        for name, kept in self._idle.items():
            parcel.put((name, "idle"), (torch.stack(list(kept)).sum(0) == 0).float())
        for name, found in self.nodes.items():
            self._shape(name, found, parcel, wish)
        self._before.clear()
        self._late.clear()

    def _shape(self, name: str, found: list[nn.Parameter], parcel: Parcel, wish: Wish) -> None:
        """How the first matrix of a node looks: its small numbers, rows that are alike, its rank."""
        matrix = next((w.detach().flatten(1) for w in found if w.ndim > 1 and w.is_floating_point()), None)
        if matrix is None:
            return
        small = (matrix.abs() < SMALL).float().mean()
        alike = (matrix[1:] == matrix[:1]).all(1).float()
        twins = alike.mean() if len(alike) else torch.zeros_like(small)
        parcel.put((name, "matrix"), torch.stack([small, twins]))
        if name in wish.ranks:
            parcel.put((name, "rank"), effective_rank(matrix))
        if name in wish.histograms:
            parcel.put((name, "weights"), counted(matrix, wish.bins, wish.scale))
        if name in wish.kernels:
            kernel = next(w for w in found if w.ndim > 1)
            parcel.put((name, "kernels"), kernel.detach()[: wish.maps])

    def places(self) -> list[int]:
        """Which weights had a gradient, in the order in which they were packed."""
        return sorted(self._gradients)

    def place(self, weight: nn.Parameter) -> int:
        return self._place[weight]


def effective_rank(matrix: Tensor) -> Tensor:
    """exp of the entropy of the singular values, as a share of the largest rank possible (DIA-04)."""
    values = torch.linalg.svdvals(matrix.float())
    shares = values / values.sum().clamp_min(1e-30)
    entropy = torch.special.entr(shares).sum()
    return torch.exp(entropy) / min(matrix.shape)


def _plain(gradient: Tensor) -> Tensor:
    return gradient.coalesce().values() if gradient.is_sparse else gradient.detach()


def _norms(tensors: list[Tensor]) -> list[Tensor]:
    """The lengths of many tensors in a few kernels."""
    return list(torch._foreach_norm(tensors, 2, dtype=precision(tensors[0].device)))
