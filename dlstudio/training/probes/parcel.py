"""Parcel: many small tensors fetched from the device by one transfer."""

from collections.abc import Hashable
from dataclasses import dataclass, field

import torch
from torch import Tensor


@dataclass
class Parcel:
    """Tensors under keys; nothing waits for the device before `fetch`."""

    _held: dict[Hashable, Tensor] = field(default_factory=dict)

    def put(self, key: Hashable, tensor: Tensor) -> None:
        self._held[key] = tensor.detach()

    def fetch(self) -> dict[Hashable, Tensor]:
        """All tensors in main memory, in double precision where the device has it."""
        if not self._held:
            return {}
        device = next(iter(self._held.values())).device
        exact = precision(device)
        flat = torch.cat([t.reshape(-1).to(device, exact) for t in self._held.values()]).cpu()
        pieces = torch.split(flat, [t.numel() for t in self._held.values()])
        return {key: piece.view(t.shape) for (key, t), piece in zip(self._held.items(), pieces, strict=True)}


def precision(device: torch.device) -> torch.dtype:
    """What sums are kept in: the gradients of twenty sigmoid layers vanish in the squares of single precision."""
    return torch.float32 if device.type == "mps" else torch.float64
