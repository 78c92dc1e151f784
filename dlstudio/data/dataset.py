"""Dataset: samples by number, each with a value in every named column."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import torch

from dlstudio.core.tensor import DType, Tensor

Role = Literal["input", "target", "weight"]
Device = torch.device | str

DTYPES: dict[DType, torch.dtype] = {"float": torch.float32, "int": torch.int64, "bool": torch.bool}
"""How each kind of number is stored in a batch."""


@dataclass(frozen=True)
class Column:
    """One named value of every sample: its shape, its classes where it has some, and what it is usually for."""

    name: str
    tensor: Tensor
    classes: tuple[str, ...] = ()
    role: Role = "input"
    features: tuple[str, ...] = ()
    """What the numbers of a vector are called, where they have names."""
    padding: int | None = None
    """The number that stands for nothing, where rows are filled up with it: losses and measures pass it over."""

    @property
    def label(self) -> bool:
        """Whether each sample has one class here."""
        return bool(self.classes) and self.tensor.rank == 0

    def shaped(self, tensor: Tensor) -> "Column":
        return replace(self, tensor=tensor)


class Dataset(ABC):
    """Samples by number; how they come about is the business of the kinds below."""

    columns: Mapping[str, Column]

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def take(self, indices: torch.Tensor, names: Collection[str] | None = None) -> dict[str, torch.Tensor]:
        """The columns (all, or those named) of these samples; the first axis is that of the samples."""

    @property
    def resident(self) -> bool:
        """Whether all samples are in memory, so that they can be moved to a device once."""
        return False

    def to(self, _device: Device) -> "Dataset":
        """The same samples kept on a device, where that is possible."""
        return self

    def known(self, _name: str) -> torch.Tensor | None:
        """All values of a column where they are known without reading any file."""
        return None

    def where(self, index: int) -> str:
        """What a user calls a sample: its row or its file."""
        return f"sample {index}"


class InMemory(Dataset):
    """Samples that are all in memory; whole bytes become real numbers only when they are taken.

    `scales` says by what the bytes of a column are multiplied then: 1/255 for the brightness of an image."""

    def __init__(
        self,
        columns: Mapping[str, Column],
        values: dict[str, torch.Tensor],
        scales: Mapping[str, float] | None = None,
        places: tuple[str, ...] = (),
    ) -> None:
        lengths = {name: len(value) for name, value in values.items()}
        if len(set(lengths.values())) > 1 or lengths.keys() != columns.keys():
            raise ValueError(f"columns {list(columns)} and values {lengths} do not belong together")
        self.columns, self.values, self.scales, self.places = columns, values, scales or {}, places
        self._copies: dict[torch.device, InMemory] = {}

    def __len__(self) -> int:
        return len(next(iter(self.values.values()), ()))

    def take(self, indices: torch.Tensor, names: Collection[str] | None = None) -> dict[str, torch.Tensor]:
        wanted = self.columns if names is None else names
        return {name: self._typed(name, self.values[name].index_select(0, indices)) for name in wanted}

    def _typed(self, name: str, value: torch.Tensor) -> torch.Tensor:
        """The numbers as a batch holds them."""
        made = value.to(DTYPES[self.columns[name].tensor.dtype])
        return made * self.scales[name] if name in self.scales else made

    @property
    def resident(self) -> bool:
        return True

    def to(self, device: Device) -> "InMemory":
        """The same samples on a device; asked again, the same copy."""
        device = torch.device(device)
        if all(value.device == device for value in self.values.values()):
            return self
        if device not in self._copies:
            moved = {name: value.to(device) for name, value in self.values.items()}
            self._copies[device] = InMemory(self.columns, moved, self.scales, self.places)
        return self._copies[device]

    def known(self, name: str) -> torch.Tensor | None:
        return self._typed(name, self.values[name])

    def where(self, index: int) -> str:
        return self.places[index] if self.places else super().where(index)


class Lazy(Dataset):
    """Samples that are read when they are taken: images from files, arrays larger than memory.

    What a kind keeps must survive pickling, since workers in other processes read too."""

    @abstractmethod
    def read(self, index: int) -> dict[str, torch.Tensor]:
        """One sample."""

    def take(self, indices: torch.Tensor, names: Collection[str] | None = None) -> dict[str, torch.Tensor]:
        samples = [self.read(index) for index in indices.tolist()]
        wanted = self.columns if names is None else names
        return {name: self._stack([sample[name] for sample in samples], name) for name in wanted}

    def _stack(self, values: list[torch.Tensor], name: str) -> torch.Tensor:
        tensor = self.columns[name].tensor
        return torch.stack(values) if values else torch.empty(0, *tensor.shape, dtype=DTYPES[tensor.dtype])
