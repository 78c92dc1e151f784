"""Culprit: the node in which numbers first cease to be numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn


@torch.no_grad()
def culprit(module: nn.Module, inputs: Sequence[Tensor]) -> str | None:
    """The first node, in the order of the forward pass, whose weights or results are not finite."""
    found: list[str] = []

    def look(name: str) -> Any:
        def hook(part: nn.Module, _inputs: Any, output: Any) -> None:
            if not found and not (finite(dict(part.named_parameters())) and finite(output)):
                found.append(name)

        return hook

    leaves = [(name, part) for name, part in module.named_modules() if name and not any(part.children())]
    handles = [part.register_forward_hook(look(name)) for name, part in leaves]
    try:
        module(*inputs)
    except RuntimeError:
        return found[0] if found else None
    finally:
        for handle in handles:
            handle.remove()
    return found[0] if found else None


def finite(value: Any) -> bool:
    """Whether all numbers in tensors, and in containers of tensors, are numbers."""
    if isinstance(value, Tensor):
        return not value.is_floating_point() or bool(torch.isfinite(value).all())
    if isinstance(value, Mapping):
        return all(map(finite, value.values()))
    return all(map(finite, value)) if isinstance(value, tuple | list) else True
