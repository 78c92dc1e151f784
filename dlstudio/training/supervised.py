"""Supervised: inputs with the right answers, one loss for each output."""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

from dlstudio.compiler.planner import Planner
from dlstudio.core import edits
from dlstudio.core.document import MODEL, OUTPUT, Project
from dlstudio.core.issue import Issue
from dlstudio.data.wiring import Columns, Wiring, bind, wire
from dlstudio.training.criteria import Criterion, Measure, Term, is_price, misfit, terms
from dlstudio.training.culprit import culprit
from dlstudio.training.devices import precise
from dlstudio.training.measures.asked import meters
from dlstudio.training.method import Batch, Task, method
from dlstudio.training.suited import suited
from dlstudio.training.tally import Tally
from dlstudio.training.update import Updater
from dlstudio.training.updating import Updating


@method
class SupervisedMethod(Updating):
    """One forward pass, the weighted sum of all losses, one backward pass, one update."""

    recipe = "Supervised"

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self.module = task.modules[MODEL]
        self.terms = terms(task, task.wiring.targets)
        self.meters = meters(task, self.terms)
        self.inputs = list(task.wiring.inputs.values())
        self.update = Updater(task, [self.module])
        self.updaters = {MODEL: self.update}
        self.counts = next((term.counts for term in self.terms if isinstance(term, Criterion)), "")
        self.squared = _squared(self.terms) if self.update.closure == "residuals" else None
        self.last: Batch = {}

    @classmethod
    def bound(cls, project: Project, columns: Columns) -> tuple[Project, Wiring]:
        """Outputs of one number for which no column is left are prices, and compared with nothing."""
        project = bind(project, columns)
        return project, wire(edits.remove(project, MODEL, _prices(project, columns)), columns)

    @classmethod
    def accepts(cls, project: Project) -> list[Issue]:
        return suited(project, ("gradient", "loss", "residuals"))

    def step(self, batch: Batch) -> dict[str, Tensor]:
        self.last = batch
        losses: dict[str, Tensor] = {}

        def compute() -> Tensor:
            with precise(self.task.device, self.task.recipe.precision):
                losses.update(self._losses(batch))
            return losses["loss"]

        self.update.minimise(compute, lambda: self._residuals(batch))
        losses.update(self.update.told)
        return losses

    def _losses(self, batch: Batch) -> dict[str, Tensor]:
        answers = self._answers(batch)
        if len(self.terms) == 1:
            return {"loss": self.terms[0].weighted(answers[0], batch)}
        each = {f"loss/{term.output}": term.weighted(a, batch) for term, a in zip(self.terms, answers, strict=True)}
        return {"loss": torch.stack(list(each.values())).sum(), **each}

    def _residuals(self, batch: Batch) -> Tensor:
        assert self.squared is not None
        compare, term = self.squared
        return compare(self._answers(batch)[0], batch[term.target])

    def _answers(self, batch: Batch) -> tuple[Tensor, ...]:
        made = self.module(*(batch[name] for name in self.inputs))
        return made if isinstance(made, tuple) else (made,)

    def evaluate(self, batches: Iterable[Batch]) -> dict[str, float]:
        tally = Tally()
        self.meters.reset()
        with self.measuring():
            for batch in batches:
                with precise(self.task.device, self.task.recipe.precision):
                    answers = self._answers(batch)
                    found = self._losses_of(answers, batch)
                tally.add(float(batch[self.counts].sum()) if self.counts else len(batch[self.inputs[0]]), found)
                self.meters.add({term.output: a for term, a in zip(self.terms, answers, strict=True)}, batch)
        self.measured = tally.means() | self.meters.numbers()
        return self.measured

    def _losses_of(self, answers: tuple[Tensor, ...], batch: Batch) -> dict[str, Tensor]:
        found: dict[str, Tensor] = {}
        for term, answer in zip(self.terms, answers, strict=True):
            loss = term.weighted(answer, batch)
            found["loss"] = found.get("loss", torch.zeros_like(loss)) + loss
        return found

    def culprit(self) -> str | None:
        return culprit(self.module, [self.last[name] for name in self.inputs]) if self.last else None


def _prices(project: Project, columns: Columns) -> list[str]:
    """The outputs that are left over when each target has one, if they are prices."""
    outputs, plan = project.networks[MODEL].of_kind(OUTPUT), Planner(project).plan(MODEL)
    targets = [name for name, column in columns.items() if column.role == "target"]
    free = [node for node in outputs if not node.fields.get("target") and node.id not in columns]
    left = len(free) - (len(targets) if len(free) == len(outputs) else 0)
    return [node.id for node in free if is_price(plan, node)][-left:] if left > 0 else []


def _squared(terms: Sequence[Term]) -> tuple[Measure, Criterion]:
    """What the one output's loss squares, for an optimizer that solves least squares."""
    (first, *more) = terms
    if more or not isinstance(first, Criterion):
        raise misfit(first.output, "The optimizer solves least squares for one output; this network has several.")
    return first.residuals(), first
