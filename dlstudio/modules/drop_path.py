"""Stochastic depth."""

from torch import Tensor, nn


class DropPath(nn.Module):
    """Drops a whole branch for a share p of the samples, while training only (stochastic depth, Huang et al. 2016).

    What is kept is divided by 1 - p, so that the mean stays and nothing changes in evaluation.
    """

    def __init__(self, p: float = 0.1) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0:
            return x
        keep = 1 - self.p
        mask = x.new_empty(x.shape[0], *[1] * (x.dim() - 1)).bernoulli_(keep)
        return x * mask / keep if keep > 0 else x * mask

    def extra_repr(self) -> str:
        return f"p={self.p}"
