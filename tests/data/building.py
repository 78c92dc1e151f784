"""Projects for tests of data: what they say about their data, and nothing else."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from dlstudio.core.document import Project
from dlstudio.core.frozen import freeze
from dlstudio.data.columns import Pair, in_memory
from dlstudio.data.dataset import InMemory
from dlstudio.data.loading import Loaded
from dlstudio.data.prepare import Part, Prepared, prepare


def project(kind: str, /, *, data: dict[str, Any] | None = None, **fields: Any) -> Project:
    """A project with one source and, in `data`, what else it says."""
    return Project(data=freeze({"source": {"kind": kind, **fields}, **(data or {})}))


def prepared(kind: str, start: Path | None = None, /, *, data: dict[str, Any] | None = None, **fields: Any) -> Prepared:
    return prepare(project(kind, data=data, **fields), folder=start)


def loaded(*pairs: Pair) -> Loaded:
    return Loaded(in_memory(*pairs))


def every(part: Part) -> dict[str, Tensor]:
    """All samples of a part, in its order."""
    return part.dataset.take(part.indices)


def whole(dataset: InMemory) -> Part:
    return Part(dataset, torch.arange(len(dataset)))


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
