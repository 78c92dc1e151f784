"""Samples: the few samples of the data on which a network is looked at, as it is given them."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace

import torch
from torch import Tensor

from dlstudio.core.issue import ProjectProblem
from dlstudio.data.batches import Batches
from dlstudio.training.asking.question import Subject


def taken(subject: Subject, part: str, rows: Sequence[int]) -> Mapping[str, Tensor]:
    """The samples at these places of a part, in one batch on the device, with every column."""
    chosen = subject.part(part)
    known = [row for row in rows if 0 <= row < len(chosen)]
    if not known:
        raise ProjectProblem(f"The {part} part of the data has {len(chosen):,} samples; none of those pinned is there.")
    few = replace(chosen, indices=chosen.indices[torch.tensor(known)])
    with closing(Batches(few, len(known), device=subject.device, seed=0, shuffle=False)) as batches:
        return next(iter(batches.epoch(0)))


def inputs(subject: Subject, batch: Mapping[str, Tensor]) -> tuple[Tensor, ...]:
    """What of a batch goes into the network that the data is for, in order."""
    return tuple(batch[name] for name in subject.method.task.wiring.inputs.values())
