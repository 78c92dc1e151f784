"""Remarks: what is unwise about data that can be read: classes out of balance, sorted, alone, or untaught."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import torch
from torch import Tensor

from dlstudio.catalog.splits import ByTime, Split
from dlstudio.core.document import Project
from dlstudio.core.issue import Fix, Issue
from dlstudio.data.dataset import Column, Dataset
from dlstudio.data.loading import PartName
from dlstudio.data.sampling import Sampling

MANY = 20
"""Fewer samples than this, as in a truth table, are no sample of anything."""
UNEVEN = 3
"""How many times larger than the smallest class the largest may be before it is worth a word."""
FEW = 3
"""With fewer samples for each class than this, an order says nothing."""


def remarks(dataset: Dataset, parts: Mapping[PartName, Tensor], split: Split, draw: Sampling) -> Iterator[Issue]:
    """What is worth a word about the classes of each target."""
    for column in dataset.columns.values():
        values = dataset.known(column.name) if column.label and column.role == "target" else None
        if values is not None:
            yield from _lonely(column, values[parts["train"]])
            yield from _uneven(column, values[parts["train"]], draw)
            yield from _sorted(column, values, split, draw)
            yield from _untaught(column, values, parts)


def counts(column: Column, values: Tensor) -> dict[str, int]:
    """How many samples each class has."""
    return dict(zip(column.classes, torch.bincount(values, minlength=len(column.classes)).tolist(), strict=True))


def _lonely(column: Column, train: Tensor) -> Iterator[Issue]:
    present = [name for name, count in counts(column, train).items() if count]
    if len(present) == 1:
        text = f"All training samples of {column.name} are of the class {present[0]}, so there is nothing to tell apart"
        yield Issue("warning", "data-one-class", f"{text}. Add samples of another class.")


def shuffled(project: Project) -> Project:
    """The project with its samples in a new order in every epoch."""
    return replace(project, data=project.data.put("shuffle", True))


def balanced(project: Project) -> Project:
    """The project with every class drawn equally often."""
    return replace(project, data=project.data.put("sampling", "balanced"))


def _uneven(column: Column, train: Tensor, draw: Sampling) -> Iterator[Issue]:
    present = {name: count for name, count in counts(column, train).items() if count}
    ordered = sorted(present, key=lambda name: present[name])
    if draw.even or len(train) < MANY or len(ordered) < 2 or present[ordered[-1]] < UNEVEN * present[ordered[0]]:
        return
    few, many = ordered[0], ordered[-1]
    ratio = present[many] / present[few]
    text = (
        f"The classes of {column.name} are out of balance: {present[many]:,} samples of {many}, "
        f"but {present[few]:,} of {few} ({ratio:.1f} to 1), so guessing {many} pays. Draw every class equally often."
    )
    yield Issue("warning", "data-imbalance", text, fixes=(Fix("Draw every class equally often", balanced),))


def _sorted(column: Column, values: Tensor, split: Split, draw: Sampling) -> Iterator[Issue]:
    kinds = len(torch.bincount(values).nonzero())
    changes = int((values[1:] != values[:-1]).sum())
    if kinds < 2 or len(values) < FEW * kinds or changes != kinds - 1:
        return
    start = f"The samples come sorted by {column.name}"
    if isinstance(split, ByTime):
        advice = "so a split by time tests on classes that were never taught. Split by fractions"
        yield Issue("warning", "data-sorted", f"{start}, {advice}.")
    elif draw.mixes:
        yield Issue("hint", "data-sorted", f"{start}; keep shuffling on, or the network forgets what it saw first.")
    else:
        text = f"{start} and are not shuffled, so the network forgets what it saw first. Turn shuffling on."
        yield Issue("warning", "data-sorted", text, fixes=(Fix("Shuffle in every epoch", shuffled),))


def _untaught(column: Column, values: Tensor, parts: Mapping[PartName, Tensor]) -> Iterator[Issue]:
    taught = counts(column, values[parts["train"]])
    judged = counts(column, values[torch.cat([parts["validation"], parts["test"]])])
    lost = [name for name, count in judged.items() if count and not taught[name]]
    if lost:
        text = f"The class {lost[0]} of {column.name} is tested but never taught: no training sample has it"
        yield Issue("warning", "data-untaught", f"{text}. Use a stratified split, or add samples.")
