"""Finished: the weights of the model that a checkpoint leaves, averaged where the training kept averages."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor


def finished(weights: Mapping[str, Tensor], state: Mapping[str, Any]) -> dict[str, Tensor]:
    """The weights of the finished model in a checkpoint: the averages, where they are kept."""
    return {**weights, **state["method"].get("average", {})}
