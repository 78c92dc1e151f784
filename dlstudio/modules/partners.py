"""Partners: whom each sample of a batch is compared with, by its label, so that codes of one class come together."""

from typing import NamedTuple

import torch
from torch import Tensor


class Partners(NamedTuple):
    """For each anchor one sample of its class and one of another, by their places in the batch."""

    anchors: Tensor
    same: Tensor
    other: Tensor


def squares(codes: Tensor) -> Tensor:
    """The squared distance of every code to every other."""
    lengths = codes.square().sum(1)
    return (lengths[:, None] + lengths[None, :] - 2 * codes @ codes.T).clamp(min=0)


def partners(apart: Tensor, labels: Tensor, *, hard: bool, generator: torch.Generator | None = None) -> Partners:
    """Partners for each anchor that has some: any, or (hard) the farthest of its class and the nearest of another."""
    alike = labels[:, None] == labels[None, :]
    itself = torch.eye(len(labels), dtype=torch.bool, device=labels.device)
    near, far = alike & ~itself, ~alike
    anchors = (near.any(1) & far.any(1)).nonzero().flatten()
    towards = apart if hard else torch.rand(apart.shape, generator=generator, device=apart.device)
    same = towards.masked_fill(~near, -1.0).argmax(1)
    other = towards.masked_fill(~far, torch.inf).argmin(1)
    return Partners(anchors, same[anchors], other[anchors])
