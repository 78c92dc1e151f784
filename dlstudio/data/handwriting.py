"""Handwriting: the bundled digits in pairs, and turned and put aside."""

import math

import torch
import torch.nn.functional as F

from dlstudio.catalog.sources.handwriting import CrookedDigits, DigitPairs
from dlstudio.data.bundled import DIGITS, real_digits
from dlstudio.data.columns import classes, images, in_memory
from dlstudio.data.loading import PARTS, Loaded, PartName, Place, loads

SHARES = (0.8, 0.1, 0.1)
"""Of the digits, and so of the pairs, for training, validation and test."""


@loads("DigitPairs")
def digit_pairs(source: DigitPairs, _place: Place) -> Loaded:
    """Each part makes its pairs of digits of its own, so that no picture of one is seen in another."""
    generator = torch.Generator().manual_seed(source.seed)
    pictures, digits = real_digits(5000)
    pairs, given, start, taken = [], dict[PartName, torch.Tensor](), 0, 0
    for part, share in zip(PARTS, SHARES, strict=True):
        count, own = round(share * source.count), round(share * len(digits))
        pairs.append(start + _pairs(digits[start : start + own], count, generator))
        given[part] = torch.arange(taken, taken + count)
        start, taken = start + own, taken + count
    a, b = torch.cat(pairs, 1)
    same = classes("same", digits[a] == digits[b], ("no", "yes"))
    kept = in_memory(images("a", pictures[a]), images("b", pictures[b]), same, scales={"a": 1 / 255, "b": 1 / 255})
    return Loaded(kept, given)


def _pairs(digits: torch.Tensor, count: int, generator: torch.Generator) -> torch.Tensor:
    """Places of two pictures for each pair: by turns of one digit and of two."""
    first = torch.randint(len(digits), (count,), generator=generator)
    alike = torch.arange(count) % 2 == 1
    order, many = digits.argsort(stable=True), digits.bincount()
    digit = digits[first].long()
    own, before = many[digit], (many.cumsum(0) - many)[digit]
    among = torch.where(alike, own, len(digits) - own)
    place = (torch.rand(count, generator=generator, dtype=torch.double) * among).long()
    place += torch.where(alike, before, own * (place >= before))  # those of its own digit stand in one row of the order
    return torch.stack([first, order[place]])


@loads("CrookedDigits")
def crooked_digits(source: CrookedDigits, _place: Place) -> Loaded:
    """The middle of each digit stays where the whole of it is in the picture."""
    generator = torch.Generator().manual_seed(source.seed)
    pictures, digits = real_digits(source.size)
    angle, right, down = 2 * torch.rand(3, len(digits), generator=generator) - 1
    angle, room = angle * math.radians(source.turn), (source.side - 28) / 28
    cos, sin, scale = angle.cos(), angle.sin(), source.side / 28
    turn = torch.stack([torch.stack([cos, -sin]), torch.stack([sin, cos])]).permute(2, 0, 1)
    shift = turn @ torch.stack([right, down], 1).unsqueeze(2) * room
    grid = F.affine_grid(
        torch.cat([turn * scale, shift], 2), [len(digits), 1, source.side, source.side], align_corners=False
    )
    turned = F.grid_sample(pictures / 255, grid, align_corners=False)
    return Loaded(in_memory(images("image", turned), classes("digit", digits, DIGITS)))
