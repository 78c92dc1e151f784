"""Heads: the columns of the table of samples, and the order of samples by one of them."""

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from dlstudio.data.dataset import Column, Dataset
from dlstudio.data.progress import counted
from dlstudio.ui.panels.data.pictures import told

NAMED = 64
"""Vectors of so many numbers have a table column for each."""
WORDS = 80
"""So many symbols of a text are shown in a cell, and are what it is ordered by."""


def heads(columns: Mapping[str, Column]) -> tuple[str, ...]:
    """One for each number of a short vector, one for anything else."""
    return tuple(name for column in columns.values() for name in names(column))


def names(column: Column) -> list[str]:
    """The heads of one column."""
    if column.tensor.rank != 1 or column.tensor.dtype != "float" or column.tensor.size > NAMED:
        return [column.name]
    if column.tensor.size == 1:
        return [column.features[0] if column.features else column.name]
    return list(column.features) or [f"{column.name} {i + 1}" for i in range(column.tensor.size)]


def orderly(dataset: Dataset) -> frozenset[str]:
    """The heads by which samples can be put in order without reading files or comparing pictures."""
    return frozenset(
        name
        for column in dataset.columns.values()
        if dataset.resident or dataset.known(column.name) is not None
        for name in names(column)
        if not column.tensor.rank or len(names(column)) > 1 or column.tensor.size == 1 or _symbols(column)
    )


def ordered(dataset: Dataset, found: Tensor, by: str, fitted: Mapping[str, object], *, falling: bool) -> Tensor:
    """These samples by a head; equal ones stay in the order of the data."""
    if by not in orderly(dataset):
        return found
    column, place = next(each for each in _places(dataset.columns) if names(each[0])[each[1]] == by)
    known = dataset.known(column.name)
    values = dataset.take(found, (column.name,))[column.name] if known is None else known[found]
    if _symbols(column):
        texts = [told(value, column, fitted, WORDS) for value in counted(values, "Ordering texts", len(values))]
        keys = torch.tensor(_ranks(texts))
    else:
        keys = values.flatten(1)[:, place] if values.ndim > 1 else values
    order = torch.sort(keys.int() if keys.dtype == torch.bool else keys, stable=True, descending=falling).indices
    return found[order]


def _places(columns: Mapping[str, Column]) -> Iterator[tuple[Column, int]]:
    return ((column, place) for column in columns.values() for place in range(len(names(column))))


def _symbols(column: Column) -> bool:
    return bool(column.classes) and column.tensor.rank == 1 and column.tensor.dtype == "int"


def _ranks(texts: list[str]) -> list[int]:
    """For each text its place among the different ones."""
    places = {text: place for place, text in enumerate(sorted(set(texts), key=str.casefold))}
    return [places[text] for text in texts]
