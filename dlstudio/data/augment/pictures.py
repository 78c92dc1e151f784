"""Pictures: images, maps and clips seen as one batch of channels × height × width, and their range of brightness."""

import torch
from torch import Tensor

from dlstudio.core.tensor import CHANNEL
from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.augment.operation import Chunks
from dlstudio.data.statistics import lined


def flat(x: Tensor) -> Tensor:
    """One channel for a map, all frames side by side for a clip."""
    return x.reshape(len(x), -1, *x.shape[-2:])


def extremes(shape: Shape, values: Chunks) -> dict[str, Tensor]:
    """The smallest and largest value of each channel in the training part, or of all numbers of other columns."""
    channel = shape.position(CHANNEL)
    low, high = _limits(values, channel)
    if not shape.form.startswith(("an image", "a map", "a clip")):
        return {"low": low.min(), "high": high.max()}
    frames = shape.shape[0] if shape.form == "a clip" else 1
    return {"low": low.repeat(frames).reshape(-1, 1, 1), "high": high.repeat(frames).reshape(-1, 1, 1)}


def _limits(values: Chunks, axis: int | None) -> tuple[Tensor, Tensor]:
    found: tuple[Tensor, Tensor] | None = None
    for piece in values():
        table = lined(piece, axis)
        low, high = table.amin(0).float(), table.amax(0).float()
        found = (torch.minimum(found[0], low), torch.maximum(found[1], high)) if found else (low, high)
    return found or (torch.zeros(1), torch.ones(1))
