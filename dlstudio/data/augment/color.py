"""Colour: brightness, contrast, saturation and hue, and shifts along the main directions of colour."""

from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from torch import Tensor

from dlstudio.catalog.augmentations.color import ColorJitter, PCAJitter
from dlstudio.data.augment.dice import Dice, like
from dlstudio.data.augment.operation import Change, Chunks, Scene, operation
from dlstudio.data.augment.pictures import flat
from dlstudio.data.statistics import covariance, lined, moments

LIGHT = (0.299, 0.587, 0.114)
"""How bright red, green and blue look (ITU-R BT.601)."""


class _Colors(Change):
    """Works on images as batch × channels × height × width, and keeps them in the range of the training part."""

    ranged: ClassVar[bool] = True

    def changed(self, form: Any, scene: Scene, x: Tensor, dice: Dice) -> Tensor:
        known = {name: value.to(x.dtype) for name, value in scene.on(x.device).items()}
        made = self.colored(form, known, flat(x), dice)
        return torch.minimum(torch.maximum(made, known["low"]), known["high"]).reshape(x.shape)

    def colored(self, form: Any, known: Mapping[str, Tensor], x: Tensor, dice: Dice) -> Tensor:
        raise NotImplementedError


@operation
class _ColorJitter(_Colors):
    kind = "ColorJitter"

    def colored(self, form: ColorJitter, known: Mapping[str, Tensor], x: Tensor, dice: Dice) -> Tensor:
        size = known["high"] - known["low"]
        size = torch.where(size > 0, size, torch.ones_like(size))
        made = (x - known["low"]) / size
        amounts = (form.brightness, form.contrast, form.saturation)
        brightness, contrast, saturation = (like(1 + dice.spread(amount, len(x)), x) for amount in amounts)
        made = (made * brightness).clamp(0, 1)
        middle = gray(made).mean((-1, -2), keepdim=True)
        made = (middle + (made - middle) * contrast).clamp(0, 1)
        if x.shape[1] == 3:
            pale = gray(made)
            made = (pale + (made - pale) * saturation).clamp(0, 1)
            made = hue_shifted(made, dice.spread(form.hue, len(x))) if form.hue else made
        return known["low"] + made * size


def gray(x: Tensor) -> Tensor:
    """How bright an image looks; the mean of channels that are not red, green and blue."""
    if x.shape[1] != 3:
        return x.mean(1, keepdim=True)
    red, green, blue = x.unbind(1)
    return (LIGHT[0] * red + LIGHT[1] * green + LIGHT[2] * blue).unsqueeze(1)


def hue_shifted(x: Tensor, shift: Tensor) -> Tensor:
    """Colours from 0 to 1 moved around the colour circle, of which the whole is 1, one step for each image."""
    red, green, blue = x.unbind(1)
    most, least = x.amax(1), x.amin(1)
    apart = most - least
    safe = torch.where(apart > 0, apart, torch.ones_like(apart))
    sixth = torch.where(
        most == red,
        (green - blue) / safe,
        torch.where(most == green, 2 + (blue - red) / safe, 4 + (red - green) / safe),
    )
    sixth = sixth + 6 * shift[:, None, None]
    # https://en.wikipedia.org/wiki/HSL_and_HSV#HSV_to_RGB_alternative
    steps = ((n + sixth).remainder(6) for n in (5, 3, 1))
    return torch.stack([most - apart * torch.minimum(k, 4 - k).clamp(0, 1) for k in steps], 1)


@operation
class _PCAJitter(_Colors):
    kind = "PCAJitter"

    def measure(self, form: PCAJitter, scene: Scene, values: Chunks) -> Mapping[str, Tensor]:
        """The variances and directions of colour over all pixels of the whole training part."""
        found = moments(lined(piece, 0) for piece in values())
        variances, directions = torch.linalg.eigh(covariance((lined(piece, 0) for piece in values()), found.mean))
        return {"variances": variances.clamp(min=0).float(), "directions": directions.float()}

    def colored(self, form: PCAJitter, known: Mapping[str, Tensor], x: Tensor, dice: Dice) -> Tensor:
        size = known["variances"] if form.measure == "variance" else known["variances"].sqrt()
        amounts = form.alpha * dice.normal(len(x), 3) * size
        return x + (amounts[:, None, :] * known["directions"]).sum(-1)[:, :, None, None]
