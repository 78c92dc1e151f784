"""Criteria: how each output of a network is compared with its column of the data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor

from dlstudio.compiler.planner import Planner
from dlstudio.core.document import OUTPUT, Node
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.dataset import Column
from dlstudio.training.method import Batch, Task

Measure = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Criterion:
    """One output's loss and the measures that people read beside it."""

    output: str
    target: str
    loss: Measure
    weight: float
    others: Mapping[str, Measure]

    def weighted(self, answer: Tensor, batch: Batch) -> Tensor:
        """The loss with its weight."""
        loss = self.loss(answer, batch[self.target])
        return loss if self.weight == 1.0 else loss * self.weight

    def measures(self, answer: Tensor, batch: Batch) -> dict[str, Tensor]:
        return {name: measure(answer, batch[self.target]) for name, measure in self.others.items()}


def criteria(task: Task) -> list[Criterion]:
    """One criterion for each output of the model, in the order in which the outputs are given out."""
    network = task.project.networks["model"]
    plan = Planner(task.project).plan("model")
    made = []
    for node in network.of_kind(OUTPUT):
        column = task.prepared.columns.get(task.wiring.targets.get(node.id, ""))
        if column is None:
            raise ProjectProblem(f"The output {node.id} has nothing to be compared with; name its target.")
        step = plan.steps[node.id]
        made.append(criterion(node, column, step.ins["x"], plan.steps[step.feeds[0][0]].node.kind))
    return made


def criterion(node: Node, column: Column, answer: Shape | None = None, before: str = "") -> Criterion:
    """How one output is compared with a column, by the loss and the weight that the node names.

    The shape of the answer, and the kind of node that gives it, help to choose a loss where none is named."""
    loss, others = _chosen(str(node.fields.get("loss", "auto")), column, answer, before)
    return Criterion(node.id, column.name, loss, float(node.fields.get("weight", 1.0)), others)


def _chosen(name: str, column: Column, answer: Shape | None, before: str) -> tuple[Measure, Mapping[str, Measure]]:
    name = suggest(column, answer, before) if name == "auto" else name
    if name not in LOSSES:
        raise ProjectProblem(f"There is no loss “{name}”; there are {', '.join(LOSSES)}.")
    return LOSSES[name], MEASURES.get(name, {})


def suggest(column: Column, answer: Shape | None, before: str) -> str:
    """What most people would choose."""
    if column.tensor.dtype == "float":
        return "mean_square"
    if answer is not None and (answer.rank == 0 or answer.channels == 1):
        return "binary_probability" if before in ("Sigmoid", "Hardsigmoid", "Step") else "binary_cross_entropy"
    return {"LogSoftmax": "negative_log_likelihood", "Softmax": "probability"}.get(before, "cross_entropy")


def cross_entropy(answer: Tensor, target: Tensor) -> Tensor:
    """Classes stand on the last axis of a sequence and on the second of anything else."""
    return F.cross_entropy(_classes_second(answer, target), target)


def accuracy(answer: Tensor, target: Tensor) -> Tensor:
    return (_classes_second(answer, target).argmax(1) == target).float().mean()


def _classes_second(answer: Tensor, target: Tensor) -> Tensor:
    return answer.movedim(-1, 1) if target.ndim == 2 and answer.ndim == 3 else answer


def mean_square(answer: Tensor, target: Tensor) -> Tensor:
    return F.mse_loss(answer, target.reshape(answer.shape))


def mean_absolute(answer: Tensor, target: Tensor) -> Tensor:
    return F.l1_loss(answer, target.reshape(answer.shape))


def half_square(answer: Tensor, target: Tensor) -> Tensor:
    """½Σ over the outputs, the mean over samples: the convention of the lecture texts."""
    return 0.5 * (answer - target.reshape(answer.shape)).flatten(1).square().sum(1).mean()


def binary(answer: Tensor, target: Tensor) -> Tensor:
    return F.binary_cross_entropy_with_logits(answer, target.reshape(answer.shape).to(answer.dtype))


def binary_probability(answer: Tensor, target: Tensor) -> Tensor:
    """For a network that ends in a sigmoid itself."""
    return F.binary_cross_entropy(answer, target.reshape(answer.shape).to(answer.dtype))


def probability(answer: Tensor, target: Tensor) -> Tensor:
    """For a network that ends in a softmax itself: the logarithm of the right class's probability."""
    return F.nll_loss(_classes_second(answer, target).clamp_min(1e-12).log(), target)


def log_probability(answer: Tensor, target: Tensor) -> Tensor:
    """For a network that ends in a logarithmic softmax itself."""
    return F.nll_loss(_classes_second(answer, target), target)


def beyond(edge: float) -> Measure:
    """The share of right answers where yes is what lies above an edge."""

    def right(answer: Tensor, target: Tensor) -> Tensor:
        return ((answer > edge) == target.reshape(answer.shape).bool()).float().mean()

    return right


MEASURES: dict[str, Mapping[str, Measure]] = {
    **{name: {"accuracy": accuracy} for name in ("cross_entropy", "probability", "negative_log_likelihood")},
    "binary_cross_entropy": {"accuracy": beyond(0.0)},
    "binary_probability": {"accuracy": beyond(0.5)},
}
"""What is told beside a loss."""

LOSSES: dict[str, Measure] = {
    "negative_log_likelihood": log_probability,
    "probability": probability,
    "binary_probability": binary_probability,
    "cross_entropy": cross_entropy,
    "mean_square": mean_square,
    "mean_absolute": mean_absolute,
    "half_square": half_square,
    "binary_cross_entropy": binary,
}
