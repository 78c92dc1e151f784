"""Moving: draws a motion for each picture of a batch and lets boxes and masks move along."""

import math
from abc import abstractmethod
from typing import Any, ClassVar, cast

import torch
import torch.nn.functional as F
from torch import Tensor

from dlstudio.catalog.augmentations.motion import (
    Affine,
    ElasticDistortion,
    Flip,
    RandomCrop,
    RandomScale,
    Rotate,
    Shear,
    Shift,
    Stretch,
)
from dlstudio.data.augment.boxes import moved
from dlstudio.data.augment.dice import Dice
from dlstudio.data.augment.motions import Bent, Flipped, Motion, Size, Turned, Warped, Windowed
from dlstudio.data.augment.operation import Batch, Operation, Scene, mixed_in, operation
from dlstudio.data.augment.pictures import flat


class Moving(Operation):
    """Draws motions and applies them to pictures, masks and boxes alike."""

    ranged: ClassVar[bool] = True

    def __call__(self, form: Any, scene: Scene, batch: Batch, dice: Dice) -> Batch:
        x = batch[scene.column.name]
        before = cast(Size, tuple(x.shape[-2:]))
        motion = self.motion(form, len(x), before, dice)
        chosen = dice.chosen(form.p, len(x))
        low = scene.on(x.device)["low"].to(x.dtype)
        made = {**batch, scene.column.name: _picture(x, motion, chosen, low, form.border, smooth=True)}
        for name in batch.keys() & set(form.masks):
            nothing = torch.zeros(1, 1, 1, device=x.device)
            made[name] = _picture(batch[name], motion, chosen, nothing, form.border, smooth=False)
        for name in batch.keys() & set(form.boxes):
            along = moved(batch[name], motion, before, relative=form.box_unit == "relative")
            made[name] = mixed_in(chosen, along, batch[name])
        return made

    @abstractmethod
    def motion(self, form: Any, count: int, size: Size, dice: Dice) -> Motion:
        """One motion for each of so many pictures."""


def _picture(x: Tensor, motion: Motion, chosen: Tensor, low: Tensor, border: Any, *, smooth: bool) -> Tensor:
    """The pictures with the chosen ones moved; numbers that are not real go through real ones and back."""
    real = x if x.dtype.is_floating_point else x.float()
    made = motion.pixels(flat(real), low.to(real.dtype), border, smooth).to(x.dtype)
    made = made.reshape(*x.shape[:-2], *made.shape[-2:])
    return mixed_in(chosen, made, x) if made.shape == x.shape else made


@operation
class _Flip(Moving):
    kind = "Flip"

    def motion(self, form: Flip, count: int, size: Size, dice: Dice) -> Motion:
        across = torch.full((count,), form.direction == "horizontal", device=dice.device)
        down = torch.full((count,), form.direction == "vertical", device=dice.device)
        if form.direction == "both":
            kind = dice.whole(1, 3, count)
            across, down = kind != 2, kind != 1
        return Flipped(across, down, size)


@operation
class _Shift(Moving):
    kind = "Shift"

    def motion(self, form: Shift, count: int, size: Size, dice: Dice) -> Motion:
        across, down = dice.whole(-form.across, form.across, count), dice.whole(-form.down, form.down, count)
        return Windowed(-across, -down, size)


@operation
class _Rotate(Moving):
    kind = "Rotate"

    def motion(self, form: Rotate, count: int, size: Size, dice: Dice) -> Motion:
        if form.quarters:
            return Turned(dice.whole(1, 3, count), size)
        return Warped.about_middle(turn(dice.spread(form.degrees, count)), size)


@operation
class _RandomScale(Moving):
    kind = "RandomScale"

    def motion(self, form: RandomScale, count: int, size: Size, dice: Dice) -> Motion:
        factor = dice.factor(form.smallest, form.largest, count)
        return Warped.about_middle(stretch(factor, factor), size)


@operation
class _Stretch(Moving):
    kind = "Stretch"

    def motion(self, form: Stretch, count: int, size: Size, dice: Dice) -> Motion:
        wide, high = dice.factor(form.smallest, form.largest, 2, count)
        return Warped.about_middle(stretch(wide, high), size)


@operation
class _Shear(Moving):
    kind = "Shear"

    def motion(self, form: Shear, count: int, size: Size, dice: Dice) -> Motion:
        across, down = dice.spread(form.across, count), dice.spread(form.down, count)
        return Warped.about_middle(slant(across) @ slant(down).mT, size)


@operation
class _Affine(Moving):
    kind = "Affine"

    def motion(self, form: Affine, count: int, size: Size, dice: Dice) -> Motion:
        factor = dice.factor(form.smallest, form.largest, count)
        matrix = turn(dice.spread(form.degrees, count)) @ slant(dice.spread(form.shear, count))
        matrix = matrix @ stretch(factor, factor)
        most = torch.tensor([size[1], size[0]], device=dice.device) * form.shift
        return Warped.about_middle(matrix, size, dice.spread(1.0, count, 2) * most)


@operation
class _RandomCrop(Moving):
    kind = "RandomCrop"

    def motion(self, form: RandomCrop, count: int, size: Size, dice: Dice) -> Motion:
        window = (form.height or size[0], form.width or size[1])
        return self._resized(form, count, size, window, dice) if form.varies else _cut(form, count, size, window, dice)

    @staticmethod
    def _resized(form: RandomCrop, count: int, size: Size, window: Size, dice: Dice) -> Motion:
        """A piece of random area, form and place, brought to the size of the window."""
        area = dice.uniform(form.smallest, 1.0, count)
        ratio = dice.factor(1 / form.aspect, form.aspect, count)
        parts = torch.stack([(area * ratio).sqrt(), (area / ratio).sqrt()], -1).clamp(max=1.0)
        whole = torch.tensor([size[1], size[0]], device=dice.device)
        corner = dice.uniform(0.0, 1.0, count, 2) * (1 - parts) * whole
        scale = parts * whole / torch.tensor([window[1], window[0]], device=dice.device)
        return Warped(torch.diag_embed(scale), corner, window)


def _cut(form: RandomCrop, count: int, size: Size, window: Size, dice: Dice) -> Motion:
    """A window of the padded picture, by whole pixels; one that is larger than that stands around its middle."""
    starts = []
    for length, wanted in zip(size, window, strict=True):
        room = length + 2 * form.padding - wanted
        start = dice.whole(0, room, count) if room >= 0 else torch.full((count,), room // 2, device=dice.device)
        starts.append(start - form.padding)
    return Windowed(starts[1], starts[0], window)


@operation
class _ElasticDistortion(Moving):
    kind = "ElasticDistortion"

    def motion(self, form: ElasticDistortion, count: int, size: Size, dice: Dice) -> Motion:
        radius = min(math.ceil(3 * form.sigma), *(length - 1 for length in size)) if min(size) > 1 else 0
        places = torch.arange(-radius, radius + 1, device=dice.device)
        bell = torch.exp(-(places**2) / (2 * form.sigma**2))
        bell = bell / bell.sum()
        field = dice.spread(1.0, 2 * count, 1, *size)
        field = F.conv2d(F.pad(field, [radius] * 4, mode="reflect"), bell[None, None, None, :])
        field = F.conv2d(field, bell[None, None, :, None])
        peak = field.abs().amax((-1, -2), keepdim=True).clamp(min=1e-12)
        across, down = (field / peak * form.alpha).reshape(2, count, *size)
        return Bent(across, down)


def turn(degrees: Tensor) -> Tensor:
    """The matrix from new to old places of a picture turned counter-clockwise, y pointing down."""
    angle = torch.deg2rad(degrees)
    sine, cosine = angle.sin(), angle.cos()
    return torch.stack([torch.stack([cosine, -sine], -1), torch.stack([sine, cosine], -1)], 1)


def stretch(wide: Tensor, high: Tensor) -> Tensor:
    """The matrix from new to old places of a picture made so much wider and higher."""
    return torch.diag_embed(torch.stack([1 / wide, 1 / high], -1))


def slant(degrees: Tensor) -> Tensor:
    """The matrix of a slant to the side."""
    one = torch.ones_like(degrees)
    return torch.stack(
        [torch.stack([one, torch.deg2rad(degrees).tan()], -1), torch.stack([torch.zeros_like(one), one], -1)], 1
    )
