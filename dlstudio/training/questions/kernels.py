"""Kernels: the weights of one node as they stand, for pictures of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod

from torch import Tensor

from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.kept_weights import KeptWeights
from dlstudio.training.asking.of_weights import OfWeights
from dlstudio.training.asking.plates import plate
from dlstudio.training.asking.question import Subject
from dlstudio.training.probes.looks import parts
from dlstudio.training.questions.stock import owners

FILTERS, SIDE = 64, 192
"""The most filters, and the most rows and columns of a matrix, that are fetched."""
COLORS = 3


@plate
@dataclass(frozen=True, eq=False)
class Weights:
    """One weight of a node as numbers to draw, and what of the whole they are."""

    name: str
    values: Tensor
    shape: tuple[int, ...]
    """That of the whole weight."""
    every: tuple[int, int]
    """Of a matrix there is every so-many-th row and column."""
    input: int
    """Which input of its filters is seen; -1 where all are."""
    others: Mapping[str, tuple[int, ...]]
    """The shapes of all weights of the node by name."""


@dataclass(frozen=True)
class Kernels(OfWeights):
    """The kernels or the matrix of a node, which is called as in a look inside (“critic.conv1” where several networks
    train): the weight that is named, or the one with the most axes and numbers."""

    node: str
    weight: str = ""
    input: int = 0
    """Which input of its filters is wanted, where they have more than those of a picture."""

    def ask(self, subject: Subject) -> Weights:
        own = {name: each for name, each in _own(subject, self.node).items() if each.is_floating_point()}
        shapes = {name: tuple(each.shape) for name, each in own.items()}
        return self._told(shapes, own.__getitem__)

    def read(self, held: KeptWeights, steps: tuple[int, ...], project: Project) -> Weights:
        shapes = held.shapes()
        own = {name: key for key, (node, name) in owners(shapes, project).items() if node == self.node}
        return self._told({name: shapes[key] for name, key in own.items()}, lambda name: held.tensor(own[name]))

    def _told(self, shapes: Mapping[str, tuple[int, ...]], weight: Callable[[str], Tensor]) -> Weights:
        if not shapes:
            raise ProjectProblem(f"{self.node} has no weights.")
        name = self.weight if self.weight in shapes else max(shapes, key=lambda each: _size(shapes[each]))
        values, every, seen = _cut(weight(name).detach(), self.input)
        return Weights(name, values.float().cpu().clone(), shapes[name], every, seen, shapes)


def _size(shape: tuple[int, ...]) -> tuple[int, int]:
    """How many axes and how many numbers."""
    return len(shape), prod(shape)


def _own(subject: Subject, node: str) -> dict[str, Tensor]:
    """The weights of a node and of all that it is made of, with those of its inner nodes behind their names."""
    modules = subject.method.task.modules
    network, inner = (next(iter(modules)), node) if len(modules) == 1 else node.partition(".")[::2]
    there = parts(subject.module(network))
    if inner in there:
        return dict(there[inner].named_parameters())
    found = {name.removeprefix(f"{inner}."): part for name, part in there.items() if name.startswith(f"{inner}.")}
    return {f"{name}.{each}": weight for name, part in found.items() for each, weight in part.named_parameters()}


def _cut(weight: Tensor, wanted: int) -> tuple[Tensor, tuple[int, int], int]:
    """The numbers that are drawn; of a matrix evenly chosen ones, of kernels those for one input."""
    if weight.ndim < 2:
        return weight, (1, 1), -1
    if weight.ndim == 2 or all(n == 1 for n in weight.shape[2:]):
        down, across = (max(1, -(-n // SIDE)) for n in weight.shape[:2])
        return weight[::down, ::across], (down, across), -1
    first = weight[:FILTERS]
    if weight.ndim == 3 or weight.shape[1] == 1 or (weight.ndim == 4 and weight.shape[1] == COLORS):
        return first, (1, 1), -1
    seen = min(max(0, wanted), weight.shape[1] - 1)
    return first[:, seen : seen + 1], (1, 1), seen
