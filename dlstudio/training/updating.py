"""Updating: what all methods have in common that move weights along gradients."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import torch

from dlstudio.training.freezing import freeze
from dlstudio.training.method import Method, Task
from dlstudio.training.update import Updater


class Updating(Method):
    """A method with updaters by name, whose state, schedules and averages it looks after."""

    updaters: Mapping[str, Updater]

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        freeze(task)
        self.measured: dict[str, float] = {}

    def optimizers(self) -> Sequence[torch.optim.Optimizer]:
        return [each.optimizer for each in self.updaters.values() if each.optimizer is not None]

    def judged(self, loss: float) -> None:
        for updater in self.updaters.values():
            updater.judged({**self.measured, "loss": loss})

    @contextmanager
    def measuring(self) -> Iterator[None]:
        """Networks as they are when they are used: no gradient, nothing drawn at random, averaged where that is on."""
        with torch.no_grad(), ExitStack() as stack:
            for updater in self.updaters.values():
                stack.enter_context(updater.averaged())
            for module in self.task.modules.values():
                module.eval()
            try:
                yield
            finally:
                for module in self.task.modules.values():
                    module.train()

    def state(self) -> dict[str, Any]:
        """`average` has averaged weights by network and name, which are what the finished model takes."""
        average = {name: mean for each in self.updaters.values() for name, mean in each.average.items()}
        return {"updaters": {name: each.state() for name, each in self.updaters.items()}, "average": average}

    def load(self, state: Mapping[str, Any]) -> None:
        for name, updater in self.updaters.items():
            updater.load(state["updaters"][name], state["average"])
