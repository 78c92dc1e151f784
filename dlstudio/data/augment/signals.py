"""Signals: noise by decibels, shifts and stretches in time, and covered spans of spectrograms."""

from typing import NamedTuple

import torch
from torch import Tensor

from dlstudio.catalog.augmentations.sequences import SignalNoise, SpecMask, TimeShift, TimeStretch
from dlstudio.core.tensor import FEATURE, HEIGHT, TIME, WIDTH
from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.augment.dice import Dice, like
from dlstudio.data.augment.operation import Change, Scene, operation


@operation
class _SignalNoise(Change):
    kind = "SignalNoise"

    def changed(self, form: SignalNoise, scene: Scene, x: Tensor, dice: Dice) -> Tensor:
        ratio = dice.uniform(form.lowest, form.highest, len(x))
        power = x.flatten(1).square().mean(1)
        return x + like((power * 10 ** (-ratio / 10)).sqrt(), x) * dice.normal(*x.shape)


@operation
class _TimeShift(Change):
    kind = "TimeShift"

    def changed(self, form: TimeShift, scene: Scene, x: Tensor, dice: Dice) -> Tensor:
        signal, axis = lying(x, scene.column.tensor)
        length = signal.shape[-1]
        most = round(form.largest * length)
        wanted = torch.arange(length, device=x.device) - dice.whole(-most, most, len(x))[:, None]
        inside = (wanted >= 0) & (wanted < length)
        made = signal.gather(2, wanted.remainder(length)[:, None].expand_as(signal))
        made = made if form.fill == "around" else made * inside[:, None]
        return standing(made, x, axis)


@operation
class _TimeStretch(Change):
    kind = "TimeStretch"

    def changed(self, form: TimeStretch, scene: Scene, x: Tensor, dice: Dice) -> Tensor:
        signal, axis = lying(x, scene.column.tensor)
        return standing(stretched(signal, dice.factor(form.slowest, form.fastest, len(x))), x, axis)


def stretched(signal: Tensor, speed: Tensor) -> Tensor:
    """Batch × channels × time played at these speeds around the middle, with straight lines between the steps."""
    length = signal.shape[-1]
    middle = (length - 1) / 2
    place = middle + (torch.arange(length, device=signal.device) - middle) * speed[:, None]
    inside = (place >= 0) & (place <= length - 1)
    place = place.clamp(0, length - 1)
    before = place.floor().long().clamp(max=max(length - 2, 0))
    after = (before + 1).clamp(max=length - 1)
    part = (place - before)[:, None].to(signal.dtype)
    early, late = (signal.gather(2, each[:, None].expand_as(signal)) for each in (before, after))
    return (early + (late - early) * part) * inside[:, None]


def lying(x: Tensor, shape: Shape) -> tuple[Tensor, int]:
    """A signal as batch × channels × time, and which axis time was."""
    axis = (shape.position(TIME) if TIME in shape.axes else shape.rank - 1) or 0
    moved = x.movedim(axis + 1, -1)
    return moved.reshape(len(x), -1, moved.shape[-1]), axis + 1


def standing(made: Tensor, before: Tensor, axis: int) -> Tensor:
    """Such a signal in the form in which it came."""
    return made.reshape(before.movedim(axis, -1).shape).movedim(-1, axis)


class _Cover(NamedTuple):
    """So many stretches of at most this part of one axis."""

    axis: int | None
    times: int
    most: float


@operation
class _SpecMask(Change):
    kind = "SpecMask"

    def changed(self, form: SpecMask, scene: Scene, x: Tensor, dice: Dice) -> Tensor:
        shape = scene.column.tensor
        frequency = shape.position(HEIGHT if WIDTH in shape.axes else FEATURE)
        time = shape.position(WIDTH if WIDTH in shape.axes else TIME)
        hidden = torch.zeros_like(x, dtype=torch.bool)
        for cover in (_Cover(frequency, form.bands, form.band), _Cover(time, form.spans, form.span)):
            hidden = hidden | _covered(x, cover, dice)
        return torch.where(hidden, like(x.flatten(1).mean(1), x), x)


def _covered(x: Tensor, cover: _Cover, dice: Dice) -> Tensor:
    """Where the stretches lie, broadcast along the other axes."""
    hidden = torch.zeros(len(x), *[1] * (x.ndim - 1), dtype=torch.bool, device=x.device)
    if cover.axis is None:
        return hidden
    length = x.shape[cover.axis + 1]
    along = torch.arange(length, device=x.device).reshape([length if i == cover.axis + 1 else 1 for i in range(x.ndim)])
    for _ in range(cover.times):
        wide = dice.whole(0, round(cover.most * length), len(x))
        start = dice.below(length - wide + 1)
        hidden = hidden | ((along >= like(start, x)) & (along < like(start + wide, x)))
    return hidden
