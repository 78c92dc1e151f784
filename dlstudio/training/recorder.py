"""Recorder: turns the tensors that steps measure into numbers, rarely enough that the device never waits."""

import math
import time
from collections.abc import Callable, Mapping

import torch
from torch import Tensor

Numbers = Mapping[str, float]
Sink = Callable[[int, int, Numbers], None]
"""Takes a step, its epoch, and what was measured there."""


class NotFinite(Exception):
    """A measured value was NaN or infinite; `step` is the first one at which it was."""

    def __init__(self, step: int, name: str, value: float) -> None:
        super().__init__(f"{name} became {value} at step {step}")
        self.step, self.name, self.value = step, name, value


class Recorder:
    """Holds measured tensors back for a moment, then asks the device for all of them at once.

    `also` tells what only the last of these steps needs."""

    def __init__(self, sink: Sink, *, every: float = 0.05, also: Callable[[], Numbers] = dict) -> None:
        self.sink, self.every, self.also = sink, every, also
        self._held: list[tuple[int, int, Mapping[str, Tensor]]] = []
        self._due = 0.0

    def add(self, step: int, epoch: int, values: Mapping[str, Tensor]) -> None:
        """Remembers a step's tensors; the first step is told at once."""
        self._held.append((step, epoch, values))
        if time.monotonic() >= self._due:
            self.flush()

    def flush(self) -> None:
        """Tells all that is held, and raises NotFinite at the first step that measured no number."""
        held, self._held = self._held, []
        self._due = time.monotonic() + self.every
        if not held:
            return
        flat = self.fetched([value for _, _, values in held for value in values.values()])
        at = 0
        for step, epoch, values in held:
            numbers = dict(zip(values, flat[at : at + len(values)], strict=True))
            if values is held[-1][2]:
                numbers |= self.also()
            at += len(values)
            self.sink(step, epoch, numbers)
            for name, number in numbers.items():
                if not math.isfinite(number):
                    raise NotFinite(step, name, number)

    def fetched(self, tensors: list[Tensor]) -> list[float]:
        """All numbers by one transfer; in main memory each is simply read."""
        if tensors and tensors[0].device.type == "cpu":
            return [tensor.item() for tensor in tensors]
        return torch.stack([tensor.detach().float() for tensor in tensors]).tolist() if tensors else []
