"""Spread: how far a number may be from what endless samples would give (EVA-12)."""

import torch
from torch import Tensor

DRAWS = 1000
MANY = 20_000
"""From so many samples on, the bell curve gives the same interval without any drawing."""


def interval(total: Tensor, count: Tensor, seed: int = 0) -> tuple[float, float]:
    """Between which values Σtotal/Σcount lies in 95 of 100 samplings of as many samples (bootstrap)."""
    total, count = total.cpu().double(), count.cpu().double()
    samples = len(total)
    if samples > MANY:
        mean = total.sum() / count.sum()
        spread = (total - mean * count).square().sum().sqrt() / count.sum()
        return float(mean - 1.96 * spread), float(mean + 1.96 * spread)
    generator = torch.Generator().manual_seed(seed)
    means = []
    for _ in range(DRAWS):
        drawn = torch.randint(samples, (samples,), generator=generator)
        means.append(total[drawn].sum() / count[drawn].sum())
    low, high = torch.stack(means).nanquantile(torch.tensor([0.025, 0.975], dtype=torch.float64)).tolist()
    return low, high
