"""Sight: what a training shows of itself; it is filled without ever waiting, and whoever looks takes from it."""

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from dlstudio.runs.folder import RunFolder
from dlstudio.training.asking.desk import Desk
from dlstudio.training.doctor import Finding
from dlstudio.training.probes import Snapshot, Wish
from dlstudio.training.recorder import Numbers

BUDGET = 256 * 2**20
MOST_NUMBERS, MOST_LOOKS = 8_192, 200

Tell = Callable[[str | Finding], None]
"""Hears what a training has to say in words, in its thread: each finding once, and sentences."""


@dataclass(frozen=True)
class Said:
    """Writes what a training says into its run before anybody hears it."""

    folder: RunFolder
    tell: Tell | None = None

    def __call__(self, what: str | Finding) -> None:
        self.folder.log(str(what))
        if self.tell:
            self.tell(what)


@dataclass(frozen=True)
class Plan:
    """How far a training goes: the step it starts behind, its last one, and how many make an epoch."""

    first: int
    last: int
    per_epoch: int
    started: float = field(default_factory=time.monotonic)

    def left(self, step: int) -> float:
        """The seconds left, judged by the speed so far."""
        done = step - self.first
        return (self.last - step) * (time.monotonic() - self.started) / done if done > 0 else math.inf


@dataclass(eq=False)
class Sight:
    """Bounded channels out of one training; when nobody takes anything, the oldest is forgotten."""

    probes: bool | None = None
    """Whether to look inside: True as the pace allows, None only now and then, False never."""
    wish: Wish = field(default_factory=Wish)
    """What looks fetch beyond the numbers of each node; it may be set anew at any time."""
    desk: Desk = field(default_factory=Desk)
    """What is asked of the network itself, and the answers."""
    eager: bool = False
    """Whether somebody looks now, so that looking may take its whole share of the time."""
    folder: Path | None = None
    """Where the run is kept, once it is there."""
    budget: int = BUDGET
    """How many bytes of looks and answers are kept on disk, the older ones ever more sparsely; 0 keeps none."""
    plan: Plan | None = None
    numbers: deque[tuple[int, int, Numbers]] = field(default_factory=lambda: deque(maxlen=MOST_NUMBERS))
    """Steps, epochs and what was measured, to be taken out from the left."""
    snapshots: deque[Snapshot] = field(default_factory=lambda: deque(maxlen=MOST_LOOKS))
    """Looks inside without their pictures, to be taken out from the left."""
    latest: Snapshot | None = None
    """The last look, with the feature maps and kernels that were wished for."""
    findings: tuple[Finding, ...] = ()
    """What the doctor finds wrong now."""
