"""Prepare: from what a project says about its data to three parts that can be trained with."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch

from dlstudio.catalog.sources import Source, sources
from dlstudio.catalog.splits import splits
from dlstudio.core.document import Project
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.data import implementations
from dlstudio.data.dataset import Column, Dataset
from dlstudio.data.declared import declared, kinds
from dlstudio.data.loading import Loaded, Place, load
from dlstudio.data.splitting import divide

__all__ = ["Part", "Prepared", "implementations", "prepare"]

KEYS = ("source", "split", "transforms", "bad_rows", "sampling", "inputs", "augment")
BAD_ROWS = ("stop", "skip")


@dataclass(frozen=True)
class Part:
    """The samples of a data set that train, that validate, or that test."""

    dataset: Dataset
    indices: torch.Tensor

    def __len__(self) -> int:
        return len(self.indices)


@dataclass(frozen=True)
class Prepared:
    """Everything that training needs to know of the data."""

    train: Part
    validation: Part
    test: Part
    columns: Mapping[str, Column]
    fitted: Mapping[str, Value] = field(default_factory=Frozen)
    """What was learnt from the training part alone: statistics of normalizations, vocabularies; plain values."""
    issues: tuple[Issue, ...] = ()

    @property
    def parts(self) -> dict[str, Part]:
        return {"train": self.train, "validation": self.validation, "test": self.test}


def prepare(project: Project, *, folder: Path | None = None, seed: int = 0) -> Prepared:
    """Reads, splits and normalizes a project's data; `folder` is where its relative paths start.

    `seed` is for what is drawn at random on the way; the split has a seed of its own, so that runs can be compared."""
    data = project.data
    _check(data)
    source = _source(data)
    loaded = load(source, Place(folder or Path(), skip=data.get("bad_rows") == "skip"))
    parts = divide(declared(splits, _split(data, source, loaded)), loaded)
    train, validation, test = (Part(loaded.dataset, parts[name]) for name in ("train", "validation", "test"))
    return Prepared(train, validation, test, loaded.dataset.columns, Frozen(loaded.fitted), loaded.issues)


def _check(data: Mapping[str, Value]) -> None:
    for key in data:
        if key not in KEYS:
            close = difflib.get_close_matches(key, KEYS, n=1)
            advice = f"Did you mean “{close[0]}”?" if close else f"It knows {', '.join(KEYS)}."
            raise ProjectProblem(f"The data of a project has no entry “{key}”. {advice}")
    if data.get("bad_rows", "stop") not in BAD_ROWS:
        raise ProjectProblem("bad_rows must be stop or skip: whether a row that cannot be read stops everything.")


def _source(data: Mapping[str, Value]) -> Source:
    if "source" not in data:
        raise ProjectProblem(f"The project names no data. Give it a source: one of {kinds(sources)}.")
    return declared(sources, data["source"])


def _split(data: Mapping[str, Value], source: Source, loaded: Loaded) -> Value:
    """What the project says; otherwise the parts that the data names, or what is usual for such data."""
    return data.get("split") or ({"kind": "Given"} if "train" in loaded.given else source.split)
