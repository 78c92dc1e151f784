"""Features: what nodes make of a few pinned samples."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from dlstudio.core.issue import ProjectProblem
from dlstudio.training.asking.plates import plate
from dlstudio.training.asking.question import Question, Subject
from dlstudio.training.probes.features import listening
from dlstudio.training.probes.looks import parts
from dlstudio.training.questions.samples import inputs, taken


@plate
@dataclass(frozen=True, eq=False)
class FeatureMaps:
    """By node what it made of the samples, the first axis being theirs, and the samples themselves by input."""

    maps: Mapping[str, Tensor]
    samples: Mapping[str, Tensor]
    places: tuple[str, ...]
    """What a user calls each sample."""
    units: Mapping[str, int]
    """How many maps (channels) each node has, of which the first ones are here."""


@dataclass(frozen=True)
class Features(Question):
    """What some nodes of a network make of samples of a part, which are named by their places in it."""

    nodes: tuple[str, ...]
    rows: tuple[int, ...] = (0,)
    part: str = "validation"
    network: str = "model"
    most: int = 64
    """The most maps of one node."""

    def ask(self, subject: Subject) -> FeatureMaps:
        batch = taken(subject, self.part, self.rows)
        chosen = subject.part(self.part)
        rows = [row for row in self.rows if 0 <= row < len(chosen)]
        places = tuple(chosen.dataset.where(int(chosen.indices[row])) for row in rows)
        given = {name: batch[column] for name, column in subject.method.task.wiring.inputs.items()}
        return self.of(subject, inputs(subject, batch), given, places)

    def of(
        self, subject: Subject, fed: tuple[Tensor, ...], given: Mapping[str, Tensor], places: tuple[str, ...]
    ) -> FeatureMaps:
        """What the nodes make of any samples."""
        module = subject.module(self.network)
        there = parts(module)
        missing = [name for name in self.nodes if name not in there]
        if missing and len(missing) == len(self.nodes):
            raise ProjectProblem(f"{missing[0]} has no module of its own, so there is nothing to look at.")
        heard: dict[str, Tensor] = {}

        def hear(name: str, made: Any) -> None:
            found = made[0] if isinstance(made, tuple) else made
            if isinstance(found, Tensor):
                heard[name] = found

        with listening({name: there[name] for name in self.nodes if name in there}, hear):
            module(*fed)
        maps = {name: (made[:, : self.most] if made.ndim > 2 else made) for name, made in heard.items()}
        units = {name: made.shape[1] if made.ndim > 1 else 1 for name, made in heard.items()}
        return FeatureMaps(
            {name: _kept(made) for name, made in maps.items()},
            {name: _kept(sample) for name, sample in given.items()},
            places,
            units,
        )


def _kept(tensor: Tensor) -> Tensor:
    """In main memory, numbers in half precision where they have room in it."""
    if not tensor.is_floating_point():
        return tensor.cpu()
    half = tensor.half()
    return (half if bool(torch.isfinite(half).all()) else tensor.float()).cpu()
