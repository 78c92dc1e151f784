"""Load: what is taken from the machine: its processors, its memory, its graphics processor; for a thread to ask."""

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from dlstudio.compiler.cost import size

STATM, STAT = Path("/proc/self/statm"), Path("/proc/stat")
NO_READER = "The load of the GPU needs nvidia-ml-py: pip install nvidia-ml-py"
NO_AMD_READER = "The load of the GPU needs AMD's amdsmi, which comes with ROCm"


@dataclass(frozen=True, slots=True)
class Taken:
    """How busy the machine is; what cannot be known here is None or empty."""

    processor: float | None = None
    """The busy share of all cores since the last look."""
    cores: float | None = None
    """How many cores this program kept busy meanwhile."""
    memory: str = ""
    graphics: int | None = None
    """The busy share of the graphics processor, in per cent."""
    device: str = ""
    """What is held of its memory."""
    missing: str = ""
    """Why the load of a graphics processor that is in use is not known."""

    @property
    def short(self) -> str:
        """The per cent that matter: those of the graphics processor where one is in use."""
        if self.graphics is not None:
            return f"GPU {self.graphics} %"
        return "" if self.processor is None else f"CPU {100 * self.processor:.0f} %"

    @property
    def words(self) -> str:
        """One line each."""
        return "\n".join(filter(None, (self._cores, self.memory, self._graphics, self.device, self.missing)))

    @property
    def _cores(self) -> str:
        whole = [] if self.processor is None else [f"{100 * self.processor:.0f} % of {os.cpu_count() or 1} cores busy"]
        own = [] if self.cores is None else [f"{self.cores:.1f} by this program"]
        return f"Processor: {', '.join([*whole, *own])}" if whole or own else ""

    @property
    def _graphics(self) -> str:
        return "" if self.graphics is None else f"Graphics processor: {self.graphics} % busy"


@dataclass(frozen=True, slots=True)
class Mark:
    """What the processors had done at one time."""

    at: float
    spent: float
    """Seconds that this program had computed, on all cores together."""
    ticks: tuple[int, int] | None
    """How long all processors were busy, and how long they were there."""


class Load:
    """Remembers what the processors had done at the last look."""

    def __init__(self) -> None:
        self._before: Mark | None = None

    def look(self) -> Taken:
        """In a thread: a graphics processor that computes may answer late."""
        now = Mark(time.monotonic(), time.process_time(), ticks())
        before, self._before = self._before or now, now
        graphics, missing = utilization()
        return Taken(_share(before, now), _cores(before, now), memory(), graphics, device(), missing)


def _share(before: Mark, now: Mark) -> float | None:
    """Of all processors; where the system does not say, of this program alone."""
    if before.ticks and now.ticks:
        busy, there = (after - first for first, after in zip(before.ticks, now.ticks, strict=True))
        return busy / there if there > 0 else None
    cores = _cores(before, now)
    return None if cores is None else min(1.0, cores / (os.cpu_count() or 1))


def _cores(before: Mark, now: Mark) -> float | None:
    return (now.spent - before.spent) / (now.at - before.at) if now.at > before.at else None


def ticks() -> tuple[int, int] | None:
    """How long all processors were busy, and how long they were there, since the system started."""
    try:
        name, *found = STAT.read_text("ascii").partition("\n")[0].split()
        times = [int(each) for each in found[:8]]  # what guests took is in what users took already
    except (OSError, ValueError):
        return None
    return (sum(times) - sum(times[3:5]), sum(times)) if name == "cpu" and len(times) > 4 else None


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


def utilization() -> tuple[int | None, str]:
    """How busy a graphics processor in use is, in per cent, or why that is not known."""
    torch = sys.modules.get("torch")
    if torch is None or not hasattr(torch, "cuda") or not torch.cuda.is_initialized():
        return None, ""
    try:
        return int(torch.cuda.utilization()), ""
    except ModuleNotFoundError:
        return None, NO_AMD_READER if torch.version.hip else NO_READER
    except Exception as problem:  # noqa: BLE001 - the readers have errors of their own, which are not imported here
        return None, f"The load of the GPU cannot be read: {problem}"
