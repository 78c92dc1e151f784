"""Pace: how often to look inside, so that looking costs no more than a stated share of the time."""

import math
from collections import deque
from dataclasses import dataclass, field

SHARE = 0.03
RARELY = 10_000
"""However dear a look is, there is one after so many steps."""
FIRST = 1


@dataclass
class Pace:
    """Says at which steps to look; `every` is the least distance, `share` the most that looking may cost."""

    every: int = 1
    share: float = SHARE
    distance: int = field(default=1, init=False)
    _next: int = field(default=FIRST, init=False)
    _last: int = field(default=0, init=False)
    _costs: deque[float] = field(default_factory=lambda: deque(maxlen=5), init=False)
    _steps: deque[float] = field(default_factory=lambda: deque(maxlen=9), init=False)

    def __post_init__(self) -> None:
        self.distance = max(1, self.every)

    def due(self, step: int) -> bool:
        return step >= self._next

    def stepped(self, seconds: float) -> None:
        """Learns how long a step takes without looking."""
        self._steps.append(seconds)

    def looked(self, step: int, seconds: float) -> None:
        """Learns what a look cost and plans the next one."""
        self._costs.append(seconds)
        self._last = step
        self._plan()

    def allow(self, share: float) -> None:
        """From now on looking may cost another share of the time."""
        if share != self.share:
            self.share = share
            if self._costs:
                self._plan()

    def _plan(self) -> None:
        plain = self.step_seconds
        if plain > 0 and 0 < self.share < 1:
            wanted = self.look_seconds * (1 - self.share) / (self.share * plain)
            self.distance = min(max(self.every, math.ceil(wanted)), RARELY)
        self._next = self._last + self.distance

    @property
    def step_seconds(self) -> float:
        return _median(self._steps)

    @property
    def look_seconds(self) -> float:
        """What a look costs, the dearer of the last one and the usual one."""
        return max(self._costs[-1], _median(self._costs)) if self._costs else 0.0


def _median(values: deque[float]) -> float:
    return sorted(values)[(len(values) - 1) // 2] if values else 0.0
