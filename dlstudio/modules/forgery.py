"""Forgery: what the two players of an adversarial game pay, by the critic's scores of real and of made samples."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor


def log_loss(scores: Tensor, wanted: float) -> Tensor:
    """The cross entropy of scores that should all say the same."""
    return F.binary_cross_entropy_with_logits(scores, torch.full_like(scores, wanted))


def trick_critic(real: Tensor, made: Tensor) -> Tensor:
    """Real should be 1, made should be 0."""
    return log_loss(real, 1) + log_loss(made, 0)


def trick_generator(made: Tensor) -> Tensor:
    """The generator wants its samples called real."""
    return log_loss(made, 1)


def least_squares_critic(real: Tensor, made: Tensor) -> Tensor:
    """Scores of real samples should be 1, of made ones 0."""
    return 0.5 * ((real - 1).square().mean() + made.square().mean())


def least_squares_generator(made: Tensor) -> Tensor:
    """The scores of made samples should be 1."""
    return 0.5 * (made - 1).square().mean()


def wasserstein_critic(real: Tensor, made: Tensor) -> Tensor:
    """Real samples should score as far above made ones as can be."""
    return made.mean() - real.mean()


def wasserstein_generator(made: Tensor) -> Tensor:
    """Made samples should score high."""
    return -made.mean()


def slope_penalty(score: Callable[[Tensor], Tensor], real: Tensor, made: Tensor) -> Tensor:
    """(‖∇ critic‖ − 1)² at random places between real and made samples (Gulrajani et al. 2017)."""
    share = torch.rand(len(real), *[1] * (real.ndim - 1), device=real.device)
    between = torch.lerp(real, made.to(real.dtype), share).requires_grad_()
    (slope,) = torch.autograd.grad(score(between).sum(), between, create_graph=True)
    length = torch.linalg.vector_norm(slope.flatten(1), dim=1)
    off: Tensor = (length - 1).square()
    return off.mean()
