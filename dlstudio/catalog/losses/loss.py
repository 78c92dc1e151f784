"""Loss: the declaration of one way to compare an output with its target, from its form to its line of source."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from dlstudio.catalog.code import Code
from dlstudio.core.fields import Choice
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.spec import Declaration, Registry
from dlstudio.core.tensor import Tensor

Target = Literal["class", "probabilities", "numbers", "yes/no", "counts", "same", "nothing"]
"""What a loss compares an output with: the number of a class, a share for each class, numbers, yes or no for each
number, whole numbers from 0 on, whether two codes belong together, or nothing at all."""

REDUCE = ".reduce_loss.reduce_loss"

REDUCTION = Choice(
    options=("mean", "sum"),
    help="Over the samples of a batch: their mean, or their sum, whose gradients are larger by the batch size",
)
WITHIN = Choice(
    options=("mean", "sum"),
    help="Over the numbers or steps of one sample: their mean, as torch does it, or their sum",
)


@dataclass(frozen=True)
class Loss(Declaration):
    """One way to compare an output with its target. `{y}` in its source is the output, `{t}` the target."""

    source: ClassVar[str] = ""
    """torch's function (`F.cross_entropy`), or one of ours (`.dice.dice_loss`), which leaves the mean to others."""
    inputs: ClassVar[tuple[str, ...]] = ("y", "t")
    """The holes of the source, in the order of the function's arguments."""
    targets: ClassVar[tuple[Target, ...]] = ("numbers",)
    """What it compares with, the usual one first."""
    torch_defaults: ClassVar[Mapping[str, Value]] = {}
    """What the function takes when nothing is said, where that is not the field's own default."""
    not_arguments: ClassVar[frozenset[str]] = frozenset({"reduction", "within"})
    """Fields that the function does not know."""

    reduction: Annotated[str, REDUCTION] = "mean"

    @property
    def over(self) -> str:
        """How the values of one sample are put together; a loss with one value for a sample needs no choice."""
        return self.reduction

    def validate(self) -> None:
        """Raises BadFields where fields that are right alone do not go together."""

    def refuses(self, y: Tensor, t: Tensor | None, classes: int = 0) -> str:
        """Why it cannot compare such an output with such a target (of so many classes), if it cannot."""
        return ""

    def callee(self, y: Tensor | None, t: Tensor | None) -> str:
        """The function, where it depends on what is compared."""
        return self.source

    def arguments(self, y: Tensor | None, t: Tensor | None) -> dict[str, Value]:
        """The function's arguments after the tensors."""
        return {n: v for n, v in self.values().items() if n not in self.not_arguments}

    def sides(self, y: Tensor | None, t: Tensor | None) -> dict[str, str]:
        """What is written for each tensor."""
        return {name: f"{{{name}}}" for name in self.inputs}

    def written(self, y: Tensor | None, t: Tensor | None) -> dict[str, str]:
        """Further arguments of the function that are no plain values, such as a tensor of weights, as source."""
        return {}

    def count(self, y: Tensor | None, t: Tensor | None) -> str:
        """How much each value counts in a mean, where that is not 1."""
        return ""

    def code(
        self, y: Tensor | None = None, t: Tensor | None = None, *, weighted: bool = False, masked: bool = False
    ) -> Code:
        """The loss of a batch as one number; `{weight}` has one weight for each sample, `{mask}` what counts at all.

        Means with weights are divided by the sum of the weights: the expectation that they stand for (LOS-28)."""
        if not weighted and not masked and self.over == self.reduction:
            return self._values(y, t, self.reduction)
        return self._reduced(y, t, weighted, masked, self.reduction)

    def each(self, y: Tensor | None = None, t: Tensor | None = None, *, masked: bool = False) -> Code:
        """The loss of each sample: as many numbers as there are samples."""
        return self._reduced(y, t, False, masked, "none")

    def residuals(self, y: Tensor | None = None, t: Tensor | None = None) -> Code | None:
        """What is squared, for optimizers that solve least squares; nothing for other losses."""
        return None

    def carried(self, code: Code) -> tuple[str, ...]:
        """Those of our functions that a piece of source calls."""
        return tuple(name for name in (self.source, *self.alternatives, REDUCE) if f"{name}(" in code.text)

    alternatives: ClassVar[tuple[str, ...]] = ()
    """Further functions of ours that `callee` may name."""

    def _values(self, y: Tensor | None, t: Tensor | None, reduction: str) -> Code:
        """The call of the function; ours give the values, torch's do the reduction themselves."""
        callee, sides, given = self.callee(y, t), self.sides(y, t), self.arguments(y, t)
        defaults = {**{name: field.default for name, field in self.specs.items()}, **self.torch_defaults}
        named = [n for n, value in given.items() if n not in defaults or defaults[n] != value]
        words = [*(sides[name] for name in self.inputs), *(f"{name}={{{name}}}" for name in named)]
        words += [f"{name}={text}" for name, text in self.written(y, t).items()]
        own = callee.startswith(".")
        words += [] if own or reduction == "mean" else [f"reduction={reduction!r}"]
        text = f"{callee}({', '.join(words)})" + (f".{reduction}()" if own and reduction != "none" else "")
        return Code(text, Frozen({name: given[name] for name in named} | self.extra(y, t)))

    def extra(self, y: Tensor | None, t: Tensor | None) -> dict[str, Value]:
        """Values of further holes in `written` and `count`."""
        return {}

    def _reduced(self, y: Tensor | None, t: Tensor | None, weighted: bool, masked: bool, reduction: str) -> Code:
        values, count = self._values(y, t, "none"), self.count(y, t)
        counts = " * ".join(part for part in (count, "{mask}" if masked else "") if part)
        words = [values.text, *(["weight={weight}"] if weighted else []), *([f"count={counts}"] if counts else [])]
        words += [f"within={self.over!r}"] if self.over != "mean" else []
        words += [f"reduction={reduction!r}"] if reduction != "mean" else []
        return Code(f"{REDUCE}({', '.join(words)})", values.values)


@dataclass(frozen=True)
class Elementwise(Loss):
    """A loss with a value for each number or step of a sample."""

    within: Annotated[str, WITHIN] = "mean"

    @property
    def over(self) -> str:
        return self.within


losses: Registry[Loss] = Registry("loss")


def loss(family: str, source: str, *, synonyms: str = "") -> Callable[[type[Loss]], type[Loss]]:
    """Registers a loss; `synonyms` are words, separated by commas, that the search finds it by."""

    def register(cls: type[Loss]) -> type[Loss]:
        cls.source = source
        return losses.add(cls, family=family, synonyms=synonyms)

    return register


NOT_LOSSES: Mapping[str, str] = Frozen(
    {
        "ZeroOne": "Counting wrong answers is no loss to train by: a small change of the weights changes no answer, so "
        "its gradient is 0 nearly everywhere. Train by CrossEntropy or Hinge; the count is shown as the accuracy.",
        "Accuracy": "The accuracy counts answers, so its gradient is 0 nearly everywhere. Train by CrossEntropy; "
        "the accuracy is shown beside it.",
        "Perplexity": "Perplexity is the exponential of the cross-entropy. Train by CrossEntropy, which has its lowest "
        "point at the same weights; the perplexity is shown beside it.",
    }
)
"""What people look for among the losses and why it is not there (LOS-01)."""

UNITS: Mapping[str, float] = Frozen({"nat": 1.0, "bit": math.log(2), "dit": math.log(10)})
"""In which units a cross-entropy may be shown, and how many nats each has; training is always in nats (LOS-10)."""


def shown(nats: float, unit: str) -> float:
    """A loss by natural logarithms in another unit: bits (base 2) or dits (base 10)."""
    return nats / UNITS[unit]
