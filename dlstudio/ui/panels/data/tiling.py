"""Tiling: samples made into tiles, sheets and clouds of points; it runs in a thread, with torch."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from torch import Tensor

from dlstudio.data.dataset import Column, Dataset
from dlstudio.ui.panels.data.heads import WORDS, heads, names, orderly
from dlstudio.ui.panels.data.pictures import boxes, curve, grid_boxes, masked, picture, seen, short, told
from dlstudio.ui.panels.data.survey import Pick, Survey
from dlstudio.ui.panels.data.tile import Cloud, Entry, Page, Point, Sheet, Tile

POINTS = 4000
"""So many points are painted, evenly out of all."""
LONG = 20_000
"""So many letters of a text are shown of one sample."""

GRID = {"certainty", "middle", "extent", "kind"}
"""The columns of a detector's grid."""

Batch = Mapping[str, Tensor]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Samples to be seen: some of those that were picked."""

    survey: Survey
    pick: Pick
    first: int
    count: int
    sought: int = -1
    """A sample whose place shall be told."""


def page(wanted: Wanted) -> Page:
    """The tiles of some samples."""
    survey = wanted.survey
    chosen = survey.picked(wanted.pick)
    indices = chosen[wanted.first : wanted.first + wanted.count]
    made = tiles(survey, survey.raw, indices)
    places = (chosen == wanted.sought).nonzero().flatten().tolist() if wanted.sought >= 0 else []
    return Page(
        wanted.first, len(chosen), made, heads(survey.raw.columns), orderly(survey.raw), places[0] if places else -1
    )


def tiles(survey: Survey, dataset: Dataset, indices: Tensor) -> tuple[Tile, ...]:
    """How these samples look in one form of the data."""
    return drawn(survey, dataset.take(indices), dataset.columns, indices)


def drawn(survey: Survey, batch: Batch, columns: Mapping[str, Column], indices: Tensor) -> tuple[Tile, ...]:
    """How the samples of a batch look."""
    first = columns[survey.first().name]
    return tuple(
        _tile(survey, {name: value[i] for name, value in batch.items()}, columns, first, index)
        for i, index in enumerate(indices.tolist())
    )


def _tile(survey: Survey, sample: Batch, columns: Mapping[str, Column], first: Column, index: int) -> Tile:
    values = tuple(text for column in columns.values() for text in _values(survey, sample[column.name], column))
    title = ", ".join(
        told(sample[column.name], column, survey.loaded.fitted)
        for column in columns.values()
        if column.role == "target" and (column.label or column.tensor.size == 1)
    )
    tile = Tile(index, survey.raw.where(index), title, values=values)
    value = sample[first.name]
    if seen(first):
        return _pictured(tile, value, sample, columns, first)
    if first.tensor.form == "a signal":
        return replace(tile, curve=curve(value))
    if first.classes and first.tensor.rank == 1:
        return replace(tile, text=told(value, first, survey.loaded.fitted))
    return replace(tile, text=", ".join(values))


def _values(survey: Survey, value: Tensor, column: Column) -> list[str]:
    if len(names(column)) > 1:
        return [short(number) for number in value.tolist()]
    return [told(value, column, survey.loaded.fitted, WORDS)]


def _pictured(tile: Tile, value: Tensor, sample: Batch, columns: Mapping[str, Column], first: Column) -> Tile:
    """The picture, with the boxes and the mask that belong to it."""
    pixels = first.tensor.shape[-2:]
    mask = next((c for c in columns.values() if c is not first and _is_mask(c, pixels)), None)
    boxed = next(
        (c for c in columns.values() if c is not first and "box" in c.name and c.tensor.shape[-1:] == (4,)), None
    )
    kinds = next(
        (c for c in columns.values() if boxed and c.classes and c.tensor.shape == boxed.tensor.shape[:-1]), None
    )
    shown = masked(value, first, sample[mask.name]) if mask and value.ndim == 3 else picture(value, first)
    called = [kinds.classes[n] for n in sample[kinds.name].flatten().tolist()] if kinds else []
    found = boxes(sample[boxed.name], first.tensor, called) if boxed else ()
    if columns.keys() >= GRID and columns["kind"].classes:
        found = grid_boxes(sample["certainty"], sample["middle"], sample["extent"], sample["kind"], columns["kind"])
    return replace(tile, picture=shown, boxes=found)


def _is_mask(column: Column, pixels: tuple[int, ...]) -> bool:
    tensor = column.tensor
    return tensor.dtype == "int" and tensor.shape == pixels and bool(column.classes)


def sheet(asked: tuple[Survey, Pick, int]) -> Sheet:
    """One sample with all its columns."""
    survey, pick, place = asked
    at = survey.picked(pick)[place : place + 1]
    batch = survey.raw.take(at)
    entries = []
    for column in survey.raw.columns.values():
        value = batch[column.name][0]
        shown = picture(value, column, film=True) if seen(column) else None
        wave = curve(value, 600) if column.tensor.form == "a signal" else ()
        text = told(value, column, survey.loaded.fitted, LONG)
        entries.append(Entry(column.name, column.role, column.tensor.describe(), text, shown, wave))
    return Sheet(tiles(survey, survey.raw, at)[0], tuple(entries))


def cloud(asked: tuple[Survey, Pick]) -> Cloud:
    """The samples as points of the plane, coloured by their class."""
    survey, pick = asked
    chosen = survey.picked(pick)
    some = chosen[:: max(1, -(-len(chosen) // POINTS))]
    first = survey.first()
    targets = [column for column in survey.raw.columns.values() if column.role == "target"]
    label = next((column for column in targets if column.label), None)
    batch = survey.raw.take(some)
    x = batch[first.name]
    line = x.shape[1] == 1
    y = batch[targets[0].name].float().flatten() if line else x[:, 1]
    labels = batch[label.name].tolist() if label else [0] * len(some)
    axes = names(first)
    points = zip(x[:, 0].tolist(), y.tolist(), labels, some.tolist(), strict=True)
    return Cloud(
        tuple(Point(*each) for each in points),
        len(chosen),
        (axes[0], targets[0].name if line else axes[1]),
        label.classes if label else (),
        line,
    )
