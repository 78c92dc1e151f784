"""Listener: hears what nodes give out during one step, and remembers which units were ever active."""

from collections import deque
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from dlstudio.training.probes.counting import counted
from dlstudio.training.probes.looks import Look
from dlstudio.training.probes.parcel import Parcel
from dlstudio.training.probes.slopes import BENDS, FLATNESS
from dlstudio.training.probes.stopwatch import Stopwatch
from dlstudio.training.probes.wish import Wish

CALLS = 8
"""A node that works more often than this in one step, as in a loop over time, is heard no longer."""
MEMORY = 5
"""So many looks decide together whether a unit is dead."""


class Listener:
    """Hooks on the nodes' modules that stand only while a step is listened to."""

    def __init__(self, parts: Mapping[str, nn.Module], known: Mapping[str, Look], watch: Stopwatch) -> None:
        self.parts, self.looks, self.watch = parts, known, watch
        self.active: dict[str, deque[tuple[Tensor, int]]] = {name: deque(maxlen=MEMORY) for name in parts}
        self._handles: list[RemovableHandle] = []
        self._heard: dict[str, list[Tensor]] = {}
        self._counts: dict[str, tuple[Tensor, int]] = {}
        self._shapes: dict[str, list[int]] = {}
        self._bars: dict[str, Tensor] = {}

    def listen(self, wish: Wish) -> None:
        """Puts the hooks on."""
        for heard in (self._heard, self._counts, self._shapes, self._bars):
            heard.clear()
        self._handles = [part.register_forward_hook(self._hook(name, wish)) for name, part in self.parts.items()]

    def stop(self) -> None:
        """Takes the hooks off."""
        for handle in self._handles:
            handle.remove()
        self._handles = []

    def _hook(self, name: str, wish: Wish) -> Any:
        look = self.looks[name]

        def hook(_part: nn.Module, _inputs: Any, output: Any) -> None:
            with self.watch, torch.no_grad():
                made = _first(output)
                if made is not None and made.numel() and len(self._heard.get(name, ())) < CALLS:
                    self._hear(name, look, BENDS.get(look.activation, _same)(made.detach()), wish)

        return hook

    def _hear(self, name: str, look: Look, made: Tensor, wish: Wish) -> None:
        values = made.float() if made.ndim > 1 else made.float().reshape(-1, 1)
        axis = look.axis if -values.ndim <= look.axis < values.ndim else 1
        counts = _nonzero(values, axis)
        flat = FLATNESS.get(look.kind) or FLATNESS.get(look.activation)
        saturated = flat(values).float().mean() if flat else torch.full((), torch.nan, device=values.device)
        variance, mean = torch.var_mean(values, correction=0)
        zeros = 1 - counts.sum() / values.numel()
        self._heard.setdefault(name, []).append(
            torch.stack([mean, variance.sqrt(), *torch.aminmax(values), zeros, saturated])
        )
        self._shapes.setdefault(name, []).append(values.numel())
        before, samples = self._counts.get(name, (torch.zeros_like(counts), 0))
        if before.shape == counts.shape:
            self._counts[name] = (before + counts, samples + len(values))
        if name in wish.histograms and name not in self._bars:
            self._bars[name] = counted(values, wish.bins, wish.scale)

    def pack(self, parcel: Parcel) -> None:
        """Puts what was heard into the parcel."""
        for name, heard in self._heard.items():
            parcel.put((name, "heard"), torch.stack(heard))
            kept = self.active[name]
            counts, samples = self._counts[name]
            if kept and kept[-1][0].shape != counts.shape:
                kept.clear()
            kept.append((counts, samples))
            parcel.put((name, "dead"), (torch.stack([each for each, _ in kept]).sum(0) == 0).float().mean())
        for name, bars in self._bars.items():
            parcel.put((name, "activations"), bars)

    def sizes(self, name: str) -> list[int]:
        """How many numbers each call of a node gave out."""
        return self._shapes.get(name, [])

    def samples(self, name: str) -> int:
        """How many samples the share of dead units is judged by."""
        return sum(count for _, count in self.active[name])


def _same(values: Tensor) -> Tensor:
    return values


def _first(output: Any) -> Tensor | None:
    """The first tensor of real numbers in what a module gave out."""
    if isinstance(output, Tensor):
        return output if output.is_floating_point() else None
    return next((found for each in output if (found := _first(each)) is not None), None) if _many(output) else None


def _many(output: Any) -> bool:
    return isinstance(output, tuple | list)


def _nonzero(values: Tensor, axis: int) -> Tensor:
    """How often each unit was not zero."""
    others = [i for i in range(values.ndim) if i != axis % values.ndim]
    return torch.count_nonzero(values, dim=others)
