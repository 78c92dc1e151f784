"""Board: the answers to one output, and every number that is shown of them; nothing here knows of windows."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from dlstudio.training.questions.course import Course
    from dlstudio.training.questions.predictions import Predicted, Said

Array: TypeAlias = NDArray[Any]
Order = Literal["all", "wrong", "right"]
CHOOSING = ("class", "yes/no")
PLACED = ("pixels", "sequence")
MEASURED = ("numbers", "box")
HALF = 0.5


@dataclass(frozen=True, slots=True)
class Pick:
    """Which samples are looked at: all, the worst, the best; and of which class, answered by which."""

    order: Order = "wrong"
    target: int = -1
    answer: int = -1


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class: how often it was meant, how often it was answered, and how often both."""

    name: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class NumberRow:
    """One number: how far it is off."""

    name: str
    r2: float
    mean: float
    absolute: float
    root: float
    largest: float


@dataclass(frozen=True, eq=False)
class Board:
    """One output of some samples of a part."""

    part: str
    total: int
    rows: Array
    kind: str
    classes: tuple[str, ...]
    likely: bool
    targets: Array
    answers: Array
    chances: Array
    amounts: Array
    square: Array
    output: str = ""
    target: str = ""
    course: "Course | None" = None
    """Where numbers run over steps: their errors at each."""

    @classmethod
    def of(cls, found: "Predicted", said: "Said") -> "Board":
        """From what a training told."""
        names = (said.target,) if said.answer == "numbers" and said.classes == ("0",) else said.classes
        return cls(
            found.part, found.total, found.rows.numpy(), said.answer, names, said.likely,
            said.targets.numpy(), said.answers.numpy(), said.chances.float().numpy(), said.amounts.float().numpy(),
            said.counts.numpy(), said.output, said.target, said.course,
        )  # fmt: skip

    # Who is taken for whom

    @cached_property
    def counts(self) -> Array:
        """How often each class (by row) was answered by each (by column); empty where there is no such thing."""
        if self.kind not in CHOOSING:
            return self.square
        size, asked = len(self.classes), self.targets >= 0
        places = self.targets[asked].astype(np.int64) * size + self.answers[asked, 0]
        return np.bincount(places, minlength=size * size).reshape(size, size)

    @property
    def figure(self) -> str:
        """Which figure shows all answers at once; nothing where none does."""
        return "Matrix" if len(self.counts) > 1 else "Plot" if self.kind in MEASURED else ""

    def first_channel(self, sample: int) -> tuple[Array, Array]:
        """The target and the answer of a sample over the steps that are kept."""
        assert self.course is not None
        count = len(self.classes) // len(self.course.channels)
        return self.targets[sample, :count], self.answers[sample, :count]

    @cached_property
    def class_rows(self) -> tuple[ClassRow, ...]:
        """Precision, recall and F1 of every class."""
        counts = self.counts
        return _class_rows(self.classes, counts.diagonal(), counts.sum(0), counts.sum(1)) if len(counts) else ()

    def label_rows(self, edge: float) -> tuple[ClassRow, ...]:
        """The same of every label, if it is answered from so likely on."""
        said, wanted = self.chances > edge, self.targets > 0
        return _class_rows(self.classes, (said & wanted).sum(0), said.sum(0), wanted.sum(0))

    # How far numbers are off

    @cached_property
    def number_rows(self) -> tuple[NumberRow, ...]:
        errors = self.answers.astype(np.float64) - self.targets
        spread = np.square(self.targets - self.targets.mean(0, dtype=np.float64)).sum(0)
        names = self.classes or tuple(str(i) for i in range(errors.shape[1]))
        with np.errstate(divide="ignore", invalid="ignore"):
            explained = np.where(spread > 0, 1 - np.square(errors).sum(0) / spread, np.nan)
        columns = (explained, errors.mean(0), np.abs(errors).mean(0), np.sqrt(np.square(errors).mean(0)),
                   np.abs(errors).max(0))  # fmt: skip
        return tuple(NumberRow(name, *row) for name, row in zip(names, np.stack(columns, 1).tolist(), strict=False))

    @cached_property
    def headline(self) -> dict[str, float]:
        """The few numbers that say how right it is."""
        if self.kind in MEASURED:
            each = [row.r2 for row in self.number_rows if row.r2 == row.r2]
            made = {"R²": sum(each) / len(each)} if each and self.kind == "numbers" else {}
            if self.kind == "box":
                made["overlap"] = float(1 - self.amounts.mean())
                made["boxes right"] = float((self.amounts <= HALF).mean())
            return made | {"mean absolute error": sum(r.absolute for r in self.number_rows) / len(self.number_rows)}
        if self.kind == "labels":
            right = (self.chances > HALF) == (self.targets > 0)
            return {"accuracy": float(right.mean()), "all right": float(right.all(1).mean())}
        if len(self.counts):
            whole = self.counts.sum()
            rows = [row.f1 for row in self.class_rows if row.support]
            return {"accuracy": float(self.counts.trace() / max(1, whole)), "F1": sum(rows) / max(1, len(rows))}
        return {"accuracy": float(1 - self.amounts.mean())}

    # Which samples

    @cached_property
    def right(self) -> Array:
        """Which samples are answered rightly."""
        if self.kind == "labels":
            every: Array = (self.answers == self.targets).all(1)
            return every
        if self.kind == "box":
            return self.amounts <= HALF
        return self.amounts <= 0

    def picked(self, pick: Pick) -> Array:
        """The samples that are meant, by their number here; the worst (or the best) first."""
        kept = np.ones(len(self.rows), dtype=bool)
        if self.kind in CHOOSING:
            if pick.target >= 0:
                kept &= self.targets == pick.target
            if pick.answer >= 0:
                kept &= self.answers[:, 0] == pick.answer
        if pick.order != "all" and self.kind not in MEASURED:
            kept &= self.right if pick.order == "right" else ~self.right
        found = np.flatnonzero(kept)
        if pick.order == "wrong":
            found = found[np.argsort(-self.amounts[found], kind="stable")]
        elif pick.order == "right":
            by = -self.chances[found, 0] if self.kind in CHOOSING else self.amounts[found]
            found = found[np.argsort(by, kind="stable")]
        return found

    def named(self, label: int) -> str:
        """A class by its name."""
        return self.classes[label] if 0 <= label < len(self.classes) else "nothing"


def _class_rows(names: tuple[str, ...], right: Array, given: Array, wanted: Array) -> tuple[ClassRow, ...]:
    with np.errstate(divide="ignore", invalid="ignore"):
        precision = np.where(given > 0, right / given, np.nan)
        recall = np.where(wanted > 0, right / wanted, np.nan)
        both = np.where(given + wanted > 0, 2 * right / (given + wanted), np.nan)
    columns = zip(names, precision.tolist(), recall.tolist(), both.tolist(), wanted.tolist(), strict=False)
    return tuple(ClassRow(*row) for row in columns)
