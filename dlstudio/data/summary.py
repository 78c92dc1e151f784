"""Summary: what there is to know about prepared data before anything is trained with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from dlstudio.core.frozen import Frozen
from dlstudio.data.dataset import Column, Dataset
from dlstudio.data.prepare import Part, Prepared
from dlstudio.data.remarks import counts
from dlstudio.data.statistics import Moments, chunks, lined, moments
from dlstudio.data.transformed import Transformed

MOST = 20_000
"""Statistics of more samples than this are those of so many of them, evenly apart."""
NAMED = 64
"""Features of longer vectors are not listed one by one."""
FAR = 6.0
"""So many spreads away from the mean, a number is an outlier."""


@dataclass(frozen=True)
class Statistics:
    """The extremes, mean and spread of numbers, and what is remarkable about them."""

    low: float
    high: float
    mean: float
    std: float
    outliers: int = 0
    one_sided: bool = False
    """Whether all numbers have one sign, which makes gradients of a first layer all point the same way."""
    constant: bool = False


@dataclass(frozen=True)
class Feature:
    """One number of a vector, as the data holds it and as the network gets it."""

    name: str
    before: Statistics
    after: Statistics


@dataclass(frozen=True)
class ColumnSummary:
    """One column: its shape, its classes with their counts in each part, or its statistics on the training part."""

    name: str
    role: str
    form: str
    shape: tuple[int, ...]
    dtype: str
    balance: Mapping[str, Mapping[str, int]] = Frozen()
    before: Statistics | None = None
    after: Statistics | None = None
    features: tuple[Feature, ...] = ()


@dataclass(frozen=True)
class Summary:
    """All columns, the sizes of the parts, what was fitted, and the issues as sentences."""

    total: int
    samples: Mapping[str, int]
    columns: tuple[ColumnSummary, ...]
    fitted: Mapping[str, Any]
    issues: tuple[str, ...]


def summary(prepared: Prepared) -> Summary:
    """Looks the data over; data prepared without settling also shows its numbers before the transforms."""
    return Summary(
        total=len(prepared.train.dataset),
        samples={name: len(part) for name, part in prepared.parts.items()},
        columns=tuple(_column(prepared, column) for column in prepared.columns.values()),
        fitted=prepared.fitted,
        issues=tuple(f"{issue.severity}: {issue.text}" for issue in prepared.issues),
    )


def _column(prepared: Prepared, column: Column) -> ColumnSummary:
    tensor = column.tensor
    start = (column.name, column.role, tensor.form, tensor.shape, tensor.dtype)
    if column.label:
        return ColumnSummary(*start, balance=_balance(prepared, column))
    if tensor.dtype != "float" or not len(prepared.train):
        return ColumnSummary(*start)
    dataset = prepared.train.dataset
    raw = dataset.inner if isinstance(dataset, Transformed) else dataset
    after, before = (_measured(each, prepared.train, column.name) for each in (dataset, raw))
    same = raw.columns[column.name].tensor == tensor
    return ColumnSummary(
        *start, before=before[0], after=after[0], features=_features(column, before[1], after[1], same)
    )


def _balance(prepared: Prepared, column: Column) -> dict[str, dict[str, int]]:
    known = prepared.train.dataset.known(column.name)
    if known is None:
        return {}
    return {name: counts(column, known[part.indices]) for name, part in prepared.parts.items()}


def _features(column: Column, before: list[Statistics], after: list[Statistics], same: bool) -> tuple[Feature, ...]:
    if column.tensor.rank != 1 or not 1 < column.tensor.size <= NAMED or not same:
        return ()
    names = column.features or [f"{column.name} {i + 1}" for i in range(column.tensor.size)]
    return tuple(Feature(*each) for each in zip(names, before, after, strict=True))


def _measured(dataset: Dataset, part: Part, name: str) -> tuple[Statistics, list[Statistics]]:
    """The statistics of a whole column, and of each number of a short vector."""
    indices = part.indices[:: max(1, -(-len(part) // MOST))]
    column = dataset.columns[name]
    single = column.tensor.rank == 1 and column.tensor.size <= NAMED
    axes = (None, 0) if single else (None,)
    whole, *each = (_table(dataset, indices, name, axis) for axis in axes)
    return whole[0], each[0] if each else []


def _table(dataset: Dataset, indices: Tensor, name: str, axis: int | None) -> list[Statistics]:
    found = moments(lined(piece, axis) for piece in chunks(dataset, indices, name))
    far = torch.zeros(len(found.mean))
    for piece in chunks(dataset, indices, name):
        far += ((lined(piece, axis) - found.mean).abs() > FAR * found.std()).sum(0)
    return [_statistics(found, i, int(far[i])) for i in range(len(found.mean))]


def _statistics(found: Moments, i: int, far: int) -> Statistics:
    low, high = float(found.low[i]), float(found.high[i])
    return Statistics(
        low,
        high,
        float(found.mean[i]),
        float(found.std()[i]),
        far,
        one_sided=low >= 0 or high <= 0,
        constant=low == high,
    )
