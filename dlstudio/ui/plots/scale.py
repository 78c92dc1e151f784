"""Scales: where a value lies along an axis, and which values are written beside it."""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from dlstudio.ui.plots.line import Array

Kind: TypeAlias = Literal["linear", "log", "symlog"]
MOST_MINOR = 4
"""Over how many decades the lines between powers of ten are drawn."""
FEW = 1.2
"""Decades below which the values between powers of ten are chosen as on a linear scale."""


LEAST = 1e-12
"""No span is narrower than this share of its middle."""
LONGEST = 7
"""Values that need more digits than this are written in full once, and the others by how much more they are."""


@dataclass(frozen=True, slots=True)
class Span:
    """From a lower to a higher end, in the units of a scale."""

    low: float = 0.0
    high: float = 1.0

    @property
    def size(self) -> float:
        return self.high - self.low

    def at(self, share: float) -> float:
        return self.low + self.size * share

    def share(self, place: float) -> float:
        return (place - self.low) / self.size

    def wider(self, share: float) -> "Span":
        """With air at both ends; what has no extent gets some."""
        if self.size <= LEAST * max(abs(self.low), abs(self.high)):
            air = abs(self.low) * 0.1 or 1.0
            return Span(self.low - air, self.high + air)
        return Span(self.low - self.size * share, self.high + self.size * share)


@dataclass(frozen=True, slots=True)
class Tick:
    """A place along the axis, and what is written there; lines between have no text."""

    place: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """How values are laid out along an axis."""

    kind: Kind = "linear"
    whole: bool = False
    """Whether only whole numbers are written."""
    threshold: float = 1.0
    """Where a symmetric logarithm begins to be one."""

    def to(self, values: Array) -> Array:
        """The places of values; what has no place is not a number."""
        if self.kind == "linear":
            return values
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.kind == "log":
                return np.where(values > 0, np.log10(values), np.nan)
            return np.sign(values) * np.log10(1 + np.abs(values) / self.threshold)

    def back(self, places: Array) -> Array:
        """The values at places."""
        if self.kind == "linear":
            return places
        with np.errstate(over="ignore"):
            if self.kind == "log":
                return 10.0 ** np.asarray(places)
            return np.sign(places) * self.threshold * (10.0 ** np.abs(places) - 1)

    def value(self, place: float) -> float:
        return float(self.back(np.asarray(place, dtype=float)))

    def place(self, value: float) -> float:
        return float(self.to(np.asarray(value, dtype=float)))

    def ticks(self, span: Span, most: int) -> list[Tick]:
        """At most about so many written places, and the faint ones between."""
        most = max(2, most)
        if self.kind == "linear":
            return [Tick(v, t) for v, t in _round(span.low, span.high, most, self.whole)]
        if self.kind == "symlog":
            return self._symmetric(span, most)
        if span.size < FEW:
            found = _round(10**span.low, 10**span.high, most, self.whole)
            return [Tick(math.log10(v), t) for v, t in found if v > 0]
        return _decades(span, most)

    def _symmetric(self, span: Span, most: int) -> list[Tick]:
        """Zero, and powers of ten of the threshold at both sides."""
        every = max(1, math.ceil(span.size / most))
        least = math.ceil(math.log10(self.threshold) - 1e-9)
        powers = range(least, least + math.ceil(max(abs(span.low), abs(span.high))) + 1, every)
        near, made = span.size / (1.5 * most), [0.0]
        for power in powers:
            place = self.place(10.0**power)
            if place - made[-1] >= near:
                made.append(place)
        places = sorted({s * place for place in made for s in (1, -1)})
        return [Tick(at, said_tick(float(f"{self.value(at):.6g}"))) for at in places if span.low <= at <= span.high]


def _decades(span: Span, most: int) -> list[Tick]:
    low, high = max(-307, math.ceil(span.low - 1e-9)), min(307, math.floor(span.high + 1e-9))
    every = max(1, math.ceil((high - low + 1) / most))
    made = [Tick(float(p), said_tick(10.0**p)) for p in range(low, high + 1) if p % every == 0]
    if span.size > MOST_MINOR:
        return made
    roomy = span.size * 3 <= most
    for power in range(low - 1, high + 1):
        for digit in range(2, 10):
            place = power + math.log10(digit)
            if span.low <= place <= span.high:
                made.append(Tick(place, said_tick(digit * 10.0**power) if roomy and digit in (2, 5) else ""))
    return made


def _round(low: float, high: float, most: int, whole: bool) -> list[tuple[float, str]]:
    """Round values, equally far apart."""
    if not (math.isfinite(low) and math.isfinite(high) and high > low):
        return []
    step = _step(low, high, most)
    if whole:
        step = max(1.0, step)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    values = [n * step for n in range(first, last + 1)] if last - first < 100 else []
    largest = max((abs(v) for v in values), default=0.0)
    if not largest or math.log10(largest / step) <= LONGEST:
        return [(v, _written(v, step, largest)) for v in values]
    more = [n * step for n in range(len(values))]
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    full = f"{values[0]:,.{places}f}".replace("-", "−") if 1e6 < largest < 1e15 else _written(values[0], step, largest)
    return [(values[0], full)] + [
        (v, "+" + _written(by, step, more[-1])) for v, by in zip(values[1:], more[1:], strict=True)
    ]


def _step(low: float, high: float, most: int) -> float:
    """A round distance with about so many values between two ends, and two at least: one alone tells no length."""
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    steps = [power * digit for digit in (0.5, 1, 2, 5, 10)]
    at = next(i for i, step in enumerate(steps) if step >= rough * 0.999)
    lonely = math.floor(high / steps[at] + 1e-9) - math.ceil(low / steps[at] - 1e-9) < 1
    return steps[at - 1] if lonely else steps[at]


def _written(value: float, step: float, largest: float) -> str:
    """As many digits as tell neighbours apart."""
    if abs(value) < step / 2:
        return "0"
    if step >= 1e-4 and largest < 1e7:
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
        return f"{value:,.{decimals}f}".replace("-", "−")
    digits = max(0, math.floor(math.log10(largest) + 1e-9) - math.floor(math.log10(step) + 1e-9))
    return _lean(f"{value:.{min(digits, 12)}e}")


def said_tick(value: float) -> str:
    """A value of few digits, as it is written beside an axis."""
    if value == 0:
        return "0"
    if 1e-3 <= abs(value) < 1e6:
        return f"{value:,.10g}".replace("-", "−")
    return _lean(f"{value:.0e}")


def said(value: float) -> str:
    """A measured value in four digits."""
    if not math.isfinite(value):
        return "not finite"
    if value == 0:
        return "0"
    if 1e-3 <= abs(value) < 1e5:
        return f"{value:#.4g}".rstrip(".").replace("-", "−")
    return _lean(f"{value:.3e}")


def _lean(text: str) -> str:
    """2.5e-09 as 2.5e−9."""
    digits, power = text.split("e")
    return f"{digits}e{int(power)}".replace("-", "−")
