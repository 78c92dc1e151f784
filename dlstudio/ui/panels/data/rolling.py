"""Rolling: the same samples as they are read, as they are normalized, and as chance changes them; in a thread."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from dlstudio.core.document import Project
from dlstudio.core.frozen import Frozen
from dlstudio.core.issue import ProjectProblem
from dlstudio.data.augment.augment import build
from dlstudio.data.dataset import Column
from dlstudio.ui.panels.data.survey import Survey
from dlstudio.ui.panels.data.tile import Tile
from dlstudio.ui.panels.data.tiling import drawn

SAME = 7
"""Draws the samples that are looked at, the same ones each time."""


@dataclass(frozen=True, slots=True)
class Roll:
    """Which samples are wanted, and by which throw of the dice; `bad` are augmentations that cannot work."""

    survey: Survey
    count: int
    seed: int
    bad: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Stage:
    """The samples at one place of their way."""

    title: str
    tiles: tuple[Tile, ...]


def roll(asked: Roll) -> tuple[Stage, ...]:
    """The stages in their order."""
    survey, train = asked.survey, asked.survey.parts["train"]
    some = torch.randperm(len(train), generator=torch.Generator().manual_seed(SAME))[: asked.count]
    indices = train[some]
    raw, ready = survey.raw, survey.ready
    stages = [Stage("As read", drawn(survey, raw.take(indices), raw.columns, indices))]
    batch = ready.take(indices)
    if survey.steps:
        stages.append(Stage("Normalized", drawn(survey, batch, ready.columns, indices)))
    forms = tuple(each for at, each in enumerate(survey.augment) if at not in asked.bad)
    if forms:
        stages.append(_augmented(survey, forms, batch, indices, asked.seed))
    return tuple(stages)


def _augmented(
    survey: Survey, forms: tuple[object, ...], batch: Mapping[str, Tensor], indices: Tensor, seed: int
) -> Stage:
    project = Project(data=Frozen({"augment": forms}))
    try:
        augment = build(project, survey.prepared().train)
    except ProjectProblem as problem:
        return Stage(str(problem), ())
    made = augment(dict(batch), torch.Generator().manual_seed(seed)) if augment else batch
    columns = {name: _as_it_is(column, made[name]) for name, column in survey.ready.columns.items()}
    return Stage("Augmented", drawn(survey, made, columns, indices))


def _as_it_is(column: Column, values: Tensor) -> Column:
    """The column with the size that its values have now."""
    tensor, shape = column.tensor, tuple(values.shape[1:])
    if shape == tensor.shape or len(shape) != tensor.rank:
        return column
    return column.shaped(replace(tensor, shape=shape))
