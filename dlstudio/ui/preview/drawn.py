"""Drawn: random numbers from a source of our own, so that a preview leaves no trace in those of a training."""

from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

NAME = "generator"


class Drawn(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """While it lasts, this thread draws from a seed of its own: the same numbers as after `torch.manual_seed`."""

    def __init__(self, seed: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.source = torch.Generator().manual_seed(seed)

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        known = dict(kwargs or {})
        if not takes(func):
            other = getattr(func.overloadpacket, NAME, None) if func._overloadname == "default" else None
            if other is None:
                return func(*args, **known)
            func = other
        if known.get(NAME) is None:
            known[NAME] = self.source
        return func(*args, **known)


def takes(func: Any) -> bool:
    """Whether a source of random numbers can be handed to it."""
    return any(argument.name == NAME for argument in func._schema.arguments)
