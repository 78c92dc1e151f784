"""Surveyor: looks a project's data over in a thread, and remembers what was read last."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import torch
from torch import Tensor

from dlstudio.catalog.augmentations import augmentations
from dlstudio.catalog.sources import Source, sources
from dlstudio.catalog.sources.files import Table
from dlstudio.catalog.splits import Everything, Split, splits
from dlstudio.core.frozen import Frozen, Value, exact
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.data import implementations
from dlstudio.data.augment.check import chosen
from dlstudio.data.augment.doubts import doubts
from dlstudio.data.cells import read
from dlstudio.data.dataset import Column
from dlstudio.data.declared import declared
from dlstudio.data.fitting import fitted
from dlstudio.data.leaks import leaks
from dlstudio.data.loading import Loaded, Place, load
from dlstudio.data.paths import file, stamps
from dlstudio.data.progress import begun
from dlstudio.data.remarks import counts, remarks
from dlstudio.data.roles import as_word, roles
from dlstudio.data.sampling import KINDS, Sampling, sampling
from dlstudio.data.soundness import sound
from dlstudio.data.splitting import divide
from dlstudio.data.transformed import Step, Transformed
from dlstudio.ui.panels.data.facts import Asked, ColumnFact, Face, Facts, TableColumn
from dlstudio.ui.panels.data.fits import fits
from dlstudio.ui.panels.data.survey import Survey

__all__ = ["Surveyor", "implementations"]

Mistakes = dict[str, str]


class Surveyor:
    """Answers what there is to know about the data of a project."""

    def __init__(self) -> None:
        self._key: object = None
        self._loaded: Loaded | None = None
        self._table: tuple[TableColumn, ...] | None = None

    def look(self, asked: Asked) -> Facts:
        """Everything, as far as mistakes let it."""
        mistakes: Mistakes = {}
        raw = asked.project.data
        begun("Reading the data")
        source = self._source(raw, mistakes)
        if source is None:
            return Facts(mistakes=mistakes)
        self._renew(raw, asked.folder)
        table = self._columns(source, asked.folder) if isinstance(source, Table) else ()
        loaded = self._read(source, raw, asked.folder, mistakes)
        if loaded is None:
            return Facts(mistakes=mistakes, table=table)
        begun("Dividing and normalizing")
        split, parts = _divided(raw, source, loaded, mistakes)
        steps, found = _steps(raw, loaded, parts["train"], mistakes)
        survey = Survey(loaded, parts, steps, tuple(_listed(raw, "augment")))
        begun("Looking for leaks")
        draw = _draw(raw, survey, mistakes)
        issues = [*loaded.issues, *found, *remarks(loaded.dataset, parts, split, draw)]  # type: ignore[arg-type]
        if not isinstance(split, Everything):
            issues += leaks(loaded.dataset, parts)  # type: ignore[arg-type]
        issues += _augmented(raw, survey, mistakes)
        columns = survey.ready.columns
        first = survey.first()
        return Facts(
            total=len(loaded.dataset),
            parts={name: len(indices) for name, indices in parts.items()},
            columns=tuple(_fact(column) for column in loaded.dataset.columns.values()),
            issues=tuple(issues),
            mistakes=mistakes,
            balance={
                column.name: _balance(survey, column) for column in loaded.dataset.columns.values() if column.label
            },
            table=table,
            fits=tuple(fits(asked.project, columns)),
            face=_face(first),
            plane=_plane(survey, first),
            split=split.kind,
            survey=survey,
        )

    def _source(self, raw: Mapping[str, Value], mistakes: Mistakes) -> Source | None:
        try:
            return declared(sources, raw.get("source"))
        except ProjectProblem as problem:
            mistakes["source"] = str(problem)
        return None

    def _renew(self, raw: Mapping[str, Value], folder: Path) -> None:
        """Forgets what was read where anything of that changed."""
        said = {"source": raw["source"], "skip": raw.get("bad_rows") == "skip"}
        key = exact(Frozen({**said, "folder": str(folder), "files": stamps(raw["source"], folder)}))
        if key != self._key:
            self._key, self._loaded, self._table = key, None, None

    def _columns(self, source: Table, folder: Path) -> tuple[TableColumn, ...]:
        """The columns of a table file."""
        if self._table is None:
            self._table = _table(source, folder)
        return self._table

    def _read(self, source: Source, raw: Mapping[str, Value], folder: Path, mistakes: Mistakes) -> Loaded | None:
        """The samples; what cannot be read is tried again the next time."""
        if self._loaded is None:
            skip = raw.get("bad_rows") == "skip"
            try:
                self._loaded = sound(load(source, Place(folder, skip)), skip)
            except ProjectProblem as problem:
                mistakes["source"] = str(problem)
            except (MemoryError, RuntimeError) as problem:
                if not isinstance(problem, MemoryError) and "alloc" not in str(problem):
                    raise
                mistakes["source"] = "The data does not fit into memory. Take fewer or smaller samples."
        return self._loaded


def _table(source: Table, folder: Path) -> tuple[TableColumn, ...]:
    """The columns of the file with the roles that they have, also where the rows cannot be used."""
    try:
        cells = read(file(Place(folder), source.file, "the file of the table"), source.delimiter)
    except ProjectProblem:
        return ()
    try:
        found: Mapping[str, str] = roles(source, cells)
    except ProjectProblem:
        found = {name: str(role) for name, role in source.roles.items()}
    return tuple(
        TableColumn(name, found.get(name, ""), as_word(next(iter(values), "")))
        for name, values in cells.columns.items()
    )


def _divided(
    raw: Mapping[str, Value], source: Source, loaded: Loaded, mistakes: Mistakes
) -> tuple[Split, dict[str, Tensor]]:
    """The parts; where they cannot be made everything is for training."""
    said = raw.get("split") or ({"kind": "Given"} if "train" in loaded.given else source.split)
    try:
        split = declared(splits, said)
        return split, dict(divide(split, loaded))  # type: ignore[arg-type]
    except ProjectProblem as problem:
        mistakes["split"] = str(problem)
    none = torch.empty(0, dtype=torch.long)
    return Everything(), {"train": torch.arange(len(loaded.dataset)), "validation": none, "test": none}


def _listed(raw: Mapping[str, Value], entry: str) -> tuple[Value, ...]:
    listed = raw.get(entry, ())
    return tuple(listed) if isinstance(listed, tuple | list) else ()


def _steps(
    raw: Mapping[str, Value], loaded: Loaded, train: Tensor, mistakes: Mistakes
) -> tuple[tuple[Step, ...], list[Issue]]:
    """The transforms that work, each measured behind those before it."""
    steps: list[Step] = []
    issues: list[Issue] = []
    for place, each in enumerate(_listed(raw, "transforms")):
        try:
            before = Transformed(loaded.dataset, steps) if steps else loaded.dataset
            _, found, told = fitted((each,), before, train, 0)
            steps += found
            issues += told
        except ProjectProblem as problem:
            mistakes[f"transforms/{place}"] = str(problem)
    return tuple(steps), issues


def _draw(raw: Mapping[str, Value], survey: Survey, mistakes: Mistakes) -> Sampling:
    shuffle = bool(raw.get("shuffle", True))
    try:
        return sampling(raw.get("sampling", KINDS[0]), shuffle, survey.ready, survey.parts["train"])
    except ProjectProblem as problem:
        mistakes["draw"] = str(problem)
    return Sampling(shuffle)


def _augmented(raw: Mapping[str, Value], survey: Survey, mistakes: Mistakes) -> Iterator[Issue]:
    """What is unwise about the augmentations; those that cannot work are mistakes at their place."""
    columns = survey.ready.columns
    for place, each in enumerate(_listed(raw, "augment")):
        try:
            form = declared(augmentations, each)
            column = chosen(form, columns)
        except ProjectProblem as problem:
            mistakes[f"augment/{place}"] = str(problem)
        else:
            yield from doubts(form, column, place, columns)


def _fact(column: Column) -> ColumnFact:
    return ColumnFact(column.name, column.role, column.tensor.describe(), column.classes, column.label)


def _balance(survey: Survey, column: Column) -> dict[str, dict[str, int]]:
    known = survey.raw.known(column.name)
    if known is None:
        return {}
    return {name: counts(column, known[indices]) for name, indices in survey.parts.items()}


def _face(column: Column) -> Face:
    form, rank = column.tensor.form, column.tensor.rank
    if form in ("an image", "a map", "a clip", "a volume") or (form == "a sequence" and column.tensor.dtype == "float"):
        return "pictures"
    if form == "a signal":
        return "waves"
    return "texts" if rank == 1 and column.classes else "rows"


def _plane(survey: Survey, first: Column) -> bool:
    """Two numbers go in, or one goes in and one comes out."""
    if first.tensor.form != "a vector" or first.tensor.dtype != "float":
        return False
    targets = [column for column in survey.raw.columns.values() if column.role == "target"]
    alone = bool(targets) and targets[0].tensor.size == 1
    return first.tensor.size == 2 or (first.tensor.size == 1 and alone)
