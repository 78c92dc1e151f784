"""Stopwatch: the seconds spent in our own hands while a step runs."""

import time
from dataclasses import dataclass
from types import TracebackType

import torch


@dataclass
class Stopwatch:
    """Sums up the time spent inside `with`."""

    seconds: float = 0.0
    _started: float = 0.0

    def __enter__(self) -> None:
        self._started = time.perf_counter()

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.seconds += time.perf_counter() - self._started


def settle(device: torch.device) -> None:
    """Waits until a device has done all that it was told, so that a clock tells the truth."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
