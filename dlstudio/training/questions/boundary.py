"""Boundary: what a network of two numbers answers all over the plane, and what each of its neurons does there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from dlstudio.catalog.metrics import MEASURED
from dlstudio.core.issue import ProjectProblem
from dlstudio.data.dataset import Column
from dlstudio.training.asking.plates import plate
from dlstudio.training.asking.question import Question, Subject
from dlstudio.training.gan import Gan
from dlstudio.training.perceptron import PerceptronRule, bound
from dlstudio.training.probes.features import listening
from dlstudio.training.probes.looks import parts
from dlstudio.training.questions.replies import asked, likelihoods, outputs
from dlstudio.training.questions.samples import taken
from dlstudio.training.questions.share import places

SIDE, SMALL, FURTHER = 96, 32, 3
"""How many places each axis of the plane has, and each axis of a neuron's pattern; and how many further
outputs are seen."""
AIR = 0.15
"""How much farther the plane goes than the samples, as a share of their extent."""
SHOWN = {"train": 500, "validation": 250}
MADE, NODES, FEW, MANY = 250, 5, 8, 64
"""How many samples of a generator; how many nodes are looked at where none is named, and how many of their units."""


@plate
@dataclass(frozen=True, eq=False)
class Border:
    """The line of a single neuron, w·x + b = 0, and how the samples lie about it (VIS-15, VIS-16)."""

    weights: tuple[float, float]
    offset: float
    radius: float
    """R: how far the farthest sample is from the origin."""
    margin: float
    """γ: how far the nearest sample is from the line; below 0 where one is on the wrong side."""
    most: float | None
    """(R/γ)²: the most corrections that the rule needs."""


@plate
@dataclass(frozen=True, eq=False)
class Side:
    """The answers of one more output on the same grid, and to the same samples."""

    output: str
    field: Tensor
    wrong: Tensor


@plate
@dataclass(frozen=True, eq=False)
class Plane:
    """The answers on a grid over the plane, with the samples."""

    low: tuple[float, float]
    high: tuple[float, float]
    axes: tuple[str, str]
    classes: tuple[str, ...]
    """None where the answer is a number."""
    field: Tensor
    """Classes × rows × columns, the lowest row first: how likely each class is; or 1 × rows × columns numbers."""
    points: Tensor
    kinds: Tensor
    """The class of each sample."""
    parts: Tensor
    """Where it comes from: 0 train, 1 validation, 2 made by a generator."""
    wrong: Tensor
    """Which samples are answered wrongly."""
    patterns: Mapping[str, Tensor]
    """By node what each of its neurons gives on a coarser grid."""
    units: Mapping[str, int]
    border: Border | None = None
    others: tuple[Side, ...] = ()
    """What other outputs answer to the same: networks of several depths beside each other (VIS-06)."""
    output: str = ""


@dataclass(frozen=True)
class Boundary(Question):
    """The decision boundary and the patterns of the neurons of some nodes, or of a few where none is named."""

    nodes: tuple[str, ...] = ()
    side: int = SIDE

    def ask(self, subject: Subject) -> Plane:
        column = flat(subject)
        points, kinds, origins = sampled(subject, column)
        low, high = extent(points)
        grid = lattice(low, high, self.side).to(subject.device)
        heard: dict[str, Tensor] = {}
        field = self._field(subject, grid, heard)
        names = classes_of(subject)
        wrong = torch.zeros(len(points), dtype=torch.bool)
        if names and not isinstance(subject.method, Gan):
            wrong = answered_at(subject, points.to(subject.device)).argmax(0).cpu() != kinds
        patterns = {name: self._pattern(made) for name, made in heard.items()}
        return Plane(
            low, high, _axes(column), names, _compact(field.view(-1, self.side, self.side)), points.cpu(),
            kinds.short(), origins, wrong, patterns, {name: made.shape[1] for name, made in heard.items()},
            border(subject, points), self._others(subject, grid, points, kinds), next(iter(asked(subject)), ""),
        )  # fmt: skip

    def _others(self, subject: Subject, grid: Tensor, points: Tensor, kinds: Tensor) -> tuple[Side, ...]:
        """Further outputs that are taught the same classes as the first."""
        if isinstance(subject.method, Gan) or not asked(subject):
            return ()
        first, *further = asked(subject).values()
        found = []
        for how in further[:FURTHER]:
            if how.target == first.target and how.choice and how.classes == first.classes:
                field = answered_at(subject, grid, how.output).view(-1, self.side, self.side)
                wrong = answered_at(subject, points.to(subject.device), how.output).argmax(0).cpu() != kinds
                found.append(Side(how.output, _compact(field), wrong))
        return tuple(found)

    def _field(self, subject: Subject, grid: Tensor, heard: dict[str, Tensor]) -> Tensor:
        """The answers on the grid; on the way it hears what the neurons give."""
        there = parts(subject.module(subject.method.fed))
        wanted = [name for name in self.nodes if name in there] or (list(there) if not self.nodes else [])

        def hear(name: str, made: Any) -> None:
            if isinstance(made, Tensor) and made.ndim == 2 and len(made) == len(grid):
                heard[name] = made

        with listening({name: there[name] for name in wanted}, hear):
            found = answered_at(subject, grid)
        if not self.nodes:
            kept = [list(heard)[n] for n in places(len(heard), NODES)]
            for name in set(heard) - set(kept):
                del heard[name]
        return found

    def _pattern(self, made: Tensor) -> Tensor:
        """Units × rows × columns of a node on the coarser grid."""
        step = max(1, self.side // SMALL)
        chosen = made[:, : MANY if len(self.nodes) == 1 else FEW]
        return _compact(chosen.T.reshape(-1, self.side, self.side)[:, step // 2 :: step, step // 2 :: step])


def flat(subject: Subject) -> Column:
    """The one input of two numbers, or a ProjectProblem that says what goes in instead."""
    wired = list(subject.method.task.wiring.inputs.values())
    columns = [subject.prepared.columns[name] for name in wired]
    if len(columns) == 1 and columns[0].tensor.shape == (2,) and columns[0].tensor.dtype == "float":
        return columns[0]
    given = " and ".join(str(column.tensor) for column in columns)
    raise ProjectProblem(f"A boundary can be drawn where two numbers go in; here {given} does.")


def lattice(low: tuple[float, float], high: tuple[float, float], side: int) -> Tensor:
    """The middles of so many cells by so many, row by row from the lowest."""
    x, y = (torch.linspace(a, b, 2 * side + 1)[1::2] for a, b in zip(low, high, strict=True))
    return torch.stack([x.repeat(side), y.repeat_interleave(side)], 1)


def classes_of(subject: Subject) -> tuple[str, ...]:
    """What is told apart; nothing where the answer is a number."""
    method = subject.method
    if isinstance(method, Gan):
        return ("made", "real")
    if isinstance(method, PerceptronRule):
        column = subject.prepared.columns[method.target]
        return column.classes or ("silent", "fires")
    how = next(iter(asked(subject).values()), None)
    if how is None or how.answer == "code":
        raise ProjectProblem("This network tells no classes apart and gives no number, so it draws no boundary.")
    if how.answer in MEASURED:
        return ()
    return how.classes if how.choice else ("no", "yes") if len(how.classes) != 2 else how.classes


def answered_at(subject: Subject, points: Tensor, output: str = "") -> Tensor:
    """Classes × points: how likely each is there by an output, or by the first; or one row of numbers."""
    method = subject.method
    if output:
        found = likelihoods(asked(subject)[output], outputs(subject, (points,), method.fed)[output])
        return found[:, 0].T
    made = subject.module(method.fed)(points)
    if isinstance(method, Gan):
        yes = torch.sigmoid(made.float().flatten() - method.game.border)
        return torch.stack([1 - yes, yes])
    if isinstance(method, PerceptronRule):
        yes = (made.flatten() > 0).float()
        return torch.stack([1 - yes, yes])
    how = next(iter(asked(subject).values()))
    found = likelihoods(how, made[0] if isinstance(made, tuple) else made)
    return found[:, 0].T if found.ndim == 3 else found[:, :1].T


def sampled(subject: Subject, column: Column) -> tuple[Tensor, Tensor, Tensor]:
    """Points, their classes and where they come from."""
    found, kinds, origins = [], [], []
    for number, (name, most) in enumerate(SHOWN.items()):
        part = subject.prepared.parts[name]
        if len(part):
            batch = taken(subject, name, places(len(part), most))
            found.append(batch[column.name].float().cpu())
            kinds.append(_kinds(subject, batch).cpu())
            origins.append(torch.full((len(found[-1]),), number, dtype=torch.uint8))
    if isinstance(subject.method, Gan) and set(subject.method.given) == set(subject.method.noise):
        found.append(subject.method.sample(MADE).float().cpu())
        kinds.append(torch.zeros(MADE, dtype=torch.long))
        origins.append(torch.full((MADE,), 2, dtype=torch.uint8))
    return torch.cat(found), torch.cat(kinds), torch.cat(origins)


def _kinds(subject: Subject, batch: Mapping[str, Tensor]) -> Tensor:
    """The class of each sample of a batch; those that have none are all of one."""
    method = subject.method
    count = len(next(iter(batch.values())))
    if isinstance(method, Gan):
        return torch.ones(count, dtype=torch.long)
    target = next(iter(method.task.wiring.targets.values()), "")
    if isinstance(method, PerceptronRule):
        return (batch[target].flatten() > method.middle).long()
    how = next((each for each in asked(subject).values() if each.target == target), None)
    if how is None or how.answer in MEASURED:
        return torch.zeros(count, dtype=torch.long)
    values = batch[target]
    return (values.flatten() > 0.5).long() if values.is_floating_point() else values.flatten().long()


def extent(points: Tensor) -> tuple[tuple[float, float], tuple[float, float]]:
    """As far as the samples go, and some air."""
    low, high = points.amin(0), points.amax(0)
    air = AIR * (high - low).clamp(min=1e-6)
    (x0, y0), (x1, y1) = (low - air).tolist(), (high + air).tolist()
    return (x0, y0), (x1, y1)


def _axes(column: Column) -> tuple[str, str]:
    x, y = column.features if len(column.features) == 2 else (f"{column.name} 1", f"{column.name} 2")
    return x, y


def _compact(values: Tensor) -> Tensor:
    half = values.half()
    return (half if bool(torch.isfinite(half).all()) else values.float()).cpu()


def border(subject: Subject, points: Tensor) -> Border | None:
    """The line of a neuron that is taught by the perceptron rule, about all samples that it learns from."""
    method = subject.method
    if not isinstance(method, PerceptronRule):
        return None
    weights = method.neuron.weight.detach().float().flatten().cpu()
    offset = sum(each.item() for name, each in method.neuron.named_parameters() if name == "bias")
    learnt = taken(subject, "train", places(len(subject.prepared.train), 2_000))
    x = learnt[method.input].float().flatten(1).cpu()
    signs = torch.where(learnt[method.target].flatten().cpu() > method.middle, 1.0, -1.0)
    radius, length = float(x.norm(dim=1).max()), float(weights.norm())
    margin = float((signs * (x @ weights + offset)).min()) / length if length else 0.0
    a, b = weights.tolist()
    if margin <= 0:
        return Border((a, b), offset, radius, margin, None)
    return Border((a, b), offset, radius, margin, bound(x, signs > 0, torch.cat([weights, torch.tensor([offset])])))
