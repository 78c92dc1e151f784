"""Soundness: samples that hold no numbers (NaN, infinity) stop everything, or are left out and told."""

from collections.abc import Sequence
from dataclasses import replace

import torch

from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.data.dataset import InMemory
from dlstudio.data.loading import Loaded

SHOWN = 5


def sound(loaded: Loaded, skip: bool) -> Loaded:
    """The samples without those that hold NaN or infinity."""
    dataset = loaded.dataset
    if not isinstance(dataset, InMemory):
        return loaded
    bad, told = torch.zeros(len(dataset), dtype=torch.bool), dict[int, str]()
    for name, values in dataset.values.items():
        if values.is_floating_point():
            lost = ~values.isfinite().flatten(1).all(1) if values.ndim > 1 else ~values.isfinite()
            told |= {i: f"{dataset.where(i)}: {name} holds NaN or infinity" for i in lost.nonzero().flatten().tolist()}
            bad |= lost
    if not told:
        return loaded
    reasons = [told[index] for index in sorted(told)]
    if not skip:
        raise ProjectProblem(advised(reasons))
    return replace(only(loaded, ~bad), issues=(*loaded.issues, skipped(reasons)))


def only(loaded: Loaded, keep: torch.Tensor) -> Loaded:
    """The samples to keep, with everything that is told of samples by number."""
    dataset = loaded.dataset
    assert isinstance(dataset, InMemory)
    kept = keep.nonzero().flatten()
    number = keep.long().cumsum(0) - 1
    values = {name: value[kept] for name, value in dataset.values.items()}
    places = tuple(dataset.where(index) for index in kept.tolist())
    return replace(
        loaded,
        dataset=InMemory(dataset.columns, values, dataset.scales, places),
        given={part: number[indices[keep[indices]]] for part, indices in loaded.given.items()},
        order={name: value[kept] for name, value in loaded.order.items()},
        words={name: [words[index] for index in kept.tolist()] for name, words in loaded.words.items()},
    )


def advised(reasons: Sequence[str]) -> str:
    """The first bad row and what to do about it and its like."""
    more = f" ({len(reasons) - 1:,} more like it)" if len(reasons) > 1 else ""
    return f"{reasons[0]}{more}. Mend it, or set bad_rows to skip to leave such rows out."


def skipped(reasons: Sequence[str]) -> Issue:
    """How many rows were left out, and which."""
    shown = "; ".join(reasons[:SHOWN])
    more = f"; and {len(reasons) - SHOWN:,} more" if len(reasons) > SHOWN else ""
    left = "row was" if len(reasons) == 1 else "rows were"
    return Issue("warning", "data-skipped", f"{len(reasons):,} {left} left out: {shown}{more}.")
