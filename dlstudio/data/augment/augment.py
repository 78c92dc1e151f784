"""Augment: a project's augmentations made ready, to be called on each batch of the training part."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor

from dlstudio.catalog.augmentations import Augmentation, augmentations
from dlstudio.catalog.augmentations.augmentation import Motion
from dlstudio.catalog.augmentations.targets import LabelShuffle
from dlstudio.core.document import Project
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.data.augment import implementations
from dlstudio.data.augment.check import check, chosen
from dlstudio.data.augment.dice import Dice
from dlstudio.data.augment.doubts import entries
from dlstudio.data.augment.operation import Batch, Scene, operations
from dlstudio.data.augment.pictures import extremes
from dlstudio.data.dataset import Column, Dataset
from dlstudio.data.declared import declared
from dlstudio.data.prepare import Part
from dlstudio.data.sampling import Sampling
from dlstudio.data.statistics import chunks

__all__ = ["Augment", "Step", "build", "implementations", "shuffled"]

MOST_READ = 2_000
"""Of samples that have to be read from files, so many are enough to see how dark and bright they are."""


@dataclass(frozen=True)
class Step:
    """One augmentation with its column and what it measured."""

    form: Augmentation
    scene: Scene

    def __call__(self, batch: Batch, dice: Dice) -> Batch:
        if self.scene.column.name not in batch:
            return batch
        return operations[self.form.kind](self.form, self.scene, batch, dice)


@dataclass(frozen=True)
class Augment:
    """All augmentations in their order; all that is random comes from the generator, which is on the batch's device."""

    steps: Sequence[Step]
    issues: tuple[Issue, ...] = ()

    def __call__(self, batch: Batch, generator: torch.Generator) -> Batch:
        dice = Dice(generator)
        made = dict(batch)
        for step in self.steps:
            made = step(made, dice)
        return made


def build(project: Project, train: Part) -> Augment | None:
    """The augmentations of a project, measured on the training part; None where batches stay as they are.

    A ProjectProblem says what is wrong; what is only unwise is in `issues`. Give the result to the `Batches` of the
    training part alone. LabelShuffle is no matter of batches: see `shuffled`."""
    columns = train.dataset.columns
    issues = tuple(check(project, columns))
    errors = [issue for issue in issues if issue.severity == "error"]
    if errors:
        raise ProjectProblem(errors[0].text, tuple(errors))
    forms = [declared(augmentations, raw) for raw in entries(project)]
    steps = [_step(form, train) for form in forms if not isinstance(form, LabelShuffle)]
    return Augment(steps, issues) if steps else None


def _step(form: Augmentation, train: Part) -> Step:
    columns = train.dataset.columns
    scene = Scene(chosen(form, columns), columns)
    work = operations[form.kind]
    values = partial(chunks, train.dataset, train.indices, scene.column.name)
    measured: dict[str, Any] = dict(work.measure(form, scene, values))
    if work.ranged:
        apart = 1 if train.dataset.resident else -(-len(train) // MOST_READ)
        some = train.indices[:: max(apart, 1)]
        measured |= extremes(scene.column.tensor, partial(chunks, train.dataset, some, scene.column.name))
    if isinstance(form, Motion) and form.box_unit == "auto":
        form = replace(form, box_unit=_unit(form.boxes, train))
    return Step(form, replace(scene, measured=measured))


def _unit(boxes: Sequence[str], train: Part) -> str:
    """How boxes are counted: boxes in pixels reach beyond 2 somewhere, parts of a picture never do."""
    sizes = (piece.max() for name in boxes for piece in chunks(train.dataset, train.indices, name))
    return "relative" if max(map(float, sizes), default=0.0) < 2 else "pixels"


def shuffled(project: Project, train: Part) -> Part:
    """The training part, drawn with every class equally often where the project lists a LabelShuffle.

    `Batches` draws each epoch as the part's sampling says, so handing it this part is all there is to do."""
    for raw in entries(project):
        form = declared(augmentations, raw)
        if isinstance(form, LabelShuffle):
            column = chosen(form, train.dataset.columns)
            return replace(train, sampling=Sampling(labels=_labels(train.dataset, column, train.indices)))
    return train


def _labels(dataset: Dataset, column: Column, indices: Tensor) -> Tensor:
    known = dataset.known(column.name)
    if known is not None:
        return known[indices]
    return torch.cat([*chunks(dataset, indices, column.name), torch.zeros(0, dtype=torch.long)])
