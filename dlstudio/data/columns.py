"""Columns made from arrays: a vector of features, a class, an image."""

from collections.abc import Mapping, Sequence

import torch

from dlstudio.core.tensor import CHANNEL, HEIGHT, WIDTH, Tensor
from dlstudio.data.dataset import Column, InMemory, Role

IMAGE = (CHANNEL, HEIGHT, WIDTH)

Pair = tuple[Column, torch.Tensor]


def numbers(name: str, values: torch.Tensor, role: Role = "input", features: Sequence[str] = ()) -> Pair:
    """Real numbers; one a sample is a vector of one, since that is what a network's last layer gives."""
    values = values.float()
    values = values.unsqueeze(1) if values.ndim == 1 else values
    return Column(name, Tensor.of(*values.shape[1:]), role=role, features=tuple(map(str, features))), values


def images(name: str, values: torch.Tensor) -> Pair:
    """Pictures, as N×channels×height×width."""
    return Column(name, Tensor(tuple(values.shape[1:]), IMAGE)), values


def classes(name: str, values: torch.Tensor, names: Sequence[str], role: Role = "target") -> Pair:
    """One class for each sample."""
    return Column(name, Tensor.of(dtype="int"), tuple(map(str, names)), role), values.long()


def in_memory(*pairs: Pair, scales: Mapping[str, float] | None = None, places: tuple[str, ...] = ()) -> InMemory:
    """A data set of these columns."""
    columns = {column.name: column for column, _ in pairs}
    return InMemory(columns, {column.name: values for column, values in pairs}, scales, places)
