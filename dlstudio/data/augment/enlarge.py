"""Enlarge: a training set made larger once for all, by changed copies of its samples."""

import torch
from torch import Tensor

from dlstudio.core.issue import ProjectProblem
from dlstudio.data.augment.augment import Augment
from dlstudio.data.batches import mixed
from dlstudio.data.dataset import InMemory
from dlstudio.data.prepare import Part

AT_ONCE = 256
"""So many samples are changed together."""


def enlarge(train: Part, augment: Augment, factor: int, *, seed: int = 0) -> InMemory:
    """The samples of the training part as they are, then factor − 1 changed copies of all of them, in memory.

    Its length is the part's length × factor."""
    if factor < 1:
        raise ProjectProblem(f"A training set is enlarged by a whole factor of at least 1, not {factor}.")
    pieces = [_copy(train, augment, copy, seed) for copy in range(factor)]
    for piece in pieces:
        _same_shapes(train, piece)
    values = {name: torch.cat([piece[name] for piece in pieces]) for name in pieces[0]}
    where = train.dataset.where
    places = tuple(where(index) for index in train.indices.tolist()) * factor
    return InMemory(train.dataset.columns, values, places=places)


def _copy(train: Part, augment: Augment, copy: int, seed: int) -> dict[str, Tensor]:
    """All samples once: as they are in copy 0, changed in the others."""
    made = []
    for first in range(0, max(len(train), 1), AT_ONCE):
        batch = train.dataset.take(train.indices[first : first + AT_ONCE])
        made.append(augment(batch, torch.Generator().manual_seed(mixed(seed, copy, first))) if copy else batch)
    return {name: torch.cat([batch[name] for batch in made]) for name in made[0]}


def _same_shapes(train: Part, values: dict[str, Tensor]) -> None:
    for name, column in train.dataset.columns.items():
        if tuple(values[name].shape[1:]) != column.tensor.shape:
            raise ProjectProblem(
                f"The column {name} would no longer be {column.tensor.describe()}. "
                "Mixed targets and crops to another size are for training on the fly; take them out to enlarge."
            )
