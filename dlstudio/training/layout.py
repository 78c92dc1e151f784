"""Layout: in which order the numbers of pictures lie in memory, and of what optimizers remember of their filters."""

import torch

from dlstudio.compiler.channels import last_is_faster, lay_out

__all__ = ["align", "last_is_faster", "lay_out"]


def align(optimizer: torch.optim.Optimizer) -> None:
    """Lays what an optimizer remembers of a weight as the weight lies: fused steps go through both at once."""
    for weight, kept in optimizer.state.items():
        for name, value in kept.items():
            if torch.is_tensor(value) and value.shape == weight.shape and value.stride() != weight.stride():
                kept[name] = torch.empty_like(weight, dtype=value.dtype).copy_(value)
