"""Transformed: a data set whose columns are normalized as they are taken, or once for all where memory allows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from dlstudio.catalog.transforms import Transform, transforms
from dlstudio.core.frozen import Frozen, Value, freeze
from dlstudio.data.dataset import DTYPES, Column, Dataset, Device, InMemory
from dlstudio.data.declared import declared
from dlstudio.data.normalizations import normalizations
from dlstudio.data.statistics import AT_ONCE

AT_MOST = 512 * 2**20
"""How many bytes a column may take when it is normalized once for all."""


@dataclass(frozen=True)
class Step:
    """One transform of one column, with what it measured on the training part."""

    column: str
    form: Transform
    measured: Mapping[str, Tensor]

    def apply(self, x: Tensor) -> Tensor:
        return normalizations[self.form.kind].apply(self.form, self._like(x), x)

    def invert(self, y: Tensor) -> Tensor:
        return normalizations[self.form.kind].invert(self.form, self._like(y), y)

    def after(self, column: Column) -> Column:
        return normalizations[self.form.kind].column(self.form, self.measured, column)

    def _like(self, x: Tensor) -> dict[str, Tensor]:
        """What was measured, where and as precise as the numbers that it meets."""
        wanted = x.dtype if x.dtype.is_floating_point else torch.float32
        return {name: value.to(x.device, wanted) for name, value in self.measured.items()}

    def plain(self) -> Frozen[str, Value]:
        """The step as a project or an export can keep it."""
        fields = {"kind": self.form.kind, **self.form.changed(), "column": self.column}
        measured = {name: value.tolist() for name, value in self.measured.items()}
        plain: Frozen[str, Value] = freeze({**fields, "measured": measured})
        return plain


def restored(plain: Mapping[str, Value]) -> Step:
    """The step that was kept."""
    form = declared(transforms, {name: value for name, value in plain.items() if name != "measured"})
    measured = {name: torch.tensor(value, dtype=torch.float64) for name, value in plain["measured"].items()}
    return Step(plain["column"], form, measured)


def steps(fitted: Mapping[str, Value]) -> list[Step]:
    """The steps among what was fitted."""
    return [restored(plain) for plain in fitted.get("transforms", ())]


def apply(fitted: Mapping[str, Value], batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Raw values made into what the network was trained with."""
    made = dict(batch)
    for step in steps(fitted):
        if step.column in made:
            made[step.column] = step.apply(made[step.column])
    return made


def invert(fitted: Mapping[str, Value], column: str, values: Tensor) -> Tensor:
    """Normalized values, such as predictions of a target, turned back into the units of the data."""
    for step in reversed(steps(fitted)):
        values = step.invert(values) if step.column == column else values
    return values


class Transformed(Dataset):
    """Another data set with steps applied to what is taken from it."""

    def __init__(self, inner: Dataset, chain: Sequence[Step]) -> None:
        self.inner, self.chain = inner, tuple(chain)
        columns = dict(inner.columns)
        for step in self.chain:
            columns[step.column] = step.after(columns[step.column])
        self.columns: Mapping[str, Column] = columns

    def __len__(self) -> int:
        return len(self.inner)

    def take(self, indices: Tensor, names: Collection[str] | None = None) -> dict[str, Tensor]:
        return self._applied(self.inner.take(indices, names))

    def _applied(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        for step in self.chain:
            if step.column in batch:
                batch[step.column] = step.apply(batch[step.column])
        return batch

    @property
    def resident(self) -> bool:
        return self.inner.resident

    def to(self, device: Device) -> Dataset:
        return Transformed(self.inner.to(device), self.chain)

    def known(self, name: str) -> Tensor | None:
        values = self.inner.known(name)
        return None if values is None else self._applied({name: values})[name]

    def where(self, index: int) -> str:
        return self.inner.where(index)


def settled(dataset: Dataset) -> Dataset:
    """The data set with small columns made ready once for all, so that an epoch only has to gather."""
    inner = dataset.inner if isinstance(dataset, Transformed) else dataset
    if not isinstance(inner, InMemory):
        return dataset
    chain = dataset.chain if isinstance(dataset, Transformed) else ()
    busy = {step.column for step in chain} | inner.scales.keys()
    ready = {name for name in busy if _size(dataset.columns[name], len(inner)) <= AT_MOST}
    values = {name: _made(dataset, name) if name in ready else value for name, value in inner.values.items()}
    columns = {name: dataset.columns[name] if name in ready else column for name, column in inner.columns.items()}
    scales = {name: scale for name, scale in inner.scales.items() if name not in ready}
    made = InMemory(columns, values, scales, inner.places)
    rest = [step for step in chain if step.column not in ready]
    return Transformed(made, rest) if rest else made


def _size(column: Column, count: int) -> int:
    return count * column.tensor.size * DTYPES[column.tensor.dtype].itemsize


def _made(dataset: Dataset, name: str) -> Tensor:
    """A whole column, filled piece by piece so that nothing is in memory twice."""
    column, count = dataset.columns[name], len(dataset)
    whole = torch.empty((count, *column.tensor.shape), dtype=DTYPES[column.tensor.dtype])
    for first in range(0, count, AT_ONCE):
        indices: Any = torch.arange(first, min(first + AT_ONCE, count))
        whole[first : first + AT_ONCE] = dataset.take(indices, (name,))[name]
    return whole
