"""Dice: every random number of an augmentation, from one generator and on its device."""

import math

import torch
from torch import Tensor


class Dice:
    """Draws for the samples of one batch."""

    def __init__(self, generator: torch.Generator) -> None:
        self.generator, self.device = generator, generator.device

    def uniform(self, low: float, high: float, *shape: int) -> Tensor:
        """Evenly between two limits."""
        return low + (high - low) * torch.rand(shape, generator=self.generator, device=self.device)

    def spread(self, most: float, *shape: int) -> Tensor:
        """Evenly between −most and most."""
        return self.uniform(-most, most, *shape)

    def factor(self, low: float, high: float, *shape: int) -> Tensor:
        """A factor for which half as large is as likely as twice as large."""
        return self.uniform(math.log(low), math.log(high), *shape).exp()

    def normal(self, *shape: int) -> Tensor:
        return torch.randn(shape, generator=self.generator, device=self.device)

    def whole(self, low: int, high: int, *shape: int) -> Tensor:
        """Whole numbers from low to high, both possible."""
        return torch.randint(low, high + 1, shape, generator=self.generator, device=self.device)

    def below(self, limit: Tensor) -> Tensor:
        """For each limit a whole number from 0 up to but not including it."""
        drawn = torch.rand(limit.shape, generator=self.generator, device=self.device, dtype=torch.float64)
        return torch.minimum((drawn * limit).long(), (limit - 1).clamp(min=0).long())

    def chosen(self, chance: float, *shape: int) -> Tensor:
        """Yes with this chance: never for 0, always for 1."""
        return torch.rand(shape, generator=self.generator, device=self.device) < chance

    def order(self, count: int) -> Tensor:
        return torch.randperm(count, generator=self.generator, device=self.device)

    def beta(self, alpha: float, count: int) -> Tensor:
        """Shares from Beta(α, α), by two gamma variates; torch's own Beta takes no generator."""
        shape = torch.full((2, count), alpha, dtype=torch.float64, device=self.device)
        one, two = torch._standard_gamma(shape, generator=self.generator).clamp(min=1e-300)
        share: Tensor = one / (one + two)
        return share.float()


def like(values: Tensor, x: Tensor) -> Tensor:
    """One value for each sample, shaped so that it goes together with x."""
    return values.reshape(-1, *[1] * (x.ndim - 1))
