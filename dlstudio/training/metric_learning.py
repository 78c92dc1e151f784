"""MetricLearning: an encoder that puts samples of one class near each other, by triplets or pairs of a batch."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from dlstudio.catalog.losses import Loss, chosen
from dlstudio.catalog.recipes import MetricLearning as Recipe
from dlstudio.compiler.emit import emit
from dlstudio.compiler.formula import formula
from dlstudio.core.document import MODEL, Project
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.core.spec import BadFields
from dlstudio.modules.partners import partners, squares
from dlstudio.training.culprit import culprit
from dlstudio.training.devices import precise
from dlstudio.training.measures.meters import Meters
from dlstudio.training.measures.subject import Subject
from dlstudio.training.method import Batch, Task, method
from dlstudio.training.suited import suited
from dlstudio.training.tally import Tally
from dlstudio.training.update import Updater
from dlstudio.training.updating import Updating


@method
class MetricLearning(Updating):
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
        classes = task.prepared.columns[self.label].classes
        self.meters = Meters([Subject(next(iter(emit(task.project).outputs)), self.label, "code", classes=classes)])
        self.compared = _compared(task.recipe)
        self.update = Updater(task, [self.module])
        self.updaters = {MODEL: self.update}
        self.last: list[Tensor] = []

    @classmethod
    def accepts(cls, project: Project) -> list[Issue]:
        try:
            outputs = list(emit(project).outputs.values())
        except ProjectProblem as problem:
            return list(problem.issues)
        if len(outputs) == 1 and outputs[0].rank == 1 and outputs[0].dtype == "float":
            return suited(project)
        gives = " and ".join(kind.describe() for kind in outputs) or "nothing"
        text = f"An encoder gives one vector for a sample; this network gives {gives}. End it with Flatten and Linear."
        return [Issue("error", "metric-code", text, MODEL)]

    def step(self, batch: Batch) -> dict[str, Tensor]:
        with precise(self.task.device, self.settings.precision):
            codes = self._codes(batch)
        found = self._losses(codes, batch[self.label])
        self.update(found["loss"])
        return found | self.update.told

    def _codes(self, batch: Batch) -> Tensor:
        self.last = [batch[name] for name in self.inputs]
        made: Tensor = self.module(*self.last)
        made = made.float()
        return F.normalize(made, dim=1) if self.settings.normalize else made

    def _losses(self, codes: Tensor, labels: Tensor, generator: torch.Generator | None = None) -> dict[str, Tensor]:
        """The loss, and the share of partners from which there is still something to learn."""
        hard = self.settings.mining == "hard"
        chosen = partners(squares(codes.detach()), labels, hard=hard, generator=generator)
        each = self.compared.each(codes[chosen.anchors], codes[chosen.same], codes[chosen.other])
        active = (each.detach() > 0).float().sum() / max(1, len(each))
        total = each.sum() + codes.sum() * 0.0
        return {"loss": total if self.compared.summed else total / max(1, len(each)), "active": active}

    def evaluate(self, batches: Iterable[Batch]) -> dict[str, float]:
        """“verification” is how often a pair of one class lies nearer than a pair of two: ½ is chance, 1 is perfect."""
        generator = torch.Generator(self.task.device).manual_seed(self.settings.seed)
        tally = Tally()
        self.meters.reset()
        with self.measuring():
            for batch in batches:
                with precise(self.task.device, self.settings.precision):
                    codes = self._codes(batch)
                found = self._losses(codes, batch[self.label], generator)
                tally.add(len(codes), found | {"verification": verification(squares(codes), batch[self.label])})
                self.meters.add(dict.fromkeys(self.meters.subjects, codes), batch)
        self.measured = tally.means() | self.meters.numbers()
        return self.measured

    def culprit(self) -> str | None:
        return culprit(self.module, self.last) if self.last else None


@dataclass(frozen=True)
class Compared:
    """A loss of codes, for anchors with a partner of their class and one of another."""

    function: Callable[..., Tensor]
    pairs: bool
    summed: bool

    def each(self, anchor: Tensor, same: Tensor, other: Tensor) -> Tensor:
        """The loss of each triplet, or of each pair of one class and then of each pair of two."""
        if not self.pairs:
            return self.function(anchor, same, other)
        alike = torch.arange(2, device=anchor.device).flip(0).repeat_interleave(len(anchor))
        return self.function(torch.cat([anchor, anchor]), torch.cat([same, other]), alike)


def _compared(recipe: Recipe) -> Compared:
    form = _form(recipe.loss)
    return Compared(formula(form.each(), form.inputs).function(), "other" in form.inputs, form.reduction == "sum")


def _form(spec: Frozen[str, Value]) -> Loss:
    try:
        form = chosen(str(spec.get("kind", "")), spec.drop("kind"))
    except BadFields as problems:
        raise ProjectProblem(str(problems)) from None
    if form.inputs == ("y", "t"):
        raise ProjectProblem(f"{form.kind} compares no codes. Choose Triplet, Contrastive or CosineEmbedding.")
    return form


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
