"""Restraint: a recipe's regularizers at work on the weights of an updater."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor

from dlstudio.catalog.regularizers import Regularizer, regularizers
from dlstudio.core.frozen import Frozen, Value
from dlstudio.training.declared import callee, declared

TOLD = {"ClipValue": "gradients cut", "ClipNorm": "gradient length"}
"""What is told of a limit on gradients."""


def chosen(specs: Sequence[Frozen[str, Value]]) -> list[Regularizer]:
    """The regularizers that a recipe lists, without those that do nothing."""
    made: list[Regularizer] = [declared(regularizers, spec, "regularizer") for spec in specs]
    return [each for each in made if each.active]


@dataclass(frozen=True)
class Restraint:
    """What is added to a loss, done to gradients before a step, and to weights after it."""

    penalties: tuple[Callable[[], Tensor], ...] = ()
    limits: tuple[tuple[str, Callable[[], Tensor]], ...] = ()
    bounds: tuple[Callable[[], Any], ...] = ()

    @classmethod
    def of(cls, specs: Sequence[Frozen[str, Value]], weights: Mapping[str, Tensor]) -> "Restraint":
        """The regularizers bound to those of the weights that each of them touches."""
        made = [(each, work) for each in chosen(specs) if (work := _bound(each, weights))]
        return cls(
            tuple(work for each, work in made if each.place == "loss"),
            tuple((TOLD[each.kind], work) for each, work in made if each.place == "gradient"),
            tuple(work for each, work in made if each.place == "weight"),
        )

    def penalty(self) -> Tensor:
        """What all penalties cost together."""
        return torch.stack([work() for work in self.penalties]).sum()


def _bound(each: Regularizer, weights: Mapping[str, Tensor]) -> Callable[[], Any] | None:
    """The function with its weights; a shared network's names are those of its nodes."""
    touched = [w for name, w in weights.items() if each.touches(name.partition(".")[2], w.ndim)]
    return partial(callee(each.source), touched, **each.arguments()) if touched else None
