"""Units that draw their output at random."""

import torch
from torch import Tensor, nn


class BernoulliSample(nn.Module):
    """Turns probabilities into 0 or 1, each 1 with its probability; backwards it is the identity.

    The straight-through estimator (Bengio et al. 2013). in_eval says what comes out when the model is not training:
    a "sample" again, or the "probability" itself.
    """

    def __init__(self, in_eval: str = "sample") -> None:
        super().__init__()
        if in_eval not in ("sample", "probability"):
            raise ValueError(f"in_eval is 'sample' or 'probability', not {in_eval!r}")
        self.in_eval = in_eval

    def forward(self, probability: Tensor) -> Tensor:
        if not self.training and self.in_eval == "probability":
            return probability
        # The bracket is zero in value; added last, it leaves the sample exactly 0 or 1.
        return torch.bernoulli(probability.detach()) + (probability - probability.detach())

    def extra_repr(self) -> str:
        return f"in_eval={self.in_eval!r}"


class GaussianSample(nn.Module):
    """Draws from a Gaussian through which gradients flow: z = μ + exp(log σ² / 2) · ε (Kingma & Welling 2014).

    in_eval says what comes out when the model is not training: the "mean", or a "sample" again.
    """

    def __init__(self, in_eval: str = "mean") -> None:
        super().__init__()
        if in_eval not in ("mean", "sample"):
            raise ValueError(f"in_eval is 'mean' or 'sample', not {in_eval!r}")
        self.in_eval = in_eval

    def forward(self, mean: Tensor, log_variance: Tensor) -> Tensor:
        if not self.training and self.in_eval == "mean":
            return mean
        return mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)

    def extra_repr(self) -> str:
        return f"in_eval={self.in_eval!r}"
