"""Sampling: in which order, and how often, an epoch draws the samples of a part."""

from dataclasses import dataclass

import torch
from torch import Tensor

from dlstudio.core.issue import ProjectProblem
from dlstudio.data.dataset import Dataset

KINDS = ("as it is", "balanced", "weighted")
"""As it is: each sample once. Balanced: every class equally often, to within one (the sources' label shuffle).
Weighted: drawn at random, rare classes likelier."""


@dataclass(frozen=True)
class Sampling:
    """How an epoch draws: shuffled or in order, by weights, or every class equally often."""

    shuffle: bool = True
    weights: Tensor | None = None
    labels: Tensor | None = None

    @property
    def even(self) -> bool:
        """Whether every class is drawn equally often."""
        return self.weights is not None or self.labels is not None

    @property
    def mixes(self) -> bool:
        """Whether the order differs from that of the part."""
        return self.shuffle or self.even

    def order(self, count: int, generator: torch.Generator) -> Tensor:
        """Positions in the part, as many as it has samples."""
        if self.weights is not None:
            return torch.multinomial(self.weights.double(), count, replacement=True, generator=generator)
        if self.labels is not None:
            return _balanced(self.labels, generator)
        return torch.randperm(count, generator=generator) if self.shuffle else torch.arange(count)


def _balanced(labels: Tensor, generator: torch.Generator) -> Tensor:
    """Each class shuffled and repeated, or cut short, until all are equally many; then everything shuffled."""
    kinds = [label for label, size in enumerate(torch.bincount(labels).tolist()) if size]
    luck = torch.randperm(len(kinds), generator=generator).tolist()
    whole, rest = divmod(len(labels), len(kinds))
    drawn = []
    for label, place in zip(kinds, luck, strict=True):
        members = (labels == label).nonzero().flatten()
        wanted = whole + (place < rest)
        rounds = [members[torch.randperm(len(members), generator=generator)] for _ in range(-(-wanted // len(members)))]
        drawn.append(torch.cat([*rounds, members[:0]])[:wanted])
    order = torch.cat(drawn)
    return order[torch.randperm(len(order), generator=generator)]


def class_weights(labels: Tensor) -> Tensor:
    """For each sample one over the size of its class, so that all classes are drawn equally often on average."""
    return torch.bincount(labels).clamp(min=1).double().reciprocal()[labels]


def sampling(kind: str, shuffle: bool, dataset: Dataset, indices: Tensor) -> Sampling:
    """What the project asks for, for these samples."""
    if kind not in KINDS:
        raise ProjectProblem(f"There is no sampling “{kind}”; choose one of {', '.join(KINDS)}.")
    if kind == "as it is":
        return Sampling(shuffle)
    labels = labels_of(dataset)
    if labels is None:
        raise ProjectProblem(f"The sampling “{kind}” needs a target that is a class, and the data has none.")
    mine = labels[indices]
    return Sampling(weights=class_weights(mine)) if kind == "weighted" else Sampling(labels=mine)


def labels_of(dataset: Dataset) -> Tensor | None:
    """The values of the first target that is a class, where they are known."""
    columns = dataset.columns.values()
    return next((dataset.known(c.name) for c in columns if c.label and c.role == "target"), None)
