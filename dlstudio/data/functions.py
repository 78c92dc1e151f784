"""Functions as data: truth tables of logic gates, and curves of one variable."""

import math
from collections.abc import Callable
from itertools import product

import torch
from torch import Tensor

from dlstudio.catalog.sources.generated import Curve, TruthTable
from dlstudio.data.columns import classes, in_memory, numbers
from dlstudio.data.loading import Loaded, Place, loads

GATES: dict[str, Callable[[Tensor], Tensor]] = {
    "and": lambda on: on.all(dim=1),
    "nand": lambda on: ~on.all(dim=1),
    "or": lambda on: on.any(dim=1),
    "nor": lambda on: ~on.any(dim=1),
    "xor": lambda on: on.sum(dim=1) % 2 == 1,
    "parity": lambda on: on.sum(dim=1) % 2 == 1,
    "xnor": lambda on: on.sum(dim=1) % 2 == 0,
    "majority": lambda on: 2 * on.sum(dim=1) > on.shape[1],
}


@loads("TruthTable")
def truth_table(source: TruthTable, _place: Place) -> Loaded:
    """Every combination of inputs once, in the order of counting."""
    on = torch.tensor(list(product((False, True), repeat=source.inputs)))
    answers = GATES[source.gate](on)
    x = numbers("x", torch.where(on, 1.0, source.low))
    y = classes("y", answers, ("0", "1")) if source.answers == "class" else numbers("y", answers, "target")
    return Loaded(in_memory(x, y))


@loads("Curve")
def curve(source: Curve, _place: Place) -> Loaded:
    generator = torch.Generator().manual_seed(source.seed)
    even = torch.linspace(0, 1, source.count) if source.even else torch.rand(source.count, generator=generator)
    y = CURVES[source.shape](source, even)
    if source.shape == "chance":
        yes = torch.rand(source.count, generator=generator) < y.sigmoid()
        return Loaded(in_memory(numbers("x", _places(source, even)), classes("y", yes, ("no", "yes"))))
    y = y + source.noise * torch.randn(source.count, generator=generator)
    return Loaded(in_memory(numbers("x", _places(source, even)), numbers("y", y, "target")))


def _places(source: Curve, way: Tensor) -> Tensor:
    return source.low + (source.high - source.low) * way


def _sine(source: Curve, way: Tensor) -> Tensor:
    return torch.sin(2 * math.pi * source.cycles * way)


def _sines(source: Curve, way: Tensor) -> Tensor:
    """Waves one, two and five times as fast, ever smaller."""
    return sum((torch.sin(2 * math.pi * source.cycles * k * way) / k for k in (2, 5)), _sine(source, way))


def _polynomial(source: Curve, way: Tensor) -> Tensor:
    x = _places(source, way)
    return sum((a * x**power for power, a in enumerate(source.coefficients)), torch.zeros_like(x))


def _line(source: Curve, way: Tensor) -> Tensor:
    x = _places(source, way)
    return sum((a * x**power for power, a in enumerate(source.coefficients[:2])), torch.zeros_like(x))


CURVES: dict[str, Callable[[Curve, Tensor], Tensor]] = {
    "sine": _sine,
    "sines": _sines,
    "step": lambda _source, way: (way >= 0.5).float(),
    "polynomial": _polynomial,
    "line": _line,
    "chance": _line,
}
