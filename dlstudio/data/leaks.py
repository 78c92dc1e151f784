"""Leaks: samples that stand in two parts, which makes a network look better than it is."""

from collections.abc import Iterator, Mapping
from itertools import combinations

import torch
from torch import Tensor

from dlstudio.core.issue import Issue
from dlstudio.data.dataset import Dataset
from dlstudio.data.loading import PARTS, PartName
from dlstudio.data.statistics import chunks

MOST_READ = 20_000
"""Samples that have to be read from files are compared up to this number."""

NEAR = 1 << 14
"""Numbers that are mixed at once: so many stay in the processor's cache, which is eight times as fast."""
SHOWN = 3


def leaks(dataset: Dataset, parts: Mapping[PartName, Tensor]) -> Iterator[Issue]:
    """The pairs of parts that share samples, with how many and some of their names."""
    if not dataset.resident and len(dataset) > MOST_READ:
        return
    prints = {part: fingerprints(dataset, parts[part]) for part in PARTS}
    for one, two in combinations(PARTS, 2):
        shared = parts[two][torch.isin(prints[two], prints[one])]
        if len(shared):
            yield Issue("warning", "data-leak", _told(dataset, shared, one, two))


def _told(dataset: Dataset, shared: Tensor, one: str, two: str) -> str:
    names = ", ".join(dataset.where(index) for index in shared[:SHOWN].tolist())
    more = f" and {len(shared) - SHOWN:,} more" if len(shared) > SHOWN else ""
    stand = "sample of the {} part stands" if len(shared) == 1 else "samples of the {} part stand"
    return (
        f"{len(shared):,} {stand.format(two)} in the {one} part too ({names}{more}), "
        f"so the {two} results look better than they are. Take out the doubles, or split by a group."
    )


def fingerprints(dataset: Dataset, indices: Tensor) -> Tensor:
    """One number for each sample, equal where all its inputs are equal."""
    total = torch.zeros(len(indices), dtype=torch.int64)
    generator = torch.Generator().manual_seed(0x5EED)
    for column in dataset.columns.values():
        if column.role == "input":
            factors = torch.randint(-(2**63), 2**63 - 1, (max(column.tensor.size, 1),), generator=generator) | 1
            few = max(NEAR // max(column.tensor.size, 1), 1)
            pieces = (each for piece in chunks(dataset, indices, column.name) for each in torch.split(piece, few))
            total += torch.cat([_hashed(piece, factors) for piece in pieces] or [total])
    return total


def _hashed(values: Tensor, factors: Tensor) -> Tensor:
    """The bits of each number, mixed and summed up with random factors; −0 counts as 0."""
    flat = values.flatten(1) if values.ndim > 1 else values.unsqueeze(1)
    bits = (flat + 0.0).contiguous().view(torch.int32).long() if flat.is_floating_point() else flat.long()
    bits = bits.add(0x9E3779B9).mul_(-0x61C8864680B583EB)
    return bits.bitwise_xor_(bits >> 29).mul_(factors).sum(1)
