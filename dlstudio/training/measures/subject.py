"""Subject: an output whose answers are judged, its column, and how its numbers are to be read."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Literal

from dlstudio.catalog.losses.loss import Loss
from dlstudio.catalog.losses.sides import is_class, without
from dlstudio.catalog.metrics import MEASURED, Answer, fitting
from dlstudio.core.tensor import HEIGHT, Tensor
from dlstudio.data.dataset import Column

On = Literal["scores", "probabilities", "log probabilities", "ranks", "logarithms", "halves"]
"""What an output holds: scores for a softmax or a sigmoid, probabilities, their logarithms, numbers of which only the
order counts, logarithms of numbers, or numbers of which the second half says how sure the first is."""

CHANCES: Mapping[str, On] = {"Softmax": "probabilities", "Sigmoid": "probabilities", "LogSoftmax": "log probabilities"}
"""What these nodes give out, whatever the loss makes of it."""
SCORED = ("CrossEntropy", "NegativeLogLikelihood", "BinaryCrossEntropy", "KLDivergence", "Focal", "Dice")
"""Losses that know what is a probability."""
SHARED = ("CrossEntropy", "NegativeLogLikelihood", "KLDivergence")
"""Losses whose targets may be a share for each class."""
YES = ("BinaryCrossEntropy", "Hinge", "SquaredHinge", "Focal", "Dice")
"""Losses by which real targets of 0 and 1 are no and yes."""
BOX = ("left", "top", "right", "bottom")
LONG = 64
"""Steps of a sequence from which on its text is compared only when that is asked for: it takes their square."""


@dataclass(frozen=True)
class Subject:
    """One output under judgement."""

    output: str
    target: str
    answer: Answer
    choice: bool = False
    """Whether there is a score for each of the classes."""
    on: On = "scores"
    classes: tuple[str, ...] = ()
    """The classes of a choice, or the names of the numbers."""
    axis: int = 1
    """Where the classes stand in a batch of answers."""
    ignored: int = -100
    """The class that stands for padding."""
    edge: float = 0.0
    """Above which a rank is a yes."""
    places: int = 1
    """How many steps, pixels or numbers a sample has."""

    @property
    def likely(self) -> bool:
        return self.on in ("scores", "probabilities", "log probabilities")

    @property
    def fitting(self) -> tuple[str, ...]:
        """Every metric that can be told of it."""
        return fitting(self.answer, len(self.classes), likely=self.likely)


def subject(output: str, column: Column, y: Tensor, form: Loss, before: str = "") -> Subject:
    """How the answers of an output are to be read: by its shape, its loss, its column and the node before it."""
    t, choice = column.tensor, _choice(form.kind, y, column.tensor)
    answer = _answer(form.kind, y, column, choice)
    return Subject(
        output,
        column.name,
        answer,
        choice,
        _on(form, before, answer),
        _names(answer, choice, y, column),
        y.channel_position + 1 if y.rank else 1,
        int(form.values().get("ignore_index", -100)),
        0.0 if form.kind in YES else 0.5,
        prod(without(y, y.channel_position)) if choice else t.size,
    )


def _choice(kind: str, y: Tensor, t: Tensor) -> bool:
    """Whether there is a score for each of several classes."""
    shares = kind in SHARED and t.dtype == "float" and t.shape == y.shape and y.rank > 0 and y.channels > 1
    return is_class(y, t) or shares


def _answer(kind: str, y: Tensor, column: Column, choice: bool) -> Answer:
    if choice:
        return "class" if y.rank == 1 else "pixels" if HEIGHT in y.axes or y.rank > 2 else "sequence"
    if column.tensor.dtype != "bool" and kind not in YES and len(column.classes) != 2:
        return "box" if column.features == BOX else "numbers"
    return "yes/no" if y.size == 1 else "pixels" if HEIGHT in y.axes else "labels"


def _on(form: Loss, before: str, answer: Answer) -> On:
    values = form.values()
    if answer in MEASURED:
        rates = form.kind == "Poisson" and values["log_input"]
        return "halves" if form.kind == "GaussianNLL" else "logarithms" if rates else "scores"
    if before in CHANCES:
        return CHANCES[before]
    on: On = values.get("on", "scores") if form.kind in SCORED else "ranks"
    return on


def _names(answer: Answer, choice: bool, y: Tensor, column: Column) -> tuple[str, ...]:
    if choice:
        return (*column.classes, *map(str, range(len(column.classes), y.channels)))
    if answer in ("yes/no", "pixels"):
        return column.classes if len(column.classes) == 2 else ("no", "yes")
    named = column.classes or column.features
    count = column.tensor.size
    if len(named) == count:
        return named
    return tuple(map(str, range(count))) if answer == "labels" or count <= LONG else ()
