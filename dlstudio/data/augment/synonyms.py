"""Synonyms: words replaced by others of the same meaning, as far as the vocabulary knows them."""

import json
from collections.abc import Mapping, Sequence
from functools import cache

import torch
from torch import Tensor

from dlstudio.catalog.augmentations.sequences import SynonymReplacement
from dlstudio.core.resources import resource
from dlstudio.data.augment.dice import Dice
from dlstudio.data.augment.operation import Change, Chunks, Scene, operation


@operation
class _SynonymReplacement(Change):
    kind = "SynonymReplacement"

    def measure(self, form: SynonymReplacement, scene: Scene, values: Chunks) -> Mapping[str, Tensor]:
        others, count = table(vocabulary(scene))
        return {"others": others, "count": count}

    def changed(self, form: SynonymReplacement, scene: Scene, x: Tensor, dice: Dice) -> Tensor:
        known = scene.on(x.device)
        count = known["count"][x]
        drawn = known["others"][x, dice.below(count)]
        return torch.where(dice.chosen(form.amount, *x.shape) & (count > 0), drawn, x)


def vocabulary(scene: Scene) -> Sequence[str]:
    """The words of a column of tokens in the order of their numbers: its classes."""
    return scene.column.classes


@cache
def thesaurus() -> Mapping[str, tuple[str, ...]]:
    """Each word of the list that comes with the studio, with the others of its group."""
    groups = json.loads(resource("data", "thesaurus.json").read_text(encoding="utf-8"))["groups"]
    return {word: tuple(other for other in group if other != word) for group in groups for word in group}


def table(words: Sequence[str]) -> tuple[Tensor, Tensor]:
    """For each word the numbers of its synonyms, filled up with its own number, and how many there are."""
    number = {word: i for i, word in enumerate(words)}
    found = [[number[other] for other in synonyms(word) if other in number] for word in words]
    most = max(map(len, found), default=0) or 1
    rows = [[*others, *[i] * (most - len(others))] for i, others in enumerate(found)]
    others = torch.tensor(rows, dtype=torch.long).reshape(-1, most)
    return others, torch.tensor([len(each) for each in found], dtype=torch.long)


def synonyms(word: str) -> tuple[str, ...]:
    """The synonyms of a word, with a capital letter where it has one."""
    others = thesaurus().get(word.lower(), ())
    return tuple(other.capitalize() for other in others) if word[:1].isupper() else others
