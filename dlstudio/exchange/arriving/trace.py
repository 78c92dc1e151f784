"""Trace: what a model did with its inputs, step by step, inside the modules that it is made of."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn


@dataclass(eq=False)
class Value:
    """A tensor that a step gave: its whole shape, and which of its axes counts the samples, if one does."""

    name: str
    shape: tuple[int, ...]
    dtype: torch.dtype
    batch: int | None = None
    fold: int = 1
    """How many there are of each sample along the axis that counts them: heads of an attention, steps of a clip."""
    lone: bool = False
    """Whether that axis has length 1 and what is there is the same for all samples."""
    odd: bool = False
    """Whether its shape depends on the number of samples in a way that no layer's does."""
    data: Tensor | None = field(default=None, repr=False)
    """Its numbers, where it is held by the model or fixed."""
    path: str = ""
    """The name of the parameter or buffer that it is."""
    trained: bool = False

    @property
    def sample(self) -> tuple[int, ...]:
        """The shape of one sample."""
        if self.fold > 1 and self.batch is not None:
            return (*self.shape[: self.batch], self.fold, *self.shape[self.batch + 1 :])
        return tuple(n for i, n in enumerate(self.shape) if i != self.batch)

    @property
    def kind(self) -> str:
        """What the document calls its numbers."""
        return "bool" if self.dtype == torch.bool else "float" if self.dtype.is_floating_point else "int"

    @property
    def rank(self) -> int:
        return len(self.shape)

    def place(self, dim: int) -> int | None:
        """Where an axis stands in one sample; None for the axis that counts the samples."""
        dim %= max(self.rank, 1)
        if self.batch is None or self.fold > 1:
            return None if self.fold > 1 and dim == self.batch else dim
        return None if dim == self.batch else dim - (dim > self.batch)


Given = Any
"""An argument of a step: a Value, a number, a text, or a list of those."""


@dataclass(eq=False)
class Step:
    """One call: of a function, of a tensor's method, or of a module that stays whole."""

    name: str
    op: str
    """The function's name as torch has it, such as relu or add; of a module, its class."""
    args: tuple[Given, ...]
    kwargs: Mapping[str, Given]
    out: Given
    target: Callable[..., Any] | None = None
    module: nn.Module | None = None
    path: str = ""
    """Where the module stands in the model."""


@dataclass(eq=False)
class Frame:
    """One call of a module that is looked into: the steps and calls inside, and what it was given by name."""

    path: str
    module: str
    """The name of its class."""
    items: "list[Step | Frame]" = field(default_factory=list)
    given: dict[str, Value] = field(default_factory=dict)
    stateful: bool = False
    """Whether it holds weights."""

    def steps(self) -> Iterator[Step]:
        """All of the steps in it, at any depth."""
        for item in self.items:
            if isinstance(item, Step):
                yield item
            else:
                yield from item.steps()


@dataclass
class Trace:
    """A model as it ran: the outermost call, what was put in, and what came out."""

    root: Frame
    inputs: dict[str, Value]
    out: Given
    saved: frozenset[str] = frozenset()
    """The names in the model's state dict."""
    answers: Mapping[str, Tensor] = field(default_factory=dict)
    """What came out, as numbers."""
    allow_code: bool = False
    """Whether Python of the model's own may be carried along."""
    families: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The names of the modules in each module, by its place."""


def values(given: Given) -> Iterator[Value]:
    """The values in an argument or a result, at any depth."""
    if isinstance(given, Value):
        yield given
    elif isinstance(given, Mapping):
        for each in given.values():
            yield from values(each)
    elif isinstance(given, list | tuple):
        for each in given:
            yield from values(each)
    elif isinstance(given, slice):
        yield from values((given.start, given.stop, given.step))


def taken(step: Step) -> Iterator[Value]:
    """The values that a step takes."""
    yield from values(step.args)
    yield from values(step.kwargs)
