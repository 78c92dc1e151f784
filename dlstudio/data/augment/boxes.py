"""Boxes: rectangles x1, y1, x2, y2 that move with their picture and stay upright."""

import torch
from torch import Tensor

from dlstudio.data.augment.motions import Motion, Size


def moved(boxes: Tensor, motion: Motion, before: Size, *, relative: bool) -> Tensor:
    """The smallest upright boxes around the moved ones, cut at the border; what is outside or empty becomes all 0."""
    real = boxes.reshape(len(boxes), -1, 4).float()
    if relative:
        real = real * _sides(before, real)
    corners = motion.points(real[..., [0, 1, 2, 1, 0, 3, 2, 3]].reshape(len(boxes), -1, 2))
    corners = corners.reshape(len(boxes), -1, 4, 2)
    sides = _sides(motion.size(before), real)
    made = torch.cat([corners.amin(2), corners.amax(2)], -1).clamp(min=0)
    made = torch.minimum(made, sides)
    seen = ((made[..., 2:] > made[..., :2]) & (real[..., 2:] > real[..., :2])).all(-1, keepdim=True)
    made = torch.where(seen, made, torch.zeros_like(made))
    made = made / sides if relative else made
    return (made if boxes.dtype.is_floating_point else made.round()).to(boxes.dtype).reshape(boxes.shape)


def _sides(size: Size, boxes: Tensor) -> Tensor:
    """Width, height, width, height."""
    return torch.tensor([size[1], size[0]] * 2, dtype=boxes.dtype, device=boxes.device)
