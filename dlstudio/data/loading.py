"""Loading: from a declared source to its samples; each kind of source has one loader of the same name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

import torch

from dlstudio.catalog.sources.source import Source, sources
from dlstudio.core.frozen import Value
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.data.dataset import Dataset

PartName = Literal["train", "validation", "test"]
PARTS: tuple[PartName, ...] = ("train", "validation", "test")


@dataclass(frozen=True)
class Place:
    """Where relative paths start, and whether a row that cannot be read is left out or stops everything."""

    folder: Path = Path()
    skip: bool = False


@dataclass(frozen=True)
class Loaded:
    """What a source gave: samples, the parts that it names itself, and what was remarkable."""

    dataset: Dataset
    given: Mapping[PartName, torch.Tensor] = field(default_factory=dict)
    order: Mapping[str, torch.Tensor] = field(default_factory=dict)
    """Columns that say only when a sample was taken, as numbers that grow."""
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What further columns say of each sample, for a split that goes by words."""
    fitted: Mapping[str, Value] = field(default_factory=dict)
    """What must be kept to read new samples the same way, such as a vocabulary."""
    issues: tuple[Issue, ...] = ()


Loader = Callable[[Any, Place], Loaded]
loaders: dict[str, Loader] = {}

L = TypeVar("L", bound=Loader)


def loads(kind: str) -> Callable[[L], L]:
    """Binds a loader to the source of that name."""

    def bind(loader: L) -> L:
        assert kind in sources, kind
        assert kind not in loaders, kind
        loaders[kind] = loader
        return loader

    return bind


def load(source: Source, place: Place) -> Loaded:
    """The samples of a source, or a ProjectProblem that names file and row."""
    loaded = loaders[source.kind](source, place)
    if not len(loaded.dataset):
        raise ProjectProblem(
            f"The data source {source.title} holds no samples. Choose another, or look into its files."
        )
    return loaded
