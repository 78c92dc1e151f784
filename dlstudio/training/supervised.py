"""Supervised: inputs with the right answers, one loss for each output."""

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor

from dlstudio.training.criteria import Criterion, criteria
from dlstudio.training.culprit import culprit
from dlstudio.training.devices import precise
from dlstudio.training.method import Batch, Method, Task, method
from dlstudio.training.tally import Tally
from dlstudio.training.update import Updater


@method
class SupervisedMethod(Method):
    """One forward pass, the weighted sum of all losses, one backward pass, one update."""

    recipe = "Supervised"

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self.module = task.modules["model"]
        self.criteria: list[Criterion] = criteria(task)
        self.inputs = list(task.wiring.inputs.values())
        self.update = Updater(task, [self.module])
        self.last: Batch = {}

    def step(self, batch: Batch) -> dict[str, Tensor]:
        self.last = batch
        losses: dict[str, Tensor] = {}

        def compute() -> Tensor:
            with precise(self.task.device, self.task.recipe.precision):
                losses.update(self._losses(batch))
            return losses["loss"]

        self.update.minimise(compute)
        return losses

    def _losses(self, batch: Batch) -> dict[str, Tensor]:
        answers = self._answers(batch)
        if len(self.criteria) == 1:
            return {"loss": self.criteria[0].weighted(answers[0], batch)}
        each = {f"loss/{c.output}": c.weighted(a, batch) for c, a in zip(self.criteria, answers, strict=True)}
        return {"loss": torch.stack(list(each.values())).sum(), **each}

    def _answers(self, batch: Batch) -> tuple[Tensor, ...]:
        made = self.module(*(batch[name] for name in self.inputs))
        return made if isinstance(made, tuple) else (made,)

    @torch.no_grad()
    def evaluate(self, batches: Iterable[Batch]) -> dict[str, float]:
        self.module.eval()
        tally = Tally()
        for batch in batches:
            with precise(self.task.device, self.task.recipe.precision):
                answers = self._answers(batch)
                found = self._losses_of(answers, batch)
            tally.add(len(batch[self.inputs[0]]), found)
        self.module.train()
        return tally.means()

    def _losses_of(self, answers: tuple[Tensor, ...], batch: Batch) -> dict[str, Tensor]:
        found: dict[str, Tensor] = {}
        for criterion, answer in zip(self.criteria, answers, strict=True):
            prefix = f"{criterion.output}/" if len(self.criteria) > 1 else ""
            loss = criterion.weighted(answer, batch)
            found["loss"] = found.get("loss", torch.zeros_like(loss)) + loss
            found |= {f"{prefix}{name}": value for name, value in criterion.measures(answer, batch).items()}
        return found

    def culprit(self) -> str | None:
        return culprit(self.module, [self.last[name] for name in self.inputs]) if self.last else None

    def state(self) -> dict[str, Any]:
        return self.update.state()

    def load(self, state: Mapping[str, Any]) -> None:
        self.update.load(state)
