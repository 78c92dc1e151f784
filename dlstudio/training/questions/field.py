"""Field: what one unit of a feature map sees of a sample, and what of it moves the unit."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from dlstudio.core.issue import ProjectProblem
from dlstudio.training.asking.plates import plate
from dlstudio.training.asking.question import Question, Subject
from dlstudio.training.probes.features import listening
from dlstudio.training.probes.looks import parts
from dlstudio.training.questions.samples import inputs, taken

Place = tuple[int, ...]
TRIES = 4
"""How many random samples a field is found with: one alone may meet units that are off."""


@plate
@dataclass(frozen=True, eq=False)
class FieldOfView:
    """The first and last row and column that the unit can see, and how much each value there moves it."""

    rows: tuple[int, int]
    columns: tuple[int, int]
    value: float
    slopes: Tensor


@dataclass(frozen=True)
class Field(Question):
    """The receptive field of the unit at a place of a map, on a sample of a part."""

    node: str
    place: Place
    """The map, and then the row and the column (or the place in time)."""
    row: int = 0
    part: str = "validation"
    network: str = "model"

    def ask(self, subject: Subject) -> FieldOfView:
        module = subject.module(self.network)
        there = parts(module)
        fed = inputs(subject, taken(subject, self.part, (self.row,)))
        if self.node not in there or not fed or not fed[0].is_floating_point() or fed[0].ndim != 4:
            raise ProjectProblem(f"What {self.node} sees cannot be shown: its network is not given one image.")
        with torch.enable_grad():
            value, slopes = _slopes(module, there[self.node], self.place, fed)
            seen = slopes != 0
            for _ in range(TRIES):
                noise = tuple(torch.rand_like(each) if each.is_floating_point() else each for each in fed)
                seen |= _slopes(module, there[self.node], self.place, noise)[1] != 0
        plane = seen.any(0)
        down, across = plane.any(1).nonzero().flatten(), plane.any(0).nonzero().flatten()
        if not len(down):
            raise ProjectProblem("No value of the sample moves this unit.")
        return FieldOfView(
            (int(down[0]), int(down[-1])), (int(across[0]), int(across[-1])), value, slopes.float().cpu()
        )


def _slopes(
    module: nn.Module, part: nn.Module, place: tuple[int, ...], fed: tuple[Tensor, ...]
) -> tuple[float, Tensor]:
    """The value of a unit, and its slope by every value of the first input."""
    first = fed[0].detach().clone().requires_grad_()
    heard: list[Tensor] = []

    def hear(_name: str, made: Any) -> None:
        heard.append(made[0] if isinstance(made, tuple) else made)

    with listening({"unit": part}, hear):
        module(first, *fed[1:])
    unit = heard[0][(0, *place)]
    [slopes] = torch.autograd.grad(unit, first)
    return float(unit), slopes[0]
