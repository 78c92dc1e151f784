"""Schedules: how the learning rate changes while training, as factors on the base rate; pure functions of the step."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from dlstudio.core.fields import Choice, Int, Ints, Real
from dlstudio.core.spec import Declaration, Registry

WARM = Int(0, 2**31 - 1, help="So many steps at the start rise evenly from almost nothing")


class Schedule(Declaration):
    """One way in which the learning rate changes; it knows nothing but where the training stands."""

    def factor(self, step: int, epoch: int, steps_per_epoch: int, total_steps: int) -> float:
        """What the base rate is multiplied by at a step (the first is 0) of an epoch (the first is 0)."""
        raise NotImplementedError


schedules: Registry[Schedule] = Registry("schedule")


def schedule(family: str, *, synonyms: str = "") -> Callable[[type[Schedule]], type[Schedule]]:
    """Registers a schedule; `synonyms` are words, separated by commas, that the search finds it by."""

    def register(cls: type[Schedule]) -> type[Schedule]:
        cls.synonyms = tuple(word.strip() for word in synonyms.split(",") if word.strip())
        return schedules.add(cls, family=family)

    return register


@dataclass(frozen=True)
class Warming(Schedule):
    """A schedule that may rise for a while before it begins."""

    warm_up: Annotated[int, WARM] = 0

    def factor(self, step: int, epoch: int, steps_per_epoch: int, total_steps: int) -> float:
        if step < self.warm_up:
            return (step + 1) / (self.warm_up + 1)
        return self.after(step - self.warm_up, max(1, total_steps - self.warm_up))

    def after(self, step: int, total: int) -> float:
        """The factor so many steps after the rise, of so many in all."""
        return 1.0


@schedule("Learning rate", synonyms="fixed, LRS-01")
class Constant(Warming):
    """The same rate from beginning to end."""


@schedule("Learning rate", synonyms="staircase, StepLR, decay, LRS-02")
class Step(Schedule):
    """Multiplies the rate by a ratio every so many epochs."""

    every: Annotated[int, Int(1, 1_000_000, help="After how many epochs")] = 10
    ratio: Annotated[float, Real(low=0, high=1, help="By what")] = 0.1

    def factor(self, step: int, epoch: int, steps_per_epoch: int, total_steps: int) -> float:
        return float(self.ratio ** (epoch // self.every))


@schedule("Learning rate", synonyms="milestones, MultiStepLR")
class MultiStep(Schedule):
    """Multiplies the rate by a ratio at chosen epochs."""

    epochs: Annotated[tuple[int, ...], Ints(low=1, most=64, help="At the start of which epochs, the first being 0")] = (
        30,
        60,
        90,
    )
    ratio: Annotated[float, Real(low=0, high=1, help="By what")] = 0.1

    def factor(self, step: int, epoch: int, steps_per_epoch: int, total_steps: int) -> float:
        return float(self.ratio ** sum(epoch >= each for each in self.epochs))


@schedule("Learning rate", synonyms="ExponentialLR, decay, LRS-02")
class Exponential(Schedule):
    """Multiplies the rate by a ratio after every epoch."""

    ratio: Annotated[float, Real(low=0, high=1, help="By what")] = 0.95

    def factor(self, step: int, epoch: int, steps_per_epoch: int, total_steps: int) -> float:
        return float(self.ratio**epoch)


@schedule("Learning rate", synonyms="polynomial, power, LRS-02")
class Polynomial(Warming):
    """Falls along a power of the time that is left: evenly with the power 1."""

    power: Annotated[float, Real(low=0, high=16, help="1 falls evenly, 2 fast at first")] = 1.0
    end: Annotated[float, Real(low=0, high=1, help="The factor at the end")] = 0.0

    def after(self, step: int, total: int) -> float:
        left = max(0.0, 1 - step / total)
        return float(self.end + (1 - self.end) * left**self.power)


@schedule("Learning rate", synonyms="1/t, Robbins and Monro, LRS-02, LRS-03")
class InverseTime(Schedule):
    """Shrinks with the count of steps: 1 / (1 + decay·step), as online learning asks for."""

    decay: Annotated[float, Real(low=0, help="How fast")] = 0.001

    def factor(self, step: int, epoch: int, steps_per_epoch: int, total_steps: int) -> float:
        return 1 / (1 + self.decay * step)


@schedule("Learning rate", synonyms="transformer, noam, warm-up")
class InverseSquareRoot(Warming):
    """Falls with the square root of time, usual for transformers after a rise."""

    scale: Annotated[int, Int(1, 2**31 - 1, help="After so many steps the rate is at 0.7")] = 1000

    def after(self, step: int, total: int) -> float:
        return float((1 + step / self.scale) ** -0.5)


@schedule("Learning rate", synonyms="CosineAnnealingLR, half wave")
class Cosine(Warming):
    """Falls along half a cosine to its end: gently, then fast, then gently (Loshchilov and Hutter 2017)."""

    end: Annotated[float, Real(low=0, high=1, help="The factor at the end")] = 0.0

    def after(self, step: int, total: int) -> float:
        return self.end + (1 - self.end) * (1 + math.cos(math.pi * min(1.0, step / total))) / 2


@schedule("Learning rate", synonyms="SGDR, warm restarts")
class CosineRestarts(Warming):
    """Falls along half a cosine and starts again, each time for longer."""

    first: Annotated[int, Int(1, 2**31 - 1, help="How many steps the first fall takes")] = 1000
    longer: Annotated[int, Int(1, 16, help="By what each fall is longer than the one before")] = 2

    def after(self, step: int, total: int) -> float:
        length = self.first
        while step >= length:
            step -= length
            length *= self.longer
        return (1 + math.cos(math.pi * step / length)) / 2


@schedule("Learning rate", synonyms="OneCycleLR, super-convergence")
class OneCycle(Schedule):
    """Rises to the base rate over the first part and falls to almost nothing over the rest (Smith 2018)."""

    rise: Annotated[float, Real(low=0.01, high=0.99, help="Which part of the training rises")] = 0.3
    start: Annotated[float, Real(low=0, high=1, help="The factor at the start")] = 0.04
    end: Annotated[float, Real(low=0, high=1, help="The factor at the end")] = 0.0001

    def factor(self, step: int, epoch: int, steps_per_epoch: int, total_steps: int) -> float:
        top = max(1.0, self.rise * total_steps - 1)
        if step <= top:
            return _between(self.start, 1.0, step / top)
        return _between(1.0, self.end, min(1.0, (step - top) / max(1.0, total_steps - top - 1)))


def _between(first: float, last: float, part: float) -> float:
    return last + (first - last) * (1 + math.cos(math.pi * part)) / 2


@schedule("Learning rate", synonyms="CyclicLR, triangular")
class Cyclic(Schedule):
    """Swings between a low and the full rate, which can lead out of poor minima (Smith 2017)."""

    half: Annotated[int, Int(1, 2**31 - 1, help="How many steps a rise takes")] = 500
    low: Annotated[float, Real(low=0, high=1, help="The factor at the bottom")] = 0.1
    shape: Annotated[str, Choice(options=("triangle", "shrinking"), help="Whether later swings are smaller")] = (
        "triangle"
    )

    def factor(self, step: int, epoch: int, steps_per_epoch: int, total_steps: int) -> float:
        swing, part = divmod(step, 2 * self.half)
        height = 1 - abs(part / self.half - 1)
        return self.low + (1 - self.low) * height * (0.5**swing if self.shape == "shrinking" else 1.0)
