"""Predictions: what a network answers to the samples of a part, and what it should have answered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import torch
from torch import Tensor

from dlstudio.catalog.metrics import MEASURED, Answer
from dlstudio.core.issue import ProjectProblem
from dlstudio.training.asking.plates import plate
from dlstudio.training.asking.question import Question, Subject
from dlstudio.training.evaluation import measured
from dlstudio.training.measures.meters import Meter, Meters
from dlstudio.training.measures.mistakes import wrongness
from dlstudio.training.measures.reading import Reading
from dlstudio.training.measures.subject import Subject as Asked
from dlstudio.training.questions.course import Course, Errors, Track, track
from dlstudio.training.questions.share import AT_ONCE, MOST, affordable, named, places, some

BEST = 5
"""How many of the likeliest classes of a sample are told."""
WIDE = 64
"""Of how many numbers or labels of a sample at most."""
SQUARE = 256
"""Up to so many classes it is counted which place was taken for which."""
PATIENCE = 50.0
"""How many times as much work may be done where no training waits."""


@plate
@dataclass(frozen=True, eq=False)
class Said:
    """One output: what should be answered and what is, sample by sample; or summed up where a sample has many places.

    Of a class the likeliest ones stand by sample, the first of which is the answer; of labels, how likely each is."""

    output: str
    target: str
    answer: Answer
    classes: tuple[str, ...]
    likely: bool
    """Whether the chances are probabilities, and not only scores."""
    targets: Tensor
    """The class of each sample (-1 where none is asked for), its labels, its numbers or its box."""
    answers: Tensor
    chances: Tensor
    """How likely each of the answers is."""
    amounts: Tensor
    """How wrong each sample is answered; 0 is right."""
    counts: Tensor
    """Over all places of pixels and steps: how often each class (by row) was answered by each (by column)."""
    width: int = 0
    """How many labels or numbers a sample has, of which the first ones are here."""
    course: Course | None = None
    """Where the numbers run over steps: how far off they are at each."""


@plate
@dataclass(frozen=True, eq=False)
class Predicted:
    """Which samples of which part were looked at, and what was answered."""

    part: str
    total: int
    """How many samples the part has."""
    rows: Tensor
    """Their places in the part."""
    numbers: Mapping[str, float]
    """What the training itself measures of them."""
    outputs: tuple[Said, ...]


@dataclass(frozen=True)
class Predictions(Question):
    """The answers to evenly chosen samples of a part: few enough that a training may wait, or as many as time allows
    where none does."""

    part: str = "validation"
    most: int = MOST
    patient: bool = False
    """Whether nobody waits."""

    def ask(self, subject: Subject) -> Predicted:
        part = named(subject, self.part)
        rows = places(len(part), affordable(subject, self.most, PATIENCE if self.patient else 1.0))
        tracks = {name: track(column) for name, column in subject.prepared.columns.items()}
        numbers, made = answered(subject, self.part, rows, lambda asked: Collector(asked, tracks[asked.target]))
        return Predicted(
            self.part, len(part), torch.tensor(rows, dtype=torch.int32), numbers, tuple(each.said() for each in made)
        )


class Collector(Meter):
    """Keeps what is told of the answers to one output, batch by batch."""

    def __init__(self, subject: Asked, way: Track | None = None) -> None:
        super().__init__(subject, ())
        self.way = way if subject.answer == "numbers" else None
        self.kept = self.way.places(WIDE) if self.way else None
        self.errors = Errors()
        self.parts: list[tuple[Tensor, ...]] = []
        self.counts = torch.zeros(0, 0, dtype=torch.int32)

    def add(self, reading: Reading) -> None:
        amounts = wrongness(self.subject, reading).half()
        if self.subject.answer in ("pixels", "sequence"):
            none = amounts.new_zeros(len(amounts), 0)
            self.parts.append((none, none, none, amounts))
            self._count(reading)
        elif self.kept is not None:
            self.errors.add(reading.answers - reading.targets)
            targets, answers = (each[:, self.kept.to(each.device)] for each in (reading.targets, reading.answers))
            self.parts.append((targets.float(), answers.float(), answers.new_zeros(len(answers), 0), amounts))
        else:
            self.parts.append((*_each(self.subject, reading), amounts))

    def _count(self, reading: Reading) -> None:
        classes = len(self.subject.classes)
        if classes <= SQUARE:
            scores, targets = reading.flat
            found = torch.bincount(targets * classes + scores.argmax(1), minlength=classes**2)
            counts = found.view(classes, classes).int().cpu()
            self.counts = counts if not len(self.counts) else self.counts + counts

    def said(self) -> Said:
        """All that was kept."""
        asked = self.subject
        targets, found, chances, amounts = (torch.cat(each).cpu() for each in zip(*self.parts, strict=True))
        classes = asked.classes if asked.answer != "numbers" else asked.classes[:WIDE]
        course = None
        if self.way is not None and self.kept is not None:
            classes = tuple(self.way.named(place) for place in self.kept.tolist())
            course = self.errors.course(self.way, self.kept)
        return Said(
            asked.output, asked.target, asked.answer, classes, asked.likely,
            targets, found, chances, amounts, self.counts, asked.places, course,
        )  # fmt: skip


def _each(subject: Asked, reading: Reading) -> tuple[Tensor, Tensor, Tensor]:
    """Targets, answers and chances of samples that have one place each, or some labels or numbers."""
    targets, answers = reading.targets, reading.answers
    if subject.answer in MEASURED:
        return targets[:, :WIDE].float(), answers[:, :WIDE].float(), answers.new_zeros(len(answers), 0)
    if subject.answer == "labels":
        return targets[:, :WIDE].short(), reading.decided[:, :WIDE].short(), answers[:, :WIDE].half()
    if not reading.choice:
        answers = torch.cat([1 - answers, answers], 1)
    else:
        answers = answers[:, 0].softmax(1) if subject.likely else answers[:, 0]
    best = answers.topk(min(BEST, answers.shape[1]))
    asked = targets[:, 0] if reading.counted is None else torch.where(reading.counted[:, 0], targets[:, 0], -1)
    return asked.short(), best.indices.short(), best.values.half()


K = TypeVar("K", bound=Meter)


class Collectors(Meters, Generic[K]):
    """Meters that keep answers instead of measuring them."""

    def __init__(self, subjects: Sequence[Asked], kind: Callable[[Asked], K]) -> None:
        self.kind = kind
        super().__init__(subjects)

    def made(self, subject: Asked) -> K:
        return self.kind(subject)

    def numbers(self) -> dict[str, float]:
        return {}


def answered(
    subject: Subject, part: str, rows: Sequence[int], kind: Callable[[Asked], K]
) -> tuple[dict[str, float], list[K]]:
    """What is measured of the samples at these places of a part, and what is kept of their answers."""
    meters = vars(subject.method).get("meters")
    asked = list(meters.subjects.values()) if meters is not None else []
    if not asked or any(each.answer == "code" for each in asked):
        raise ProjectProblem("This training compares no answers with targets, so there is nothing right or wrong.")
    made = Collectors(asked, kind)
    numbers = measured(subject.method, some(named(subject, part), rows), made, AT_ONCE)
    return {name: float(value) for name, value in numbers.items()}, list(made.meters.values())  # type: ignore[arg-type]
