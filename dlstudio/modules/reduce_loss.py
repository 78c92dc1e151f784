"""From the loss of each number to one number."""

import torch
from torch import Tensor


def reduce_loss(
    values: Tensor,
    weight: Tensor | None = None,
    count: Tensor | None = None,
    within: str = "mean",
    reduction: str = "mean",
) -> Tensor:
    """Puts the values (N, ...) of N samples together: first within each sample, then over the samples.

    `weight` (N) says how much each sample counts, `count` (N, ...) how much each value does: 0 for padding, which is
    left out of sums and means alike; a count for each step (N, T) holds for all numbers of the step. A mean of means
    is one over all values that count, as torch's losses take it; weighted means are divided by what the weights add
    up to. With the reduction "none" the result has N numbers.
    """
    if count is None:
        sums = values.flatten(1).sum(1) if values.dim() > 1 else values
        sizes = torch.full_like(sums, values[0].numel() if len(values) else 1)
    else:
        share = count.reshape(*count.shape, *[1] * (values.dim() - count.dim())).to(values.dtype).expand_as(values)
        sums = torch.where(share == 0, 0, values).reshape(len(values), -1).sum(1)
        sizes = share.reshape(len(values), -1).sum(1)
    least = torch.finfo(values.dtype).tiny
    if reduction == "none":
        return sums if within == "sum" else sums / sizes.clamp_min(least)
    weight = torch.ones_like(sums) if weight is None else weight.to(sums.dtype)
    if reduction == "sum":
        return (weight * (sums if within == "sum" else sums / sizes.clamp_min(least))).sum()
    return (weight * sums).sum() / (weight if within == "sum" else weight * sizes).sum().clamp_min(least)
