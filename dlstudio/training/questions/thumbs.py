"""Thumbs: tiny pictures of what nodes make of one sample, for the canvas."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from dlstudio.core.issue import ProjectProblem
from dlstudio.training.asking.plates import plate
from dlstudio.training.asking.question import Question, Subject
from dlstudio.training.probes.features import listening
from dlstudio.training.questions.samples import inputs, taken

SIZE = 24
"""The most pixels to a side, and the most bars."""


@plate
@dataclass(frozen=True, eq=False)
class Thumb:
    """A map in bytes, dark to bright from the lowest to the highest value; for a list of numbers, counts in bins."""

    values: Tensor
    low: float
    high: float


@plate
@dataclass(frozen=True, eq=False)
class Thumbnails:
    """By node the tiny picture of what it made."""

    thumbs: Mapping[str, Thumb]


@dataclass(frozen=True)
class Thumbs(Question):
    """What some parts of the network that is given the data make of the first sample of a part."""

    nodes: tuple[str, ...]
    part: str = "validation"
    network: str = "model"

    def ask(self, subject: Subject) -> Thumbnails:
        if self.network != subject.method.fed:
            raise ProjectProblem(f"The data goes into “{subject.method.fed}”; “{self.network}” sees none of it.")
        batch = taken(subject, self.part, (0,))
        wiring = subject.method.task.wiring.inputs
        heard: dict[str, Any] = {name: batch[wiring[name]] for name in self.nodes if name in wiring}
        module = subject.module(self.network)
        there = dict(module.named_modules())
        with listening({name: there[name] for name in self.nodes if name in there}, heard.__setitem__):
            module(*inputs(subject, batch))
        return Thumbnails({name: found for name, made in heard.items() if (found := thumb(made)) is not None})


def thumb(made: Any) -> Thumb | None:
    """The tiny picture of the first sample in what a node made; None where it made no numbers."""
    first = made[0] if isinstance(made, tuple | list) else made
    if not isinstance(first, Tensor) or first.ndim < 1 or not len(first) or not first[0].numel():
        return None
    one = first[0].detach().float()
    return drawn(one) if one.ndim > 1 and one.shape[-2:].numel() > 1 else counted(one.reshape(-1))


def drawn(one: Tensor) -> Thumb:
    """The mean over all axes but the last two, as a map that is no larger than SIZE."""
    plane = one.mean(dim=tuple(range(one.ndim - 2))) if one.ndim > 2 else one
    shrunk = SIZE / max(SIZE, *plane.shape)
    size = max(1, round(plane.shape[0] * shrunk)), max(1, round(plane.shape[1] * shrunk))
    small = adaptive_avg_pool2d(plane[None, None].nan_to_num(0.0), size)[0, 0].cpu()
    low, high = (float(end) for end in small.aminmax())
    if high <= low:
        return Thumb(torch.zeros(size, dtype=torch.uint8), low, high)
    return Thumb(((small - low) * (255 / (high - low))).round().to(torch.uint8), low, high)


def counted(numbers: Tensor) -> Thumb:
    """How many numbers lie in each of SIZE bins between the lowest and the highest."""
    known = numbers[torch.isfinite(numbers)].cpu()
    if not known.numel():
        return Thumb(torch.zeros(SIZE, dtype=torch.int32), 0.0, 0.0)
    low, high = (float(end) for end in known.aminmax())
    return Thumb(torch.histc(known, SIZE, low, high).to(torch.int32), low, high)
