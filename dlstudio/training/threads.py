"""Threads: how many cores the arithmetic of a training on a CPU uses."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from dlstudio.compiler.threads import fitting

__all__ = ["fitting", "using"]


@contextmanager
def using(count: int) -> Iterator[None]:
    """Torch computes with so many threads meanwhile, in the whole process; 0 changes nothing."""
    before = torch.get_num_threads()
    if count:
        torch.set_num_threads(count)
    try:
        yield
    finally:
        if count:
            torch.set_num_threads(before)
