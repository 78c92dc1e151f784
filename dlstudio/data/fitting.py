"""Fitting: the project's transforms measured on the training part, one after the other."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import torch
from torch import Tensor

from dlstudio.catalog.transforms import Transform, transforms
from dlstudio.core.frozen import Value
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.data.dataset import Column, Dataset
from dlstudio.data.declared import declared
from dlstudio.data.normalizations import normalizations
from dlstudio.data.statistics import chunks
from dlstudio.data.transformed import Step, Transformed

MOST_READ = 20_000
"""Of samples that have to be read from files, so many are enough to measure by."""


def fitted(raw: Sequence[Value], dataset: Dataset, train: Tensor, seed: int) -> tuple[Dataset, list[Step], list[Issue]]:
    """The data set with all transforms on, the steps, and what was remarkable on the way."""
    sample, issues = _sampled(dataset, train, seed) if raw else (train, [])
    chain: list[Step] = []
    for each in raw:
        form = declared(transforms, each)
        before = Transformed(dataset, chain)
        for name in _columns(form, before.columns):
            values = partial(chunks, before, sample, name)
            measured = normalizations[form.kind].measure(form, before.columns[name], values)
            issues += _remarks(form, before.columns[name], values().__next__())
            chain.append(Step(name, form, measured))
    return Transformed(dataset, chain) if chain else dataset, chain, issues


def _sampled(dataset: Dataset, train: Tensor, seed: int) -> tuple[Tensor, list[Issue]]:
    if dataset.resident or len(train) <= MOST_READ:
        return train, []
    drawn = torch.randperm(len(train), generator=torch.Generator().manual_seed(seed))[:MOST_READ]
    text = f"The normalizations were measured on {MOST_READ:,} of the {len(train):,} training samples, drawn at random."
    return train[drawn.sort().values], [Issue("hint", "data-sampled-statistics", text)]


def _columns(form: Transform, columns: Mapping[str, Column]) -> list[str]:
    """The columns that a transform is for."""
    name = str(getattr(form, "column", ""))
    if not name:
        return [c.name for c in columns.values() if c.role == "input" and c.tensor.dtype == "float"]
    if name not in columns:
        raise ProjectProblem(f"{form.title} is for the column “{name}”; the data has {', '.join(columns)}.")
    if columns[name].classes and form.kind != "OneHotTransform" and columns[name].tensor.dtype == "int":
        raise ProjectProblem(
            f"{form.title} makes no sense for the column {name}, which holds classes; use OneHotTransform, or none."
        )
    return [name]


def _remarks(form: Transform, column: Column, values: Tensor) -> Iterator[Issue]:
    if form.kind in ("MinMax", "MinusOneToOne") and (name := _squeezed(column, values)):
        text = f"{form.title} is set by extreme numbers: nearly all of {name} lie in a tenth of its range"
        yield Issue("warning", "data-extremes", f"{text}. Standardize or Log is steadier.")


def _squeezed(column: Column, values: Tensor) -> str:
    """A feature of which 98 in 100 numbers lie in a tenth of its range, if there is one."""
    table = values.float().flatten(1)[:, :256]
    if len(table) < 50:
        return ""
    low, high = (torch.quantile(table, q, dim=0) for q in (0.01, 0.99))
    narrow = (high - low) < 0.1 * (table.amax(0) - table.amin(0))
    spots = narrow.nonzero().flatten().tolist()
    if not spots or column.tensor.rank > 1:
        return ""
    return column.features[spots[0]] if column.features else f"number {spots[0] + 1} of {column.name}"
