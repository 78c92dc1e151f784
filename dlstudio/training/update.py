"""Updater: from a loss to changed weights: penalties, backward, scaling, accumulation, limits, schedule, average."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from dlstudio.core.issue import ProjectProblem
from dlstudio.training.declared import chosen_optimizer, optimizer, schedule
from dlstudio.training.groups import grouped, learning
from dlstudio.training.layout import align
from dlstudio.training.method import Task
from dlstudio.training.ranks.share import SharedTask
from dlstudio.training.restraint import Restraint

Compute = Callable[[], Tensor]


class Updater:
    """Moves the weights of some modules; a GAN has two of them."""

    def __init__(self, task: Task, modules: Iterable[nn.Module]) -> None:
        recipe = task.recipe
        self.task, self.recipe = task, recipe
        self.named = learning(task, list(modules))
        self.weights = list(self.named.values())
        self.closure = chosen_optimizer(recipe.optimizer).closure
        groups, self.names = grouped(recipe, self.named)
        self.optimizer = optimizer(recipe.optimizer, groups, task.device) if self.weights else None
        self.rates = [group["lr"] for group in self.optimizer.param_groups] if self.optimizer else []
        self.schedule = schedule(recipe.schedule)
        self.waiting = self.schedule.start_state()
        self.restraint = Restraint.of(recipe.regularizers, self.named)
        self.scaler = torch.amp.GradScaler(task.device.type, enabled=recipe.precision == "fp16")
        self.average = {name: p.detach().clone() for name, p in self.named.items()} if recipe.average else {}
        self.both = [p.detach() for p in self.weights], list(self.average.values())
        self.told: dict[str, Tensor] = {}
        """What the last step has to tell beside its losses: the penalty, and what was done to the gradients."""
        self.count = 0
        self.factor = -1.0
        self._held = False

    def __call__(self, loss: Tensor) -> None:
        """Learns from a loss; with accumulation, only every so often."""
        if self.closure != "none":
            raise ProjectProblem(
                f"{self.recipe.optimizer['kind']} asks for the loss several times in a step, which {self.recipe.title} "
                "cannot answer. Choose another optimizer, such as Adam."
            )
        self.count += not self._held
        self.told = {}
        if self.optimizer is None:
            return
        whole = self._with_penalty(loss)
        part = whole / self.recipe.accumulate if self.recipe.accumulate > 1 else whole
        part = self._in_step(part)
        torch.autograd.backward(self.scaler.scale(part))
        if self.count % self.recipe.accumulate == 0:
            self._move(self.optimizer)

    def _in_step(self, loss: Tensor) -> Tensor:
        """With other processes that learn from the same batch: the loss by this one's share, so that all move alike."""
        return self.task.scaled(loss) if isinstance(self.task, SharedTask) else loss

    def minimise(self, compute: Compute, residuals: Compute | None = None) -> None:
        """Learns from a loss that the optimizer may ask for several times, as L-BFGS and Newton do.

        `residuals` are what the loss squares, for those that solve least squares."""
        if self.closure == "none" or self.optimizer is None:
            self(compute())
            return
        self._set_rate(self.count)
        step: Any = self.optimizer.step  # torch says the closure returns a float; its own optimizers want the tensor
        if self.closure == "residuals":
            assert residuals is not None
            with torch.no_grad():
                compute()
            step(residuals)
        else:
            step(self._closure(compute, self.optimizer))
        self.optimizer.zero_grad(set_to_none=True)
        self.count += 1
        self._settle()

    def _closure(self, compute: Compute, mover: torch.optim.Optimizer) -> Compute:
        """What such an optimizer calls: the loss with its gradients in place, or with its graph."""

        def closure() -> Tensor:
            with torch.enable_grad():
                mover.zero_grad(set_to_none=True)
                loss = self._with_penalty(compute())
                if self.closure == "gradient":
                    torch.autograd.backward(loss)
            return loss

        return closure

    def _with_penalty(self, loss: Tensor) -> Tensor:
        if not self.restraint.penalties:
            return loss
        penalty = self.restraint.penalty()
        self.told["penalty"] = penalty.detach()
        return loss + penalty

    def _move(self, mover: torch.optim.Optimizer) -> None:
        self._set_rate(self.count - 1)
        if self.restraint.limits:
            self.scaler.unscale_(mover)
            self.told |= {name: limit().detach() for name, limit in self.restraint.limits}
        self.scaler.step(mover)
        self.scaler.update()
        mover.zero_grad(set_to_none=True)
        self._settle()

    def _settle(self) -> None:
        """What follows a step: weights are brought back into their bounds, and averaged."""
        for bound in self.restraint.bounds:
            bound()
        if self.average:
            # Early on the average forgets quickly, or it would long be that of a network that has learnt nothing.
            kept = min(self.recipe.average, (1 + self.count) / (10 + self.count))
            own, mean = self.both
            torch._foreach_lerp_(mean, own, 1 - kept)

    def _set_rate(self, step: int) -> None:
        if self._held:
            return
        an_epoch = self.task.steps_per_epoch
        factor = self.schedule.factor(step, step // an_epoch, an_epoch, self.task.total_steps, self.waiting)
        factor *= self.task.rate()
        if factor != self.factor and self.optimizer is not None:
            self.factor = factor
            for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
                if isinstance(group["lr"], Tensor):
                    group["lr"].fill_(rate * factor)
                else:
                    group["lr"] = rate * factor

    @contextmanager
    def held(self) -> Iterator[None]:
        """Steps in here neither count nor set a rate: they are recorded, to be done again after each `advance`."""
        self._held = True
        try:
            yield
        finally:
            self._held = False

    def advance(self) -> None:
        """What a step does besides what the device does: it counts, and sets the rate."""
        self.count += 1
        self._set_rate(self.count - 1)

    @property
    def rate(self) -> float:
        """The learning rate in force."""
        return float(self.optimizer.param_groups[0]["lr"]) if self.optimizer else 0.0

    def judged(self, measured: Mapping[str, float]) -> None:
        """Tells a schedule that waits for a measure what was measured."""
        wanted = self.schedule.measures
        if not wanted:
            return
        if wanted not in measured:
            kind, there = self.recipe.schedule["kind"], ", ".join(measured) or "nothing yet"
            raise ProjectProblem(f"The schedule {kind} waits for “{wanted}”, which is not measured; there is: {there}.")
        self.waiting = self.schedule.update(self.waiting, measured[wanted])

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """Puts the moving average in the place of the weights for a while."""
        if not self.average:
            yield
            return
        own, mean = self.both
        kept = [p.clone() for p in own]
        _copy(own, mean)
        try:
            yield
        finally:
            _copy(own, kept)

    def state(self) -> dict[str, Any]:
        """What is remembered, each weight's share under its name."""
        kept = self.optimizer.state_dict()["state"] if self.optimizer else {}
        return {
            "optimizer": {self.names[place]: each for place, each in kept.items()},
            "scaler": self.scaler.state_dict(),
            "schedule": dict(self.waiting),
            "count": self.count,
        }

    def load(self, state: Mapping[str, Any], average: Mapping[str, Tensor]) -> None:
        """Goes on where another stood; a weight that it did not move begins anew."""
        if self.optimizer is not None:
            own = self.optimizer.state_dict()
            known = state["optimizer"]
            own["state"] = {place: known[name] for place, name in enumerate(self.names) if name in known}
            self.optimizer.load_state_dict(own)
            align(self.optimizer)
        self.scaler.load_state_dict(state["scaler"])
        for name, mean in self.average.items():
            mean.copy_(average.get(name, self.named[name].detach()))
        self.waiting = {**self.schedule.start_state(), **state["schedule"]}
        self.count, self.factor = state["count"], -1.0


def _copy(these: Iterable[Tensor], those: Iterable[Tensor]) -> None:
    """One by one: torch copies pieces of weights only so."""
    for mine, other in zip(these, those, strict=True):
        mine.copy_(other)
