"""Operation: the work of one declared augmentation on a batch."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlstudio.data.augment.dice import Dice, like
from dlstudio.data.dataset import Column

Batch = dict[str, Tensor]
Chunks = Callable[[], Iterable[Tensor]]


@dataclass
class Scene:
    """What an augmentation knows beside its fields: its column, all columns, and what was measured in training."""

    column: Column
    columns: Mapping[str, Column]
    measured: Mapping[str, Tensor] = field(default_factory=dict)
    _copies: dict[torch.device, Mapping[str, Tensor]] = field(default_factory=dict)

    def on(self, device: torch.device) -> Mapping[str, Tensor]:
        """What was measured, on a device; copied there once."""
        if device not in self._copies:
            self._copies[device] = {name: value.to(device) for name, value in self.measured.items()}
        return self._copies[device]


class Operation(ABC):
    """Changes a batch as its form says; every random number comes from the dice."""

    kind: ClassVar[str]
    ranged: ClassVar[bool] = False
    """Whether it needs the darkest and brightest values of the training part."""

    def measure(self, form: Any, scene: Scene, values: Chunks) -> Mapping[str, Tensor]:
        """What it needs to know of the training part."""
        return {}

    @abstractmethod
    def __call__(self, form: Any, scene: Scene, batch: Batch, dice: Dice) -> Batch:
        """The batch with new tensors where something changed."""


class Change(Operation):
    """An operation on one column, sample by sample; `p` says how many samples are hit."""

    def __call__(self, form: Any, scene: Scene, batch: Batch, dice: Dice) -> Batch:
        name = scene.column.name
        x = batch[name]
        made = self.changed(form, scene, x, dice)
        return {**batch, name: mixed_in(dice.chosen(form.p, len(x)), made, x)}

    @abstractmethod
    def changed(self, form: Any, scene: Scene, x: Tensor, dice: Dice) -> Tensor:
        """All samples changed."""


def mixed_in(chosen: Tensor, made: Tensor, before: Tensor) -> Tensor:
    """The changed samples where they were chosen, the others as they were."""
    return torch.where(like(chosen, made), made, before)


operations: dict[str, Operation] = {}


def operation(cls: type[Operation]) -> type[Operation]:
    """Binds an operation to the augmentation of that name."""
    operations[cls.kind] = cls()
    return cls
