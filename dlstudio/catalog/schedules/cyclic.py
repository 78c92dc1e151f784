"""Cyclic: rates that rise again."""

import math
from typing import Annotated

from dlstudio.catalog.schedules.schedule import END, UNIT, Moment, Schedule, schedule
from dlstudio.core.fields import Choice, Flag, Int, Real

FAMILY = "Rising and falling"

RATIO = Real(low=1, high=1e9, help="The full rate divided by this is where it begins")


@schedule(FAMILY, synonyms="warm restarts, SGDR, CosineAnnealingWarmRestarts")
class CosineRestarts(Schedule):
    """Half cosines one after another: the rate falls, jumps back up, and falls again (Loshchilov and Hutter 2017)."""

    first: Annotated[int, Int(1, help="How many epochs or steps the first fall takes")] = 10
    growth: Annotated[int, Int(1, 100, help="By what the length of a fall is multiplied each time")] = 2
    end: Annotated[float, END] = 0.0
    unit: Annotated[str, UNIT] = "epochs"

    def at(self, now: Moment) -> float:
        left, length = now.count(self.unit), self.first
        if self.growth == 1:
            left %= length
        while left >= length:
            left, length = left - length, length * self.growth
        return self.end + (1 - self.end) * (1 + math.cos(math.pi * left / length)) / 2


@schedule(FAMILY, synonyms="one cycle, super-convergence, OneCycleLR, Smith, warm-up")
class OneCycle(Schedule):
    """The rate rises to its full value and falls far below where it began, once in the training (Smith 2018).

    The optimizer's rate is the highest point."""

    rise: Annotated[float, Real(low=0.001, high=0.999, help="The share of the training in which it rises")] = 0.3
    start_ratio: Annotated[float, RATIO] = 25.0
    end_ratio: Annotated[float, Real(low=1, high=1e12, help="Where it began, divided by this, is where it ends")] = (
        10_000.0
    )
    straight: Annotated[bool, Flag(help="Rises and falls along straight lines instead of half cosines")] = False

    def at(self, now: Moment) -> float:
        top, end = self.rise * now.total_steps - 1, max(1, now.total_steps - 1)
        start = 1 / self.start_ratio
        if now.step <= top:
            return self._between(start, 1.0, now.step / top if top > 0 else 1.0)
        return self._between(1.0, start / self.end_ratio, min(1.0, (now.step - top) / (end - top)))

    def _between(self, start: float, end: float, share: float) -> float:
        if self.straight:
            return start + (end - start) * share
        return end + (start - end) / 2 * (1 + math.cos(math.pi * share))


@schedule(FAMILY, synonyms="cyclical, triangular, CyclicLR, Smith")
class Cyclic(Schedule):
    """The rate goes up and down in triangles all through the training (Smith 2017).

    The optimizer's rate is the highest point."""

    low: Annotated[float, Real(low=0, high=1, help="The lowest point, as a factor")] = 0.1
    up: Annotated[int, Int(1, help="How many steps a rise takes")] = 2000
    down: Annotated[int, Int(0, help="How many steps a fall takes; 0 for as many as a rise")] = 0
    shape: Annotated[
        str,
        Choice(
            options=("triangular", "triangular2", "exp_range"),
            help="Whether the tops stay, halve each time, or fall by gamma with every step",
        ),
    ] = "triangular"
    gamma: Annotated[float, Real(low=0, high=1, help="For exp_range: by what the tops fall with every step")] = 0.9999

    def at(self, now: Moment) -> float:
        length = self.up + (self.down or self.up)
        cycle, place = divmod(now.step, length)
        height = place / self.up if place <= self.up else (length - place) / (length - self.up)
        scale = {"triangular": 1.0, "triangular2": 0.5**cycle, "exp_range": self.gamma**now.step}[self.shape]
        return self.low + (1 - self.low) * height * scale
