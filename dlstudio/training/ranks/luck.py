"""Luck: the random states of all ranks, each of which draws for itself and repeats itself."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from dlstudio.data.batches import mixed
from dlstudio.training import randomness
from dlstudio.training.ranks.rank import Ranks


def part_ways(seed: int, ranks: Ranks, step: int = 0) -> None:
    """Every rank but the first, which goes on as one process would, draws numbers of its own."""
    if not ranks.first:
        randomness.seed(mixed(seed, ranks.rank, step) >> 1)


def states(ranks: Ranks, device: torch.device) -> list[dict[str, Any]]:
    """The random states of all ranks."""
    file = io.BytesIO()
    torch.save(randomness.state(device), file)
    return [torch.load(io.BytesIO(said), weights_only=True) for said in ranks.each(file.getvalue())]


def restore(each: Sequence[Mapping[str, Any]], seed: int, step: int, ranks: Ranks, device: torch.device) -> None:
    """Each rank goes on where it stood; where there were more or fewer, they draw anew from the seed."""
    if len(each) == ranks.world:
        randomness.restore(dict(each[ranks.rank]), device)
    else:
        part_ways(seed, ranks, step)
