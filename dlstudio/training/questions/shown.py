"""Shown: what samples look like: their inputs as small pictures, waves, words or numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from dlstudio.data.dataset import Column
from dlstudio.data.vocabulary import vocabulary
from dlstudio.training.asking.plates import plate
from dlstudio.training.asking.question import Question, Subject
from dlstudio.training.questions.samples import taken
from dlstudio.training.questions.share import named

Form = Literal["picture", "wave", "text", "numbers"]
SMALL = 96
"""The longer side of a picture, in pixels."""
STRETCHES = 512
"""Into so many values a wave is cut."""
LETTERS, MANY = 400, 64
"""How much of a text, and how many numbers of a sample are told."""
PICTURES = ("an image", "a map", "a clip", "a volume")
UNSEEN = ("", "<padding>", "<nothing>")


@plate
@dataclass(frozen=True, eq=False)
class Given:
    """One input of some samples."""

    name: str
    form: Form
    values: Tensor
    """Bytes of pictures (samples × 1 or 3 × height × width), waves between -1 and 1, or numbers."""
    texts: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    """What the numbers are called."""
    size: tuple[int, ...] = ()
    """The height and width of a picture before it was made smaller."""


@plate
@dataclass(frozen=True, eq=False)
class Looks:
    """Some samples of a part: what a user calls them, and what goes into the network."""

    rows: tuple[int, ...]
    places: tuple[str, ...]
    inputs: tuple[Given, ...]


@dataclass(frozen=True)
class Shown(Question):
    """What the samples at some places of a part look like."""

    part: str
    rows: tuple[int, ...]
    side: int = SMALL

    def ask(self, subject: Subject) -> Looks:
        part = named(subject, self.part)
        rows = tuple(row for row in self.rows if 0 <= row < len(part))
        batch = taken(subject, self.part, rows)
        columns, fitted = subject.prepared.columns, subject.prepared.fitted
        inputs = [columns[name] for name in dict.fromkeys(subject.method.task.wiring.inputs.values())]
        places = tuple(part.dataset.where(int(part.indices[row])) for row in rows)
        return Looks(rows, places, tuple(given(each, batch[each.name].cpu(), fitted, self.side) for each in inputs))


def given(column: Column, values: Tensor, fitted: Mapping[str, object], side: int) -> Given:
    """One column of some samples as people see it."""
    form = column.tensor.form
    if column.classes and not values.is_floating_point():
        return Given(column.name, "text", torch.empty(0), tuple(_words(row, column, fitted) for row in values))
    if form in PICTURES:
        size = tuple(values.shape[-2:])
        return Given(column.name, "picture", picture(values, form, side), size=size)
    if form in ("a signal", "a sequence") and values.ndim > 1 and values[0].numel() > MANY:
        return Given(column.name, "wave", _wave(values))
    flat = values.flatten(1) if values.ndim > 1 else values[:, None]
    return Given(column.name, "numbers", flat[:, :MANY].float(), (), column.features)


def picture(values: Tensor, form: str, side: int) -> Tensor:
    """Samples as bytes; what lies beyond 0 to 1 is brought there, the middle of a clip stands for it."""
    x = values.float()
    if form in ("a clip", "a volume"):
        x = x[:, x.shape[1] // 2] if form == "a clip" else x[:, :, x.shape[2] // 2]
    x = x[:, None] if x.ndim == 3 else x
    x = x if x.shape[1] in (1, 3) else x.mean(1, keepdim=True)
    low, high = (getattr(x.flatten(1), way)(1)[:, None, None, None] for way in ("amin", "amax"))
    beyond = (low < -1e-4) | (high > 1.0001)
    x = torch.where(beyond, (x - low) / (high - low).clamp(min=1e-9), x)
    longer = max(x.shape[2:])
    if longer > side:
        size = [max(1, round(n * side / longer)) for n in x.shape[2:]]
        x = F.interpolate(x, size, mode="area")
    return (x.nan_to_num().clamp(0, 1) * 255).round().byte()


def _wave(values: Tensor) -> Tensor:
    """The first channel of each, as high as it goes."""
    wave = values.float().flatten(1, -2)[:, : values.shape[-1]] if values.ndim > 2 else values.float()
    wave = wave[:, :: max(1, wave.shape[1] // STRETCHES)]
    return (wave / wave.abs().amax(1, keepdim=True).clamp(min=1e-9)).half()


def _words(row: Tensor, column: Column, fitted: Mapping[str, object]) -> str:
    """A row of symbols as a person reads it."""
    numbers, names = row.flatten().tolist()[:LETTERS], column.classes
    known = vocabulary(fitted)
    if known is not None and known.names == names:
        return known.decode(numbers)
    apart = "" if all(len(name) <= 1 for name in names if not name.startswith("<")) else " "
    kept = [names[n] for n in numbers if 0 <= n < len(names)]
    return apart.join(name for name in kept if name not in UNSEEN)
