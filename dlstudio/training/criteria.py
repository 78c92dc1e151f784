"""Criteria: how each output of a network is compared with its column of the data, or what it costs by itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from torch import Tensor

from dlstudio.catalog.losses import Loss
from dlstudio.catalog.losses.sides import is_class
from dlstudio.compiler.formula import formula
from dlstudio.compiler.giver import before
from dlstudio.compiler.plan import Plan
from dlstudio.compiler.planner import Planner
from dlstudio.core.document import MODEL, OUTPUT, Node
from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.augment.doubts import entries
from dlstudio.data.dataset import Column
from dlstudio.data.losses import loss_of, misfit
from dlstudio.training.method import Batch, Task

__all__ = ["Criterion", "Measure", "Price", "Term", "before", "criterion", "is_price", "loss_of", "misfit", "terms"]

Measure = Callable[..., Tensor]
"""What compares answers with targets, and takes the weights of the samples where there are some."""


@dataclass(frozen=True)
class Criterion:
    """One output, what it is compared with, and the loss by which it is."""

    output: str
    target: str
    form: Loss
    answer: Shape
    column: Column
    loss: Measure
    soft: Measure | None
    """The loss where each class has a share, as mixup makes of them; None where the target is a number anyway."""
    weight: float = 1.0
    counts: str = ""
    """The column that says how much each sample counts, where there is one."""

    def weighted(self, answer: Tensor, batch: Batch) -> Tensor:
        """The loss with its weight."""
        target = batch[self.target]
        compare = self.soft if self.soft is not None and target.is_floating_point() else self.loss
        loss = compare(answer, target, batch[self.counts]) if self.counts else compare(answer, target)
        return loss if self.weight == 1.0 else loss * self.weight

    def residuals(self) -> Measure:
        """What the loss squares, for optimizers that solve least squares."""
        code = self.form.residuals(self.answer, self.column.tensor)
        if code is None:
            text = f"The optimizer needs a sum of squares, and the loss {self.form.kind} is none"
            raise misfit(self.output, f"{text}. Choose MeanSquare or HalfSquare, or another optimizer.")
        return formula(code, ("y", "t")).function()


@dataclass(frozen=True)
class Price:
    """An output that is compared with nothing: a penalty, added as it is."""

    output: str
    weight: float = 1.0

    def weighted(self, answer: Tensor, _batch: Batch) -> Tensor:
        """The price with its weight."""
        return answer.mean() * self.weight


Term = Criterion | Price


def terms(task: Task, targets: Mapping[str, str]) -> list[Term]:
    """What each output of the model adds to the loss, in the order in which the outputs are given out."""
    plan = Planner(task.project).plan(MODEL)
    made: list[Term] = []
    for node in task.project.networks[MODEL].of_kind(OUTPUT):
        if node.id in targets:
            made.append(criterion(task, node, targets[node.id], plan))
        elif is_price(plan, node):
            made.append(Price(node.id, weight(node)))
        else:
            raise misfit(node.id, f"The output {node.id} has nothing to be compared with; name its target.")
    return made


def is_price(plan: Plan, node: Node) -> bool:
    """Whether an output is one number for a sample that is meant for no column of the data."""
    return node.id in plan.outputs and not plan.outputs[node.id].rank and not node.fields.get("target")


def weight(node: Node) -> float:
    return float(node.fields.get("weight", 1.0))


def criterion(task: Task, node: Node, target: str, plan: Plan | None = None) -> Criterion:
    """How one output is compared with a column, by the loss and the weight that the node names."""
    plan = plan or Planner(task.project).plan(MODEL)
    column, answer = task.prepared.columns[target], plan.outputs[node.id]
    form = loss_of(node, column, answer, before(plan, node))
    if wrong := form.refuses(answer, column.tensor, len(column.classes)):
        raise misfit(node.id, wrong)
    counts = next((name for name, each in task.prepared.columns.items() if each.role == "weight"), "")
    loss = _measure(form, answer, column.tensor, weighted=bool(counts))
    soft = _soft(form, answer, column, weighted=bool(counts))
    if soft is None and column.label and _blends(task):
        text = f"Mixing samples gives each class a share of the target, which {form.kind} cannot compare"
        raise misfit(node.id, f"{text}. Choose another loss, such as CrossEntropy, or take the mixing out.")
    return Criterion(node.id, target, form, answer, column, loss, soft, weight(node), counts)


def _measure(form: Loss, answer: Shape, target: Shape, *, weighted: bool) -> Measure:
    """The loss as a function of answers and targets, and of the weights of samples where they have some (LOS-28)."""
    names = ("y", "t", "weight") if weighted else ("y", "t")
    return formula(form.code(answer, target, weighted=weighted), names).function()


def _soft(form: Loss, answer: Shape, column: Column, *, weighted: bool) -> Measure | None:
    """The loss for blended classes; of two classes that one number tells apart, the share of the second counts."""
    if not column.label or not {"probabilities", "numbers"} & set(form.targets):
        return None
    if is_class(answer, column.tensor):
        return _measure(form, answer, Shape.of(*answer.shape), weighted=weighted)
    one = _measure(form, answer, Shape.of(), weighted=weighted)
    return lambda y, t, *counts: one(y, t[:, 1], *counts)


def _blends(task: Task) -> bool:
    return any(raw == kind or raw.get("kind") == kind for raw in entries(task.project) for kind in ("Mixup", "CutMix"))
