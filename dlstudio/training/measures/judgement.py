"""Judgement: what there is to say of one output on one part of the data, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dlstudio.catalog.metrics import Answer

Row = Mapping[str, float]


@dataclass(frozen=True)
class Mistake:
    """A sample that was answered wrongly: which, what it is, what was answered, and how wrong or how sure that was."""

    row: int
    place: str
    target: str
    answer: str
    amount: float


@dataclass(frozen=True)
class Residuals:
    """Targets and answers of samples, for a picture of where they part."""

    targets: tuple[tuple[float, ...], ...] = ()
    answers: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True)
class Judgement:
    """One output: its numbers, the same for each class or number, who was taken for whom, and the worst mistakes."""

    output: str
    target: str
    answer: Answer
    numbers: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Between which values a number lies in 95 of 100 samplings of as many samples (EVA-12)."""
    each: Mapping[str, Row] = field(default_factory=dict)
    """For each class, label or number its own row."""
    classes: tuple[str, ...] = ()
    confusion: tuple[tuple[int, ...], ...] = ()
    """How often each class (by row) was answered by each class (by column)."""
    mistakes: tuple[Mistake, ...] = ()
    amounts: str = ""
    """What the amount of a mistake says."""
    residuals: Residuals | None = None
