"""The likelihood of numbers under bell curves that a network gives."""

import math

from torch import Tensor


def gaussian_likelihood_loss(y: Tensor, t: Tensor, full: bool = False) -> Tensor:
    """½(log σ² + (μ − t)²/σ²) for each number of t; the first half of y along axis 1 is μ, the second log σ²."""
    mean, spread = y.chunk(2, 1)
    distance = (mean - t.reshape(mean.shape)).square() * (-spread).exp()
    return (spread + distance + (math.log(2 * math.pi) if full else 0.0)) / 2
