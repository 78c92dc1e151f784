"""What the tests of augmentation share: small data sets, and one call that augments a batch."""

from typing import Any

import torch
from torch import Tensor

from dlstudio.core.document import Project
from dlstudio.core.frozen import Frozen, freeze
from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.augment.augment import Augment, build
from dlstudio.data.columns import IMAGE, Pair, classes, in_memory
from dlstudio.data.dataset import Column
from dlstudio.data.prepare import Part

Batch = dict[str, Tensor]


def random(*shape: int, seed: int = 0) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed))


def pictures(values: Tensor) -> Pair:
    return Column("image", Shape(tuple(values.shape[1:]), IMAGE)), values


def labels(count: int, names: str = "xyz") -> Pair:
    return classes("label", torch.arange(count) % len(names), [f"class {name}" for name in names])


def column(name: str, values: Tensor, axes: tuple[str, ...], **rest: Any) -> Pair:
    dtype = "float" if values.dtype.is_floating_point else "int"
    return Column(name, Shape(tuple(values.shape[1:]), axes, dtype), **rest), values  # type: ignore[arg-type]


def part(*pairs: Pair) -> Part:
    dataset = in_memory(*pairs)
    return Part(dataset, torch.arange(len(dataset)))


def project(*augment: dict[str, Any], **data: Any) -> Project:
    return Project(data=Frozen(freeze({"augment": list(augment), **data})))


def built(train: Part, *augment: dict[str, Any]) -> Augment:
    made = build(project(*augment), train)
    assert made is not None
    return made


def augmented(train: Part, *augment: dict[str, Any], seed: int = 0, take: int | None = None) -> Batch:
    """The first samples (or all), augmented."""
    batch = train.dataset.take(train.indices[:take])
    return built(train, *augment)(batch, torch.Generator().manual_seed(seed))
