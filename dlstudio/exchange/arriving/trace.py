"""Trace: what a model did with its inputs, step by step, inside the modules that it is made of."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, dtype, nn

import torch

KINDS = {torch.bool: "bool"}


@dataclass(eq=False)
class Value:
    """A tensor that a step gave: its whole shape, and which of its axes counts the samples, if one does."""

    name: str
    shape: tuple[int, ...]
    dtype: dtype
    batch: int | None = None
    folded: bool = False
    """Whether samples and something else are one axis, so that no axis counts the samples alone."""
    data: Tensor | None = field(default=None, repr=False)
    """Its numbers, where it depends on no input."""
    path: str = ""
    """The name of the parameter or buffer that it is."""
    trained: bool = False
    """Whether it depends on a parameter."""

    @property
    def sample(self) -> tuple[int, ...]:
        """The shape of one sample."""
        return tuple(n for i, n in enumerate(self.shape) if i != self.batch)

    @property
    def kind(self) -> str:
        """What the document calls its numbers."""
        return "bool" if self.dtype == torch.bool else "float" if self.dtype.is_floating_point else "int"

    @property
    def rank(self) -> int:
        return len(self.shape)


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
    inplace: bool = False


@dataclass(eq=False)
class Frame:
    """One call of a module that is looked into: the steps and calls inside, and what it was given by name."""

    path: str
    module: str
    """The name of its class."""
    items: "list[Step | Frame]" = field(default_factory=list)
    given: dict[str, Value] = field(default_factory=dict)
    children: tuple[str, ...] = ()
    """The names of the modules in it."""
    out: Given = None

    def steps(self) -> Iterator[Step]:
        """All of the steps in it, at any depth."""
        for item in self.items:
            if isinstance(item, Step):
                yield item
            else:
                yield from item.steps()


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


@dataclass
class Trace:
    """A model as it ran: the outermost call, and the values that were put in."""

    root: Frame
    inputs: dict[str, Value]
    constants: dict[str, Value]
    buffers: frozenset[str] = frozenset()
    """The buffers that the model's own state dict holds."""
