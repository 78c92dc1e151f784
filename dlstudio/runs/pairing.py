"""Pairing: weights whose names say nothing, matched by the shapes of their layers and the order of these."""

from collections.abc import Hashable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

from torch import Tensor

K = TypeVar("K", bound=Hashable)

Layer = tuple[tuple[str, tuple[int, ...]], ...]
"""What a layer's weights are called within it, and their shapes."""


def paired(here: Mapping[str, Tensor], there: Mapping[str, Tensor]) -> dict[str, str]:
    """The name there of each weight here: whole layers that are alike come first, then what is left one by one."""
    found = _by_layer(here, there)
    rest_here = {name: tensor for name, tensor in here.items() if name not in found}
    taken = set(found.values())
    rest_there = {name: tensor for name, tensor in there.items() if name not in taken}
    mine, theirs = list(rest_here), list(rest_there)
    shapes = ([tuple(tensor.shape) for tensor in each.values()] for each in (rest_here, rest_there))
    return found | {mine[i]: theirs[j] for i, j in _aligned(*shapes)}


def _by_layer(here: Mapping[str, Tensor], there: Mapping[str, Tensor]) -> dict[str, str]:
    mine, theirs = _layers(here), _layers(there)
    names = list(mine), list(theirs)
    made: dict[str, str] = {}
    for i, j in _aligned(list(mine.values()), list(theirs.values())):
        for end, _ in mine[names[0][i]]:
            made[_joined(names[0][i], end)] = _joined(names[1][j], end)
    return made


def _joined(layer: str, end: str) -> str:
    return f"{layer}.{end}" if layer else end


def _layers(weights: Mapping[str, Tensor]) -> dict[str, Layer]:
    """The weights by what stands before their own name."""
    found: dict[str, list[tuple[str, tuple[int, ...]]]] = {}
    for name, tensor in weights.items():
        layer, _, end = name.rpartition(".")
        found.setdefault(layer, []).append((end, tuple(tensor.shape)))
    return {layer: tuple(sorted(ends)) for layer, ends in found.items()}


def _aligned(one: Sequence[K], other: Sequence[K]) -> list[tuple[int, int]]:
    """Places of equal things in two rows, in the order of both."""
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return [(block.a + i, block.b + i) for block in blocks for i in range(block.size)]
