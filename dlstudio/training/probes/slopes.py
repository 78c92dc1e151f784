"""Slopes: where an activation is so flat that next to nothing is learnt through it, told from what it gave out."""

from collections.abc import Callable

import torch
from torch import Tensor

FLAT = 0.01
"""A slope below this counts as saturated (ACT-24)."""

_ROOT = 0.5 * (1 - (1 - 4 * FLAT) ** 0.5)
"""The smaller y at which y(1 − y), the slope of a sigmoid, is FLAT."""


def _sigmoid(y: Tensor) -> Tensor:
    return torch.logical_or(y < _ROOT, y > 1 - _ROOT)


def _tanh(y: Tensor) -> Tensor:
    return torch.gt(y.abs(), (1 - FLAT) ** 0.5)


def _softsign(y: Tensor) -> Tensor:
    return torch.gt(y.abs(), 1 - FLAT**0.5)


def _hard_sigmoid(y: Tensor) -> Tensor:
    return torch.logical_or(y <= 0, y >= 1)


def _hard_tanh(y: Tensor) -> Tensor:
    return torch.ge(y.abs(), 1)


FLATNESS: dict[str, Callable[[Tensor], Tensor]] = {
    "Sigmoid": _sigmoid,
    "sigmoid": _sigmoid,
    "Tanh": _tanh,
    "tanh": _tanh,
    "Softsign": _softsign,
    "softsign": _softsign,
    "Hardsigmoid": _hard_sigmoid,
    "Hardtanh": _hard_tanh,
}
"""By kind of node, or by the activation that a layer applies itself: which results are saturated."""

BENDS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "leaky_relu": torch.nn.functional.leaky_relu,
    "elu": torch.nn.functional.elu,
    "gelu": torch.nn.functional.gelu,
    "silu": torch.nn.functional.silu,
    "softplus": torch.nn.functional.softplus,
    "softsign": torch.nn.functional.softsign,
}
"""The activations that layers with weights apply to their own result, by the name of the field."""
