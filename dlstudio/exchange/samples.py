"""Samples: what a network is asked when its export is proven, as the data holds it and as the network takes it."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.dataset import DTYPES
from dlstudio.data.prepare import Part, Prepared
from dlstudio.data.transformed import Transformed

SIZES = (1, 2, 7)
"""How many samples there are in each batch that an export is tried with."""


@dataclass(frozen=True)
class Samples:
    """Values by input, and which inputs had to be made up since no column of the data belongs to them."""

    ready: Mapping[str, Tensor]
    """As the network takes them."""
    raw: Mapping[str, Tensor]
    """As the data holds them, before its normalizations."""
    made_up: tuple[str, ...] = ()
    part: str = ""

    @property
    def text(self) -> str:
        """Where they come from, for the certificate."""
        real = f"samples of the {self.part} part" if self.part else ""
        made = f"random numbers for {', '.join(self.made_up)}" if self.made_up else ""
        return ", and ".join(each for each in (real, made) if each)

    def batches(self, *, raw: bool = False) -> list[tuple[Tensor, ...]]:
        """A batch of each size, no sample twice, in the order of the network's inputs."""
        given = self.raw if raw else self.ready
        split = [torch.split(value, list(SIZES)) for value in given.values()]
        return list(zip(*split, strict=True))

    def batch(self, size: int, *, raw: bool = False) -> tuple[Tensor, ...]:
        """One batch of a size; the samples come again where there are not so many."""
        given = self.raw if raw else self.ready
        return tuple(value[torch.arange(size) % len(value)] for value in given.values())


def samples(inputs: Mapping[str, Shape], columns: Mapping[str, str], prepared: Prepared | None) -> Samples:
    """Samples for the inputs of a network, real ones for those that a column of the data goes into."""
    ready: dict[str, Tensor] = {}
    raw: dict[str, Tensor] = {}
    name, part = _part(prepared) if prepared else ("", None)
    if part is not None and columns:
        chosen = part.indices[torch.arange(sum(SIZES)) % len(part)]
        used = set(columns.values())
        inner = part.dataset.inner if isinstance(part.dataset, Transformed) else part.dataset
        after, before = part.dataset.take(chosen, used), inner.take(chosen, used)
        ready = {node: after[column] for node, column in columns.items()}
        raw = {node: before[column] for node, column in columns.items()}
    invented = {node: _invented(shape) for node, shape in inputs.items() if node not in ready}
    ready, raw = ({node: (found | invented)[node] for node in inputs} for found in (ready, raw))
    return Samples(ready, raw, tuple(invented), name if len(invented) < len(inputs) else "")


def _part(prepared: Prepared) -> tuple[str, Part | None]:
    """The part that the network learnt least from, of those that hold something."""
    for name in ("test", "validation", "train"):
        if len(prepared.parts[name]):
            return name, prepared.parts[name]
    return "", None


def _invented(shape: Shape) -> Tensor:
    """Random numbers of a shape; whole ones are 0 or 1, which any table of words has."""
    generator = torch.Generator().manual_seed(0)
    size = (sum(SIZES), *shape.shape)
    if shape.dtype == "float":
        return torch.randn(size, generator=generator)
    return torch.randint(0, 2, size, generator=generator).to(DTYPES[shape.dtype])
