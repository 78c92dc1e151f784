"""Limits: how long a file that runs may get no further, and how much memory it may take beyond its weights."""

import os
from dataclasses import asdict, dataclass
from typing import Any

from dlstudio.core.issue import ProjectProblem

PATIENCE, MEMORY = 6.0, 500
"""Seconds and megabytes that are right for nearly every model."""
MOST_SECONDS = 86_400.0
MOST_MEGABYTES = 2**24
BUSIEST = 4.0


@dataclass(frozen=True)
class Limits:
    """What a stranger's code is given; a model that needs more is one that somebody vouches for."""

    patience: float = PATIENCE
    """Seconds without a sign of getting on: a module imported, a weight made, a part of the network called."""
    memory: int = MEMORY
    """Megabytes."""

    def __post_init__(self) -> None:
        if not 0 < self.patience <= MOST_SECONDS:
            raise ProjectProblem(f"The patience is {self.patience:g}; give seconds, from 1 to {MOST_SECONDS:,.0f}.")
        if not 0 < self.memory <= MOST_MEGABYTES:
            raise ProjectProblem(f"The memory is {self.memory:,}; give megabytes, from 1 to {MOST_MEGABYTES:,}.")

    @property
    def bytes(self) -> int:
        return self.memory * 2**20

    def plain(self) -> dict[str, Any]:
        """The limits as another process reads them."""
        return asdict(self)


def crowding() -> float:
    """How much longer everything takes here now, since others work on this machine too."""
    try:
        load = os.getloadavg()[0]
    except (AttributeError, OSError):
        return 1.0
    return min(max(1.0, load / (os.cpu_count() or 1)), BUSIEST)


USUAL = Limits()
