"""Counting: histograms on the device, with bins that need no number from it."""

import torch
from torch import Tensor

from dlstudio.training.probes.snapshot import LARGEST, SMALLEST, Histogram, Scale

ENOUGH = 65_536
"""More values than this are sampled evenly."""


def counted(values: Tensor, bins: int, scale: Scale) -> Tensor:
    """The counts of each bin, and behind them the lowest and the highest value."""
    flat = values.detach().reshape(-1).float()
    flat = flat[:: max(1, flat.numel() // ENOUGH)]
    low, high = torch.aminmax(flat)
    places = _symlog(flat) if scale == "symlog" else (flat - low) / (high - low).clamp_min(1e-30)
    index = (places * bins).nan_to_num(0.0).clamp(0, bins - 1).long()
    counts = torch.zeros(bins, dtype=torch.int64, device=flat.device).scatter_add_(0, index, torch.ones_like(index))
    return torch.cat([counts.float(), low.view(1), high.view(1)])


def _symlog(flat: Tensor) -> Tensor:
    """Places from 0 to 1, by sign and by decade."""
    decade = (flat.abs().clamp_min(10**SMALLEST).log10() - SMALLEST) / (LARGEST - SMALLEST)
    return (flat.sign() * decade + 1) / 2


def histogram(found: Tensor, scale: Scale) -> Histogram:
    """A histogram from what `counted` gave."""
    *counts, low, high = found.tolist()
    return Histogram(tuple(int(count) for count in counts), scale, low, high)
