"""Pace: how many steps and samples a training takes each second."""

import time
from collections import deque

SPAN = 5.0
"""Seconds over which speeds are taken."""
APART = 0.5
"""Seconds between two looks."""


class Pace:
    """Remembers how far the training was some seconds ago."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def due(self) -> bool:
        """Whether it is time to look again."""
        return not self._seen or time.monotonic() - self._seen[-1][0] >= APART

    def words(self, step: int, batch: int) -> str:
        """Samples and steps each second; nothing where no step was taken meanwhile."""
        now = time.monotonic()
        if self._seen and step < self._seen[-1][1]:
            self._seen.clear()
        self._seen.append((now, step))
        while now - self._seen[0][0] > SPAN and len(self._seen) > 2:
            self._seen.popleft()
        (began, first), (ended, last) = self._seen[0], self._seen[-1]
        if last == first:
            return ""
        pace = (last - first) / (ended - began)
        return " · ".join([*([f"{pace * batch:,.0f} samples/s"] if batch else []), f"{pace:,.1f} steps/s"])
