"""MetricLearning as a script: codes of a batch, compared with each other by their labels."""

from collections.abc import Iterator, Mapping
from typing import Any

from dlstudio.catalog.losses import Loss, chosen
from dlstudio.catalog.recipes import MetricLearning
from dlstudio.compiler.formula import formula
from dlstudio.exchange.scripts.lesson import Lesson, refused, teaches

HEAD = "def losses_of(anchor: Tensor, same: Tensor, different: Tensor) -> Tensor:"
TRIPLET = '''{head}
    """The loss of each triplet of codes."""
    return {text}'''
PAIRS = '''{head}
    """The loss of each pair of one class, then of each pair of two."""
    y, other = torch.cat([anchor, anchor]), torch.cat([same, different])
    t = torch.arange(2, device=anchor.device).flip(0).repeat_interleave(len(anchor))
    return {text}'''


@teaches("MetricLearning")
class MetricLesson(Lesson):
    """An encoder that puts samples of one class near each other."""

    files = ("learner.py", "training.py", "metric_learning.py")
    recipe: MetricLearning

    def columns(self) -> list[str]:
        wired = {*self.subject.wiring.inputs.values(), self.label}
        return [name for name in self.prepared.columns if name in wired]

    def settings(self) -> Mapping[str, Any]:
        return {
            "INPUTS": tuple(self.subject.wiring.inputs.values()),
            "LABEL": self.label,
            "HARD": self.recipe.mining == "hard",
            "NORMALIZE": self.recipe.normalize,
            "SUMMED": self.form.reduction == "sum",
            "LUCK": self.recipe.mining == "random",
        }

    @property
    def form(self) -> Loss:
        """How codes are compared."""
        made: Loss = chosen(str(self.recipe.loss.get("kind", "")), self.recipe.loss.drop("kind"))
        return made

    @property
    def label(self) -> str:
        """The column that says which samples belong together."""
        for name in (*self.subject.wiring.targets.values(), *self.prepared.columns):
            if self.prepared.columns[name].label:
                return name
        raise refused("no column of its data says which samples belong together")

    def functions(self) -> Iterator[str]:
        form = self.form
        pairs = "other" in form.inputs
        names = form.inputs if pairs else ("anchor", "same", "different")
        made = self.carry(formula(form.each(), form.inputs))
        text = made.text
        for old, new in zip(form.inputs, names, strict=True):
            text = text.replace(f"{old},", f"{new},").replace(f"{old})", f"{new})")
        yield (PAIRS if pairs else TRIPLET).format(head=HEAD, text=text)
        self.ours.setdefault("partners", set()).update(("partners", "squares"))
        yield from super().functions()
