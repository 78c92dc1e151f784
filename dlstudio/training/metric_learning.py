"""MetricLearning: an encoder that puts samples of one class near each other, by triplets or pairs of a batch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from dlstudio.catalog.recipes import MetricLearning as Recipe
from dlstudio.compiler.emit import emit
from dlstudio.core.document import MODEL, Project
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.training.culprit import culprit
from dlstudio.training.devices import precise
from dlstudio.training.method import Batch, Method, Task, method
from dlstudio.training.tally import Tally
from dlstudio.training.update import Updater


@dataclass(frozen=True)
class Partners:
    """For each anchor one sample of its class and one of another, by their places in the batch."""

    anchors: Tensor
    same: Tensor
    other: Tensor


@method
class MetricLearning(Method):
    """One network codes all samples of a batch; the labels say which codes should lie together."""

    recipe = "MetricLearning"
    curves = ("loss", "active")

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        assert isinstance(task.recipe, Recipe)
        self.settings = task.recipe
        self.module = task.modules[MODEL]
        self.inputs = list(task.wiring.inputs.values())
        self.label = _label(task)
        self.update = Updater(task, [self.module])
        self.last: list[Tensor] = []

    @classmethod
    def accepts(cls, project: Project) -> list[Issue]:
        try:
            outputs = list(emit(project).outputs.values())
        except ProjectProblem as problem:
            return list(problem.issues)
        if len(outputs) == 1 and outputs[0].rank == 1 and outputs[0].dtype == "float":
            return []
        gives = " and ".join(kind.describe() for kind in outputs) or "nothing"
        text = f"An encoder gives one vector for a sample; this network gives {gives}. End it with Flatten and Linear."
        return [Issue("error", "metric-code", text, MODEL)]

    def step(self, batch: Batch) -> dict[str, Tensor]:
        with precise(self.task.device, self.settings.precision):
            codes = self._codes(batch)
        found = self._losses(codes, batch[self.label])
        self.update(found["loss"])
        return found

    def _codes(self, batch: Batch) -> Tensor:
        self.last = [batch[name] for name in self.inputs]
        made: Tensor = self.module(*self.last)
        made = made.float()
        return F.normalize(made, dim=1) if self.settings.normalize else made

    def _losses(self, codes: Tensor, labels: Tensor, generator: torch.Generator | None = None) -> dict[str, Tensor]:
        """The loss, and the share of partners from which there is still something to learn."""
        apart = squares(codes)
        chosen = partners(apart.detach(), labels, hard=self.settings.mining == "hard", generator=generator)
        near, far = apart[chosen.anchors, chosen.same], apart[chosen.anchors, chosen.other]
        if self.settings.loss == "triplet":
            each = triplet(near, far, self.settings.margin)
        else:
            each = torch.cat(
                [contrastive(near, True, self.settings.margin), contrastive(far, False, self.settings.margin)]
            )
        active = (each.detach() > 0).float().sum() / max(1, len(each))
        total = each.sum() + codes.sum() * 0.0
        return {"loss": total if self.settings.reduction == "sum" else total / max(1, len(each)), "active": active}

    @torch.no_grad()
    def evaluate(self, batches: Iterable[Batch]) -> dict[str, float]:
        """“verification” is how often a pair of one class lies nearer than a pair of two: ½ is chance, 1 is perfect."""
        self.module.eval()
        generator = torch.Generator(self.task.device).manual_seed(self.settings.seed)
        tally = Tally()
        for batch in batches:
            with precise(self.task.device, self.settings.precision):
                codes = self._codes(batch)
            found = self._losses(codes, batch[self.label], generator)
            tally.add(len(codes), found | {"verification": verification(squares(codes), batch[self.label])})
        self.module.train()
        return tally.means()

    def culprit(self) -> str | None:
        return culprit(self.module, self.last) if self.last else None

    def state(self) -> dict[str, Any]:
        return self.update.state()

    def load(self, state: Mapping[str, Any]) -> None:
        self.update.load(state)


def triplet(near: Tensor, far: Tensor, margin: float) -> Tensor:
    """max(d²(anchor, same) − d²(anchor, other) + margin, 0), from squared distances; torch's own takes plain ones."""
    return (near - far + margin).clamp(min=0)


def contrastive(square: Tensor, same: bool, margin: float) -> Tensor:
    """½d² for a pair of one class, ½·max(margin − d, 0)² for any other (Hadsell, Chopra & LeCun 2006)."""
    if same:
        return 0.5 * square
    # The square root has no slope at 0; so near to it the pair is pushed as if a little apart.
    return 0.5 * (margin - square.clamp(min=1e-12).sqrt()).clamp(min=0).square()


def squares(codes: Tensor) -> Tensor:
    """The squared distance of every code to every other."""
    lengths = codes.square().sum(1)
    return (lengths[:, None] + lengths[None, :] - 2 * codes @ codes.T).clamp(min=0)


def partners(apart: Tensor, labels: Tensor, *, hard: bool, generator: torch.Generator | None = None) -> Partners:
    """Partners for each anchor that has some: any, or (hard) the farthest of its class and the nearest of another."""
    alike = labels[:, None] == labels[None, :]
    itself = torch.eye(len(labels), dtype=torch.bool, device=labels.device)
    near, far = alike & ~itself, ~alike
    anchors = (near.any(1) & far.any(1)).nonzero().flatten()
    towards = apart if hard else torch.rand(apart.shape, generator=generator, device=apart.device)
    same = towards.masked_fill(~near, -1.0).argmax(1)
    other = towards.masked_fill(~far, torch.inf).argmin(1)
    return Partners(anchors, same[anchors], other[anchors])


def verification(apart: Tensor, labels: Tensor) -> Tensor:
    """The area under the verification curve: the chance that a pair of one class is nearer than a pair of two."""
    places = torch.triu_indices(len(labels), len(labels), 1, device=labels.device)
    distance, alike = apart[places[0], places[1]], labels[places[0]] == labels[places[1]]
    same, other = int(alike.sum()), int((~alike).sum())
    if not same or not other:
        return torch.ones((), device=apart.device)
    ranks = torch.empty_like(distance)
    ranks[distance.argsort()] = torch.arange(1, len(distance) + 1, device=apart.device, dtype=distance.dtype)
    return (ranks[~alike].sum() - other * (other + 1) / 2) / (same * other)


def _label(task: Task) -> str:
    """The column that says which samples belong together."""
    for name in (*task.wiring.targets.values(), *task.prepared.columns):
        if task.prepared.columns[name].label:
            return name
    there = ", ".join(task.prepared.columns)
    raise ProjectProblem(f"Metric learning needs a column of classes; the data has {there}. Choose data with classes.")
