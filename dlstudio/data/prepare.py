"""Prepare: from what a project says about its data to three parts that can be trained with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch

from dlstudio.catalog.sources import Source, sources
from dlstudio.catalog.splits import Everything, splits
from dlstudio.core.document import Project
from dlstudio.core.frozen import Frozen, Value, freeze
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.core.meant import closest, did_you_mean
from dlstudio.data import implementations
from dlstudio.data.dataset import Column, Dataset
from dlstudio.data.declared import declared, kinds
from dlstudio.data.fitting import fitted
from dlstudio.data.leaks import leaks
from dlstudio.data.loading import Loaded, Place, load
from dlstudio.data.remarks import remarks
from dlstudio.data.sampling import KINDS, Sampling, sampling
from dlstudio.data.soundness import sound
from dlstudio.data.splitting import divide
from dlstudio.data.transformed import settled

__all__ = ["Part", "Prepared", "implementations", "prepare"]

KEYS = ("source", "split", "transforms", "bad_rows", "sampling", "shuffle", "inputs", "augment")
BAD_ROWS = ("stop", "skip")


@dataclass(frozen=True)
class Part:
    """The samples of a data set that train, that validate, or that test."""

    dataset: Dataset
    indices: torch.Tensor
    sampling: Sampling = Sampling()
    """How an epoch of training draws from it."""

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


def prepare(project: Project, *, folder: Path | None = None, seed: int = 0, settle: bool = True) -> Prepared:
    """Reads, splits and normalizes a project's data; `folder` is where its relative paths start.

    `seed` is for what is drawn at random on the way; the split has a seed of its own, so that runs can be compared.
    With `settle`, what memory allows is normalized once for all; without, whenever it is taken."""
    data = project.data
    _check(data)
    source, skip = _source(data), data.get("bad_rows") == "skip"
    loaded = sound(load(source, Place(folder or Path(), skip)), skip)
    split = declared(splits, _split(data, source, loaded))
    parts = divide(split, loaded)
    dataset, steps, found = fitted(data.get("transforms", ()), loaded.dataset, parts["train"], seed)
    draw = sampling(data.get("sampling", KINDS[0]), bool(data.get("shuffle", True)), dataset, parts["train"])
    issues = [*loaded.issues, *found, *remarks(loaded.dataset, parts, split, draw)]
    if not isinstance(split, Everything):
        issues += leaks(loaded.dataset, parts)
    ready = settled(dataset) if settle else dataset
    train = Part(ready, parts["train"], draw)
    validation, test = (Part(ready, parts[name], Sampling(shuffle=False)) for name in ("validation", "test"))
    kept = Frozen({**freeze(loaded.fitted), **({"transforms": tuple(step.plain() for step in steps)} if steps else {})})
    return Prepared(train, validation, test, ready.columns, kept, tuple(issues))


def _check(data: Mapping[str, Value]) -> None:
    for key in data:
        if key not in KEYS:
            advice = did_you_mean(closest(key, KEYS), f"It knows {', '.join(KEYS)}.")
            raise ProjectProblem(f"The data of a project has no entry “{key}”.{advice}")
    if data.get("bad_rows", "stop") not in BAD_ROWS:
        raise ProjectProblem("bad_rows must be stop or skip: whether a row that cannot be read stops everything.")


def _source(data: Mapping[str, Value]) -> Source:
    if "source" not in data:
        raise ProjectProblem(
            f"The project names no data. Give it a source: one of {kinds(sources)}; "
            "so data.source.kind=ImageFolder and data.source.folder=PATH take pictures of your own."
        )
    return declared(sources, data["source"])


def _split(data: Mapping[str, Value], source: Source, loaded: Loaded) -> Value:
    """What the project says; otherwise the parts that the data names, or what is usual for such data."""
    return data.get("split") or ({"kind": "Given"} if "train" in loaded.given else source.split)
