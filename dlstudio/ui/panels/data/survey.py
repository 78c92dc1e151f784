"""Survey: a project's data read, divided and normalized as far as that goes; it needs torch, so it lives in threads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from dlstudio.core.frozen import Value
from dlstudio.data.dataset import Column, Dataset
from dlstudio.data.loading import Loaded
from dlstudio.data.prepare import Part, Prepared
from dlstudio.data.sampling import Sampling
from dlstudio.data.transformed import Step, Transformed
from dlstudio.ui.panels.data.heads import ordered

PICKED = 24
"""How many selections are remembered."""


@dataclass(frozen=True, slots=True)
class Pick:
    """Some of the samples: those of a part, of a class, or all; as they are, or ordered by a head of the table."""

    part: str = ""
    column: str = ""
    label: int = -1
    by: str = ""
    falling: bool = False


@dataclass(frozen=True, eq=False)
class Survey:
    """The samples as they were read, the parts, and what normalizes them."""

    loaded: Loaded
    parts: Mapping[str, Tensor]
    steps: tuple[Step, ...] = ()
    augment: Sequence[Value] = ()
    _picked: dict[Pick, Tensor] = field(default_factory=dict)

    @property
    def raw(self) -> Dataset:
        return self.loaded.dataset

    @property
    def ready(self) -> Dataset:
        """The samples as the network gets them."""
        return Transformed(self.raw, self.steps) if self.steps else self.raw

    def picked(self, pick: Pick) -> Tensor:
        """The numbers of the samples that are meant."""
        if pick not in self._picked:
            if len(self._picked) >= PICKED:
                self._picked.pop(next(iter(self._picked)))
            self._picked[pick] = self._ordered(pick) if pick.by else self._chosen(pick)
        return self._picked[pick]

    def _ordered(self, pick: Pick) -> Tensor:
        found = self.picked(replace(pick, by="", falling=False))
        return ordered(self.raw, found, pick.by, self.loaded.fitted, falling=pick.falling)

    def _chosen(self, pick: Pick) -> Tensor:
        found = self.parts[pick.part] if pick.part else torch.arange(len(self.raw))
        known = self.raw.known(pick.column) if pick.label >= 0 and pick.column in self.raw.columns else None
        return found if known is None else found[known[found] == pick.label]

    def prepared(self) -> Prepared:
        """The data in the form that statistics and augmentations are made from."""
        train, validation, test = (
            Part(self.ready, self.parts[name], Sampling(shuffle=False)) for name in ("train", "validation", "test")
        )
        return Prepared(train, validation, test, self.ready.columns)

    def first(self) -> Column:
        """The column that shows best what a sample is: the first input."""
        columns = self.raw.columns.values()
        return next((column for column in columns if column.role == "input"), next(iter(columns)))
