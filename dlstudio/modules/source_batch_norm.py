"""Batch normalisation with the moving averages of its first description."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class SourceBatchNorm(nn.Module):
    """Normalises each channel over the batch (Ioffe & Szegedy 2015); momentum weighs the old average.

    y = weight · (x - μ) / √(σ² + eps) + bias, with σ² the biased variance of the batch (divided by n).
    running = momentum · running + (1 - momentum) · batch, for μ and for the same biased σ².
    torch's BatchNorm gives momentum to the new value, and averages the unbiased variance.
    Takes (N, C) and (N, C, ...) with any number of further axes.
    """

    running_mean: Tensor
    running_var: Tensor

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.empty(num_features)) if affine else None
        self.bias = nn.Parameter(torch.empty(num_features)) if affine else None
        self.register_buffer("running_mean", torch.empty(num_features))
        self.register_buffer("running_var", torch.empty(num_features))
        self.reset_parameters()

    def reset_running_stats(self) -> None:
        self.running_mean.zero_()
        self.running_var.fill_(1)

    def reset_parameters(self) -> None:
        self.reset_running_stats()
        if self.weight is not None and self.bias is not None:
            nn.init.ones_(self.weight)
            nn.init.zeros_(self.bias)

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, False, 0.0, self.eps)
        # With torch's momentum 1 the fused kernel leaves the statistics of this batch alone in these two.
        mean, variance = torch.zeros_like(self.running_mean), torch.zeros_like(self.running_var)
        y = F.batch_norm(x, mean, variance, self.weight, self.bias, True, 1.0, self.eps)
        count = x.numel() // self.num_features
        self._remember(mean, variance * ((count - 1) / count))
        return y

    @torch.no_grad()
    def _remember(self, mean: Tensor, biased_variance: Tensor) -> None:
        self.running_mean.mul_(self.momentum).add_(mean, alpha=1 - self.momentum)
        self.running_var.mul_(self.momentum).add_(biased_variance, alpha=1 - self.momentum)

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.weight is not None}"
