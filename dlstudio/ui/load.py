"""Load: what a training takes from the machine: samples each second, memory, the device."""

import os
import sys
import time
from collections import deque
from pathlib import Path

from dlstudio.compiler.cost import size

SPAN = 5.0
"""Seconds over which speeds are taken."""
PACE = 0.5
"""Seconds between two looks."""
STATM = Path("/proc/self/statm")


class Load:
    """Remembers how far the training was some seconds ago, and what the processor had done."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int, float]] = deque()

    def due(self) -> bool:
        """Whether it is time to look again."""
        return not self._seen or time.monotonic() - self._seen[-1][0] >= PACE

    def words(self, step: int, batch: int) -> str:
        """One line each; what cannot be known here is left out."""
        now = time.monotonic()
        if self._seen and step < self._seen[-1][1]:
            self._seen.clear()
        self._seen.append((now, step, time.process_time()))
        while now - self._seen[0][0] > SPAN and len(self._seen) > 2:
            self._seen.popleft()
        return "\n".join(filter(None, (self._speed(batch), self._processor(), memory(), device())))

    def _speed(self, batch: int) -> str:
        (began, first, _), (ended, last, _) = self._seen[0], self._seen[-1]
        if last == first:
            return ""
        pace = (last - first) / (ended - began)
        return " · ".join([*([f"{pace * batch:,.0f} samples/s"] if batch else []), f"{pace:,.1f} steps/s"])

    def _processor(self) -> str:
        (began, _, spent), (ended, _, now) = self._seen[0], self._seen[-1]
        if ended == began:
            return ""
        return f"Processor: {(now - spent) / (ended - began):.1f} of {os.cpu_count() or 1} cores"


def memory() -> str:
    """What this program holds of the main memory now."""
    try:
        pages = int(STATM.read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return ""
    return f"Memory: {size(pages * os.sysconf('SC_PAGE_SIZE'))}"


def device() -> str:
    """What is held of the memory of a graphics processor, where one is in use."""
    torch = sys.modules.get("torch")
    if torch is None or not hasattr(torch, "cuda") or not torch.cuda.is_initialized():
        return ""
    free, whole = torch.cuda.mem_get_info()
    return f"Device: {size(torch.cuda.memory_allocated())} here, {size(whole - free)} of {size(whole)} in use"
