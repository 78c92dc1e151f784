"""Entries: what can be put into a network by hand, each input with the values of one sample."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from dlstudio.data.dataset import Column
from dlstudio.data.transformed import invert
from dlstudio.training.asking.plates import plate
from dlstudio.training.asking.question import Question, Subject
from dlstudio.training.questions.samples import taken
from dlstudio.training.questions.shown import picture
from dlstudio.training.questions.symbols import joined, textual

Form = Literal["picture", "numbers", "choice", "text", "other"]
MANY, SIDE = 64, 224
"""So many numbers can be typed, and so large are pictures of samples."""


@plate
@dataclass(frozen=True, eq=False)
class Entry:
    """One input: how it is put in, and what it is of the sample."""

    name: str
    column: str
    form: Form
    shape: tuple[int, ...]
    features: tuple[str, ...]
    """What the numbers are called, or what can be chosen."""
    numbers: Tensor
    picture: Tensor | None
    text: str


@plate
@dataclass(frozen=True, eq=False)
class Sheet:
    """Everything that goes into the network."""

    part: str
    row: int
    count: int
    """How many samples the part has."""
    place: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Entries(Question):
    """The inputs of the network that the data is for, filled with a sample."""

    row: int = 0
    part: str = "validation"

    def ask(self, subject: Subject) -> Sheet:
        part = subject.part(self.part)
        row = self.row % len(part)
        batch = taken(subject, self.part, (row,))
        wired = subject.method.task.wiring.inputs
        columns = subject.prepared.columns
        entries = tuple(entry(subject, name, columns[column], batch[column][0].cpu()) for name, column in wired.items())
        return Sheet(self.part, row, len(part), part.dataset.where(int(part.indices[row])), entries)


def form_of(column: Column) -> Form:
    """How a column is put in by hand."""
    tensor = column.tensor
    if tensor.form == "an image" and tensor.shape[0] in (1, 3):
        return "picture"
    if textual(column):
        return "text"
    if column.classes and tensor.rank == 0:
        return "choice"
    if tensor.rank <= 1 and tensor.size <= MANY:
        return "numbers"
    return "other"


def entry(subject: Subject, name: str, column: Column, value: Tensor) -> Entry:
    """One input with a value."""
    form, shape = form_of(column), column.tensor.shape
    shown = picture(value[None], column.tensor.form, SIDE)[0] if form == "picture" else None
    text = joined(column, value.tolist()) if form == "text" else ""
    numbers = torch.empty(0)
    if form == "numbers":
        numbers = invert(subject.prepared.fitted, column.name, value[None].float())[0].flatten()
    elif form == "choice":
        numbers = value[None].float()
    features = (
        column.classes
        if form == "choice"
        else column.features
        or tuple(f"{column.name} {n + 1}" if column.tensor.size > 1 else column.name for n in range(column.tensor.size))
    )
    return Entry(
        name, column.name, form, shape, features[:MANY] if form == "numbers" else features, numbers, shown, text
    )
