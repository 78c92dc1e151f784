"""Lap: the time of so many steps, after some to warm up; whoever trains ticks at the beginning of each step."""

import time
from dataclasses import dataclass, field

import torch


@dataclass
class Lap:
    """`tick` says whether the step may be taken; when it says no, `seconds` is known."""

    warm: int
    steps: int
    device: torch.device
    seconds: float = field(default=0.0, init=False)
    _count: int = field(default=0, init=False)
    _began: float = field(default=0.0, init=False)

    def tick(self) -> bool:
        if self._count == self.warm:
            self._began = self._now()
        elif self._count == self.warm + self.steps:
            self.seconds = self._now() - self._began
        self._count += 1
        return self._count <= self.warm + self.steps

    def _now(self) -> float:
        """The time when the device has done all that it was told."""
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
        return time.perf_counter()
