"""Probes: look inside a network at some of its training steps, and change nothing by it."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer
from torch.utils.hooks import RemovableHandle

from dlstudio.training.probes.features import look_again, pack_features
from dlstudio.training.probes.listener import Listener
from dlstudio.training.probes.looks import Look, look_at, parts
from dlstudio.training.probes.pace import Pace
from dlstudio.training.probes.parcel import Parcel
from dlstudio.training.probes.reading import read
from dlstudio.training.probes.scales import Scales
from dlstudio.training.probes.snapshot import Cost, Snapshot
from dlstudio.training.probes.stopwatch import Stopwatch, settle
from dlstudio.training.probes.wish import Wish

PATIENCE = 65_536
"""So many batches may be summed up before an optimizer moves; then a look does without gradients."""


@dataclass
class _Open:
    """A look that has begun; with summed-up batches it ends steps later."""

    step: int
    heard: bool = False


class Probes:
    """The loop asks `before_step` and `after_step`; `wish` may be set anew at any time, from any thread."""

    def __init__(
        self,
        module: nn.Module,
        optimizers: Sequence[Optimizer] = (),
        *,
        known: Mapping[str, Look] | None = None,
        wish: Wish | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.compiled = module if hasattr(module, "_orig_mod") else None
        self.module: nn.Module = getattr(module, "_orig_mod", module)
        self.optimizers = list(optimizers)
        self.wish, self.pace = wish or Wish(), pace or Pace()
        self.parts = parts(self.module)
        self.looks = {name: look_at(name, part, known or {}) for name, part in self.parts.items()}
        self.device = next((weight.device for weight in self.module.parameters()), torch.device("cpu"))
        self._watch = Stopwatch()
        self.listener = Listener(self.parts, self.looks, self._watch)
        self.scales = Scales(dict(self.module.named_parameters()), self.parts, self.looks, self._watch)
        self._open: _Open | None = None
        self._wish = self.wish
        self._inputs: tuple[Any, ...] = ()
        self._catch: RemovableHandle | None = None
        self._began = 0.0

    def before_step(self, step: int) -> bool:
        """Whether this step is looked at; if so, the hooks are on now."""
        if self._open is None and self.pace.due(step):
            self._begin(step)
        elif self._open is None and self._timed(step):
            settle(self.device)
        self._began = time.perf_counter()
        return self._open is not None

    def after_step(self, step: int) -> Snapshot | None:
        """What was seen, when a look has ended with this step."""
        if self._open is None:
            if self._timed(step):
                settle(self.device)
                self.pace.stepped(time.perf_counter() - self._began)
            return None
        if not self._open.heard:
            self._hear_out()
        waiting = bool(self.optimizers) and not self.scales.moved
        if waiting and step - self._open.step < PATIENCE:
            return None
        return self._end(step)

    def close(self) -> None:
        """Takes all hooks off, also in the middle of a step that failed."""
        self.listener.stop()
        self.scales.stop()
        if self._catch:
            self._catch.remove()
        self._open, self._catch, self._inputs = None, None, ()

    def _timed(self, step: int) -> bool:
        """Whether a plain step is timed: on a GPU only one before a look, since the clock has to wait for it."""
        return self.device.type != "cuda" or self.pace.due(step + 1) or not self.pace.step_seconds

    def _begin(self, step: int) -> None:
        settle(self.device)
        self._watch.seconds = 0.0
        with self._watch:
            self._open, self._wish = _Open(step), self.wish
            self.scales.watch_over(self.optimizers, self._wish)
            if self.compiled is None:
                self.listener.listen(self._wish)
            else:
                self._catch = self.compiled.register_forward_pre_hook(self._caught)

    def _caught(self, _module: nn.Module, inputs: tuple[Any, ...]) -> None:
        """A compiled network does not call hooks on its parts, so its inputs are kept for a second pass."""
        self._inputs = inputs

    def _hear_out(self) -> None:
        """The forward pass is over: what listens to it goes, since evaluation must not be heard."""
        assert self._open is not None
        self._open.heard = True
        if self._catch is not None:
            self._catch.remove()
            self._catch = None
            with self._watch:
                self.listener.listen(self._wish)
            look_again(self.module, self._inputs)
            self._inputs = ()
        self.listener.stop()

    def _end(self, step: int) -> Snapshot:
        settle(self.device)
        whole = time.perf_counter() - self._began
        inside = self._watch.seconds
        if self.device.type != "cuda" or not self.pace.step_seconds:
            self.pace.stepped(max(whole - inside, 0.0))
        began = time.perf_counter()
        self.close()
        parcel = Parcel()
        self.listener.pack(parcel)
        self.scales.pack(parcel, self._wish)
        pack_features(self.module, self.parts, self._wish, parcel)
        found = parcel.fetch()
        nodes, extras = read(found, self.parts, self.looks, self.listener, self.scales, self._wish)
        seconds = time.perf_counter() - began + self._extra(whole, inside)
        self.pace.looked(step, seconds)
        cost = Cost(seconds, self.pace.step_seconds, self.pace.distance)
        return Snapshot(step, nodes, cost, extras.histograms, extras.features, extras.kernels)

    def _extra(self, whole: float, inside: float) -> float:
        """How much longer the step took: on a GPU, what our hooks started ends after they have."""
        if self.device.type == "cuda" and self.pace.step_seconds:
            return max(inside, whole - self.pace.step_seconds)
        return inside
