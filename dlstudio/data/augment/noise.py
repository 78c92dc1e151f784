"""Noise: random numbers, hit pixels, blur and holes."""

import math
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from dlstudio.catalog.augmentations.noise import Blur, Erase, GaussianNoise, SaltPepper
from dlstudio.data.augment.dice import Dice, like
from dlstudio.data.augment.operation import Change, Scene, operation
from dlstudio.data.augment.pictures import flat


@operation
class _GaussianNoise(Change):
    kind = "GaussianNoise"
    ranged: ClassVar[bool] = True

    def changed(self, form: GaussianNoise, scene: Scene, x: Tensor, dice: Dice) -> Tensor:
        made = x + form.std * dice.normal(*x.shape)
        if not form.clip:
            return made
        known = scene.on(x.device)
        return clipped(made, known["low"], known["high"])


def clipped(x: Tensor, low: Tensor, high: Tensor) -> Tensor:
    """Kept in a range, which pictures have for each channel."""
    seen = flat(x) if low.ndim == 3 else x
    return torch.minimum(torch.maximum(seen, low), high).reshape(x.shape)


@operation
class _SaltPepper(Change):
    kind = "SaltPepper"
    ranged: ClassVar[bool] = True

    def changed(self, form: SaltPepper, scene: Scene, x: Tensor, dice: Dice) -> Tensor:
        known, picture = scene.on(x.device), flat(x)
        luck = dice.uniform(0.0, 1.0, len(x), 1, *x.shape[-2:])
        made = torch.where(luck < form.amount, known["low"], picture)
        return torch.where(luck < form.amount * form.salt, known["high"], made).reshape(x.shape)


@operation
class _Blur(Change):
    kind = "Blur"

    def changed(self, form: Blur, scene: Scene, x: Tensor, dice: Dice) -> Tensor:
        return blurred(flat(x), dice.uniform(form.smallest, form.largest, len(x)), form.largest).reshape(x.shape)


def blurred(x: Tensor, sigma: Tensor, largest: float) -> Tensor:
    """Each picture smoothed by a bell of its own width, first across, then down."""
    radius = math.ceil(3 * largest)
    places = torch.arange(-radius, radius + 1, device=x.device)
    bells = torch.exp(-(places**2) / (2 * sigma[:, None] ** 2))
    bells = (bells / bells.sum(1, keepdim=True)).to(x.dtype).repeat_interleave(x.shape[1], 0)
    made = F.pad(x.reshape(1, -1, *x.shape[-2:]), [radius] * 4, mode="replicate")
    made = F.conv2d(made, bells[:, None, None, :], groups=len(bells))
    return F.conv2d(made, bells[:, None, :, None], groups=len(bells)).reshape(x.shape)


@operation
class _Erase(Change):
    kind = "Erase"
    ranged: ClassVar[bool] = True

    def changed(self, form: Erase, scene: Scene, x: Tensor, dice: Dice) -> Tensor:
        picture = flat(x)
        area = dice.uniform(form.smallest, form.largest, len(x))
        hole = rectangles(area, dice.factor(1 / form.aspect, form.aspect, len(x)), picture, dice)
        return torch.where(hole, self._cover(form, scene, picture, dice), picture).reshape(x.shape)

    @staticmethod
    def _cover(form: Erase, scene: Scene, x: Tensor, dice: Dice) -> Tensor:
        known = scene.on(x.device)
        if form.fill == "middle":
            return x.mean((-1, -2), keepdim=True)
        if form.fill == "dark":
            return known["low"].to(x.dtype)
        return known["low"] + (known["high"] - known["low"]) * dice.uniform(0.0, 1.0, *x.shape)


def rectangles(area: Tensor, ratio: Tensor, x: Tensor, dice: Dice) -> Tensor:
    """For each picture a rectangle of this part of its area and this ratio of width to height, as yes and no."""
    height, width = x.shape[-2:]
    wide, high = like((area * ratio).sqrt().clamp(max=1), x), like((area / ratio).sqrt().clamp(max=1), x)
    wide, high = (wide * width).round(), (high * height).round()
    left = (dice.uniform(0.0, 1.0, *wide.shape) * (width - wide + 1)).floor().minimum(width - wide)
    top = (dice.uniform(0.0, 1.0, *high.shape) * (height - high + 1)).floor().minimum(height - high)
    column = torch.arange(width, device=x.device)[None, None, None, :]
    row = torch.arange(height, device=x.device)[None, None, :, None]
    return (column >= left) & (column < left + wide) & (row >= top) & (row < top + high)
