"""Closeup: one sample and everything that is answered to it: all chances, place by place."""

from dataclasses import dataclass

import torch
from torch import Tensor

from dlstudio.catalog.metrics import MEASURED, Answer
from dlstudio.data.dataset import Column
from dlstudio.training.asking.plates import plate
from dlstudio.training.asking.question import Question, Subject
from dlstudio.training.measures.meters import Meter
from dlstudio.training.measures.reading import Reading
from dlstudio.training.measures.subject import Subject as Asked
from dlstudio.training.questions.course import track
from dlstudio.training.questions.predictions import answered
from dlstudio.training.questions.share import named
from dlstudio.training.questions.shown import Looks, Shown

SIDE = 384
"""The longer side of the picture, in pixels."""
ALL, BEST = 1_000, 5
"""How many classes are told of one place, and of each of many."""
PLACES = 16_384


@plate
@dataclass(frozen=True, eq=False)
class Close:
    """One output of one sample, by places: one of a class, several of pixels and steps."""

    output: str
    target: str
    answer: Answer
    classes: tuple[str, ...]
    likely: bool
    targets: Tensor
    """The class of each place (-1 where none is asked for), or labels or numbers."""
    answers: Tensor
    """By place the likeliest classes, the likeliest first; or labels or numbers."""
    chances: Tensor
    """How likely each of these is."""
    shape: tuple[int, ...] = ()
    """How pixels lie."""
    channels: tuple[str, ...] = ()
    """Where numbers run over steps, what is measured at each: targets and answers are steps × channels then."""


@plate
@dataclass(frozen=True, eq=False)
class OfOne:
    """A sample with all answers to it."""

    looks: Looks
    outputs: tuple[Close, ...]


@dataclass(frozen=True)
class Closeup(Question):
    """All that is answered to the sample at one place of a part."""

    part: str
    row: int

    def ask(self, subject: Subject) -> OfOne:
        row = min(self.row, len(named(subject, self.part)) - 1)
        _, made = answered(subject, self.part, [row], Whole)
        columns = subject.prepared.columns
        outputs = (each.close(columns[each.subject.target]) for each in made)
        return OfOne(Shown(self.part, (row,), SIDE).ask(subject), tuple(outputs))


class Whole(Meter):
    """Keeps the reading of one sample."""

    def __init__(self, subject: Asked) -> None:
        super().__init__(subject, ())
        self.reading: Reading | None = None

    def add(self, reading: Reading) -> None:
        self.reading = reading

    def close(self, column: Column) -> Close:
        """Everything of it."""
        assert self.reading is not None
        asked, reading, shape = self.subject, self.reading, tuple(column.tensor.shape[-2:])
        targets, answers, chances = _places(asked, reading)
        pixels = shape if asked.answer == "pixels" and len(shape) == 2 else ()
        way = track(column) if asked.answer == "numbers" and column.tensor.size <= PLACES else None
        if way is not None:
            targets, answers = way.table(targets).contiguous(), way.table(answers).contiguous()
        return Close(
            asked.output, asked.target, asked.answer, asked.classes, asked.likely,
            targets.cpu(), answers.cpu(), chances.cpu(), pixels, way.channels if way else (),
        )  # fmt: skip


def _places(subject: Asked, reading: Reading) -> tuple[Tensor, Tensor, Tensor]:
    targets, answers = reading.targets[0], reading.answers[0]
    if subject.answer in MEASURED:
        return targets[:PLACES].float(), answers[:PLACES].float(), answers.new_zeros(0)
    if subject.answer == "labels":
        return targets.short(), reading.decided[0].short(), answers.float()
    if not reading.choice:
        answers = torch.stack([1 - answers, answers], 1)
    else:
        answers = answers.softmax(1) if subject.likely else answers
    if reading.counted is not None:
        targets = torch.where(reading.counted[0], targets, -1)
    best = answers[:PLACES].topk(min(BEST if len(answers) > 1 else ALL, answers.shape[1]))
    return targets[:PLACES].int(), best.indices.int(), best.values.float()
