"""Updater: from a loss to changed weights: backward, scaling, accumulation, clipping, schedule, moving average."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from dlstudio.core.issue import ProjectProblem
from dlstudio.training.declared import chosen_optimizer, optimizer, schedule
from dlstudio.training.method import Task


class Updater:
    """Moves the weights of some modules; a GAN has two of them."""

    def __init__(self, task: Task, modules: Iterable[nn.Module]) -> None:
        recipe = task.recipe
        self.task, self.recipe = task, recipe
        self.weights = [p for module in modules for p in module.parameters() if p.requires_grad]
        self.closure = chosen_optimizer(recipe.optimizer).closure
        self.optimizer = optimizer(recipe.optimizer, self.weights, task.device)
        self.rates = [group["lr"] for group in self.optimizer.param_groups]
        self.schedule = schedule(recipe.schedule)
        self.scaler = torch.amp.GradScaler(task.device.type, enabled=recipe.precision == "fp16")
        self.average = [p.detach().clone() for p in self.weights] if recipe.average else []
        self.count = 0
        self.factor = -1.0

    def __call__(self, loss: Tensor) -> None:
        """Learns from a loss; with accumulation, only every so often."""
        if self.closure != "none":
            raise ProjectProblem(
                f"{self.recipe.optimizer['kind']} asks for the loss several times in a step, which {self.recipe.title} "
                "cannot answer. Choose another optimizer, such as Adam."
            )
        part = loss / self.recipe.accumulate if self.recipe.accumulate > 1 else loss
        torch.autograd.backward(self.scaler.scale(part))
        self.count += 1
        if self.count % self.recipe.accumulate == 0:
            self._move()

    def minimise(self, compute: Callable[[], Tensor]) -> None:
        """Learns from a loss that the optimizer may ask for several times, as L-BFGS and Newton do."""
        if self.closure == "none":
            self(compute())
            return
        self._set_rate()
        step: Any = self.optimizer.step  # torch says the closure returns a float; its own optimizers want the tensor
        step(self._closure(compute))
        self.optimizer.zero_grad(set_to_none=True)
        self.count += 1

    def _closure(self, compute: Callable[[], Tensor]) -> Callable[[], Tensor]:
        """What such an optimizer calls: the loss with its gradients in place, or with its graph."""

        def closure() -> Tensor:
            with torch.enable_grad():
                self.optimizer.zero_grad(set_to_none=True)
                loss = compute()
                if self.closure == "gradient":
                    torch.autograd.backward(loss)
            return loss

        return closure

    def _move(self) -> None:
        self._set_rate()
        if self.recipe.clip_norm or self.recipe.clip_value:
            self.scaler.unscale_(self.optimizer)
            if self.recipe.clip_value:
                nn.utils.clip_grad_value_(self.weights, self.recipe.clip_value)
            if self.recipe.clip_norm:
                nn.utils.clip_grad_norm_(self.weights, self.recipe.clip_norm)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.optimizer.zero_grad(set_to_none=True)
        if self.average:
            torch._foreach_lerp_(self.average, [p.detach() for p in self.weights], 1 - self.recipe.average)

    def _set_rate(self) -> None:
        factor = self.schedule.factor(
            self.count - 1,
            (self.count - 1) // self.task.steps_per_epoch,
            self.task.steps_per_epoch,
            self.task.total_steps,
        )
        factor *= self.task.rate()
        if factor != self.factor:
            self.factor = factor
            for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
                group["lr"] = rate * factor

    @property
    def rate(self) -> float:
        """The learning rate in force."""
        return float(self.optimizer.param_groups[0]["lr"])

    def state(self) -> dict[str, Any]:
        return {
            "optimizer": self.optimizer.state_dict(),
            "scaler": self.scaler.state_dict(),
            "average": self.average,
            "count": self.count,
        }

    def load(self, state: Mapping[str, Any]) -> None:
        self.optimizer.load_state_dict(state["optimizer"])
        self.scaler.load_state_dict(state["scaler"])
        for ours, theirs in zip(self.average, state["average"], strict=True):
            ours.copy_(theirs)
        self.count, self.factor = state["count"], -1.0
