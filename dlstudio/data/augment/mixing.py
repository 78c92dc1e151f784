"""Mixing: samples and their targets blended within a batch.

What a method gets: the column of a class holds whole numbers without mixing, and with it one probability for each
class as real numbers (batch × classes), which sum to 1; torch's cross-entropy takes both. Real targets are blended.
Evaluation never meets mixed targets, since only the training part is augmented."""

import torch
import torch.nn.functional as F
from torch import Tensor

from dlstudio.catalog.augmentations.targets import CutMix, Mixup
from dlstudio.data.augment.dice import Dice, like
from dlstudio.data.augment.noise import rectangles
from dlstudio.data.augment.operation import Batch, Operation, Scene, operation
from dlstudio.data.augment.pictures import flat
from dlstudio.data.dataset import Column


@operation
class _Mixup(Operation):
    kind = "Mixup"

    def __call__(self, form: Mixup, scene: Scene, batch: Batch, dice: Dice) -> Batch:
        name = scene.column.name
        x = batch[name]
        partner = dice.order(len(x))
        share = _shares(form, len(x), dice)
        return {**batch, **blended_targets(scene, batch, partner, share), name: blended(x, partner, share)}


@operation
class _CutMix(Operation):
    kind = "CutMix"

    def __call__(self, form: CutMix, scene: Scene, batch: Batch, dice: Dice) -> Batch:
        name = scene.column.name
        x, picture = batch[name], flat(batch[name])
        partner = dice.order(len(x))
        area = 1 - _shares(form, len(x), dice)
        patch = rectangles(area, torch.ones_like(area), picture, dice)
        made = torch.where(patch, picture[partner], picture).reshape(x.shape)
        share = 1 - patch.float().mean((1, 2, 3))
        return {**batch, **blended_targets(scene, batch, partner, share), name: made}


def _shares(form: Mixup | CutMix, count: int, dice: Dice) -> Tensor:
    """How much of each sample stays its own: λ, which is 1 for those not hit."""
    share = dice.beta(form.alpha, count)
    return torch.where(dice.chosen(form.p, count), share, torch.ones_like(share))


def blended(x: Tensor, partner: Tensor, share: Tensor) -> Tensor:
    """λ of each sample and 1 − λ of its partner."""
    part = like(share, x).to(x.dtype)
    return part * x + (1 - part) * x[partner]


def blended_targets(scene: Scene, batch: Batch, partner: Tensor, share: Tensor) -> Batch:
    """All targets of the batch by the same shares."""
    targets = [column for column in scene.columns.values() if column.role == "target" and column.name in batch]
    return {each.name: blended(soft(each, batch[each.name]), partner, share) for each in targets}


def soft(column: Column, values: Tensor) -> Tensor:
    """Classes as probabilities; what is real already stays."""
    if values.dtype.is_floating_point:
        return values
    return F.one_hot(values.long(), len(column.classes)).float()


def mixable(column: Column) -> bool:
    """Whether a target can be blended."""
    return column.label or column.tensor.dtype == "float"
