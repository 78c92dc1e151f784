"""Splitting: which samples train, which validate and which test; one function for each declared split."""

from collections.abc import Callable, Mapping
from itertools import accumulate, pairwise
from typing import Any

import torch
from torch import Tensor

from dlstudio.catalog.splits import ByTime, Everything, Fractions, Given, KFold, Split
from dlstudio.core.issue import ProjectProblem
from dlstudio.data.loading import PARTS, Loaded, PartName
from dlstudio.data.paths import PART_WORDS
from dlstudio.data.sampling import labels_of

Parts = Mapping[PartName, Tensor]


def divide(split: Split, loaded: Loaded) -> Parts:
    """The sample numbers of each part."""
    parts = SPLITTERS[split.kind](split, loaded)
    if not len(parts["train"]):
        text = f"The split {split.title} leaves no sample to train with, of {len(loaded.dataset):,} in all."
        raise ProjectProblem(f"{text} Give training a larger share, or add data.")
    return parts


def fractions(split: Fractions, loaded: Loaded) -> Parts:
    order = shuffled(loaded, torch.arange(len(loaded.dataset)), split.seed, split.stratify)
    return _cut(order, split.train, split.validation, split.test)


def by_time(split: ByTime, loaded: Loaded) -> Parts:
    return _cut(_moments(split, loaded).argsort(stable=True), split.train, split.validation, split.test)


def _moments(split: ByTime, loaded: Loaded) -> Tensor:
    if not split.column:
        return torch.arange(len(loaded.dataset))
    if split.column in loaded.order:
        return loaded.order[split.column]
    values = loaded.dataset.known(split.column) if split.column in loaded.dataset.columns else None
    if values is None or values[0].numel() != 1:
        known = [*loaded.order, *loaded.dataset.columns]
        raise ProjectProblem(
            f"The split by time needs the column “{split.column}” with one number a sample; "
            f"the data has {', '.join(known)}."
        )
    return values.flatten()


def given(split: Given, loaded: Loaded) -> Parts:
    """The data's own parts; where none validates, a share of the training part is drawn for that."""
    named = _by_words(split.column, loaded) if split.column else loaded.given
    if not len(named.get("train", ())):
        raise ProjectProblem(
            "The split takes the parts that the data names, but the data names no training part. "
            "Give it folders or a column with the words train, validation and test, or split by fractions."
        )
    none = torch.empty(0, dtype=torch.long)
    parts: dict[PartName, Tensor] = {part: named.get(part, none) for part in PARTS}
    if not len(parts["validation"]) and split.validation:
        order = shuffled(loaded, parts["train"], split.seed, stratify=True)
        cut = _cut(order, 1 - split.validation, split.validation, 0)
        parts |= {"train": cut["train"].sort().values, "validation": cut["validation"]}
    return parts


def _by_words(column: str, loaded: Loaded) -> Parts:
    if column not in loaded.words:
        known = f"; it has {', '.join(loaded.words)}" if loaded.words else ""
        raise ProjectProblem(f"The split goes by the column “{column}”, which the data does not have{known}.")
    parts = [PART_WORDS.get(word.lower()) for word in loaded.words[column]]
    if None in parts:
        strange = loaded.words[column][parts.index(None)]
        raise ProjectProblem(f"The column {column} says “{strange}”; it must say train, validation or test.")
    return {part: torch.tensor([i for i, each in enumerate(parts) if each == part]).long() for part in PARTS}


def k_fold(split: KFold, loaded: Loaded) -> Parts:
    order = shuffled(loaded, torch.arange(len(loaded.dataset)), split.seed, split.stratify)
    aside = round(split.test * len(order))
    test, rest = order[:aside], order[aside:]
    if len(rest) < split.folds:
        raise ProjectProblem(f"{split.folds} folds need at least {split.folds} samples, but there are {len(rest)}.")
    ends = [len(rest) * f // split.folds for f in range(split.folds + 1)]
    folds = [rest[start:end] for start, end in pairwise(ends)]
    train = torch.cat([fold for f, fold in enumerate(folds) if f != split.fold])
    return {"train": train, "validation": folds[split.fold], "test": test}


def everything(_split: Everything, loaded: Loaded) -> Parts:
    return dict.fromkeys(PARTS, torch.arange(len(loaded.dataset)))


def shuffled(loaded: Loaded, indices: Tensor, seed: int, stratify: bool) -> Tensor:
    """The samples in random order; stratified, any stretch of it holds the classes in their shares, to within one."""
    generator = torch.Generator().manual_seed(seed)
    order = indices[torch.randperm(len(indices), generator=generator)]
    labels = labels_of(loaded.dataset) if stratify else None
    if labels is None:
        return order
    labels = labels[order]
    keys = torch.empty(len(order), dtype=torch.float64)
    for label in range(int(labels.max()) + 1):
        members = (labels == label).nonzero().flatten()
        start = torch.rand(1, generator=generator, dtype=torch.float64)
        keys[members] = (torch.arange(len(members), dtype=torch.float64) + start) / len(members)
    return order[keys.argsort(stable=True)]


def _cut(order: Tensor, *shares: float) -> Parts:
    """The order cut into three, by largest remainders; a share above zero gets a sample while there are enough."""
    total, wanted = len(order), sum(share > 0 for share in shares)
    exact = [share / sum(shares) * total for share in shares]
    sizes = [int(size) for size in exact]
    if total >= wanted:
        sizes = [max(size, int(share > 0)) for size, share in zip(sizes, shares, strict=True)]
    while sum(sizes) != total:
        step = 1 if sum(sizes) < total else -1
        gaps = [
            step * (want - size) if share > 0 else -total
            for want, size, share in zip(exact, sizes, shares, strict=True)
        ]
        sizes[gaps.index(max(gaps))] += step
    ends = [0, *accumulate(sizes)]
    return {part: order[start:end] for part, (start, end) in zip(PARTS, pairwise(ends), strict=True)}


SPLITTERS: dict[str, Callable[[Any, Loaded], Parts]] = {
    "Fractions": fractions,
    "ByTime": by_time,
    "Given": given,
    "KFold": k_fold,
    "Everything": everything,
}
