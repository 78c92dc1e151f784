"""Falling: rates that stay or shrink as training goes on."""

import math
from typing import Annotated

from dlstudio.catalog.schedules.schedule import END, GAMMA, UNIT, Moment, Schedule, Warmed, schedule
from dlstudio.core.fields import Int, Ints, Real

FAMILY = "Falling"


@schedule(FAMILY, synonyms="fixed, none, LRS-01")
class Constant(Schedule):
    """The learning rate stays as it is."""

    def at(self, now: Moment) -> float:
        return 1.0


@schedule(FAMILY, synonyms="staircase, StepLR, decay")
class Step(Schedule):
    """The rate falls by a factor after every so many epochs (or steps)."""

    every: Annotated[int, Int(1, help="How many epochs or steps lie between two falls")] = 30
    gamma: Annotated[float, GAMMA] = 0.1
    unit: Annotated[str, UNIT] = "epochs"

    def at(self, now: Moment) -> float:
        return float(self.gamma ** (now.count(self.unit) // self.every))


@schedule(FAMILY, synonyms="milestones, MultiStepLR, piecewise constant, decay")
class MultiStep(Schedule):
    """The rate falls by a factor at each of some chosen epochs (or steps)."""

    title = "Multi-step"

    milestones: Annotated[tuple[int, ...], Ints(low=1, most=64, help="When the rate falls, such as 30, 60, 80")] = (
        30,
        60,
        80,
    )
    gamma: Annotated[float, GAMMA] = 0.1
    unit: Annotated[str, UNIT] = "epochs"

    def at(self, now: Moment) -> float:
        return float(self.gamma ** sum(milestone <= now.count(self.unit) for milestone in self.milestones))


@schedule(FAMILY, synonyms="ExponentialLR, geometric, decay, LRS-02")
class Exponential(Schedule):
    """The rate is multiplied by the same factor after each epoch (or step): gammaᵗ."""

    gamma: Annotated[float, GAMMA] = 0.95
    unit: Annotated[str, UNIT] = "epochs"

    def at(self, now: Moment) -> float:
        return float(self.gamma ** now.count(self.unit))


@schedule(FAMILY, synonyms="inverse decay, linear decay, quadratic decay, 1/t, hyperbolic, LRS-02, LRS-03")
class InverseTime(Schedule):
    """The rate falls as 1/(1 + rate·t)^power: the decay that the theory of online descent asks for.

    With a power of 1 lectures call it linear decay, with 2 quadratic decay."""

    rate: Annotated[float, Real(low=0, help="How fast it falls")] = 0.1
    power: Annotated[float, Real(low=0, high=10, help="1 for inverse, 2 for inverse quadratic decay")] = 1.0
    unit: Annotated[str, UNIT] = "epochs"

    def at(self, now: Moment) -> float:
        return float((1 + self.rate * now.count(self.unit)) ** -self.power)


@schedule(FAMILY, synonyms="Noam, transformer, rsqrt, warm-up")
class InverseSquareRoot(Schedule):
    """The rate rises in a warm-up and then falls as 1/√t, as transformers were first trained (Vaswani et al. 2017)."""

    warmup: Annotated[int, Int(1, help="Over how many steps it rises; the full rate is reached after them")] = 1000

    def at(self, now: Moment) -> float:
        step = now.step + 1
        return min(step / self.warmup, math.sqrt(self.warmup / step))


@schedule(FAMILY, synonyms="LinearLR, linear decay, warm-up, LRS-02")
class Linear(Warmed):
    """The rate falls along a straight line to the end of the training."""

    end: Annotated[float, END] = 0.0

    def after(self, share: float) -> float:
        return 1 + (self.end - 1) * share


@schedule(FAMILY, synonyms="PolynomialLR, power, warm-up")
class Polynomial(Warmed):
    """The rate falls as a power of the time that is left: end + (1 − end)·(1 − t)^power."""

    power: Annotated[float, Real(low=0, high=10, help="1 is a straight line; more falls faster at first")] = 2.0
    end: Annotated[float, END] = 0.0

    def after(self, share: float) -> float:
        return float(self.end + (1 - self.end) * (1 - share) ** self.power)


@schedule(FAMILY, synonyms="CosineAnnealingLR, annealing, half cosine, warm-up")
class Cosine(Warmed):
    """The rate falls along half a cosine: slowly at first and at the end (Loshchilov and Hutter 2017)."""

    end: Annotated[float, END] = 0.0

    def after(self, share: float) -> float:
        return self.end + (1 - self.end) * (1 + math.cos(math.pi * share)) / 2
