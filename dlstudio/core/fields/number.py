"""The markers of one number, whole or real."""

import math
import sys
from dataclasses import dataclass

from dlstudio.core.fields.marker import FieldProblem, Marker, show
from dlstudio.core.frozen import Value


def integer(value: Value) -> int:
    """The value as a whole number, or a FieldProblem."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise FieldProblem(f"must be a whole number, not {show(value)}")
    return value


def digits(word: str) -> int:
    """The whole number that is typed, or a FieldProblem."""
    if len(word) > 18:
        raise FieldProblem(f"is too large: {word[:18]}...")
    try:
        return int(word)
    except ValueError:
        raise FieldProblem(f"must be a whole number, not “{word}”") from None


@dataclass(frozen=True, slots=True)
class Int(Marker):
    """A whole number between two limits."""

    low: int = 0
    high: int = 2**31 - 1

    @property
    def calculable(self) -> bool:
        return True

    def accept(self, value: Value) -> int:
        number = integer(value)
        if not self.low <= number <= self.high:
            limits = self.limits if number < self.low else f"at most {self.high:,}"
            raise FieldProblem(f"must be {limits}, not {show(number)}")
        return number

    def parse(self, word: str) -> int:
        return self.accept(digits(word))

    @property
    def limits(self) -> str:
        return f"at least {self.low:,}" if self.high >= 2**31 - 1 else f"from {self.low:,} to {self.high:,}"


@dataclass(frozen=True, slots=True)
class Real(Marker):
    """A number between two limits, which may be left out at either end."""

    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False

    @property
    def calculable(self) -> bool:
        return True

    def accept(self, value: Value) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= sys.float_info.max:
            raise FieldProblem(f"must be a number, not {show(value)}")
        if not self.low <= value <= self.high or (self.open_low and value == self.low):
            raise FieldProblem(f"must be {self.limits}, not {value:g}")
        return float(value)

    def parse(self, word: str) -> float:
        try:
            return self.accept(float(word))
        except ValueError as problem:
            if isinstance(problem, FieldProblem):
                raise
            raise FieldProblem(f"must be a number, not “{word}”") from None

    @property
    def limits(self) -> str:
        low = f"above {self.low:g}" if self.open_low else f"at least {self.low:g}"
        if math.isinf(self.high):
            return "any number" if math.isinf(self.low) else low
        return f"at most {self.high:g}" if math.isinf(self.low) else f"{low} and at most {self.high:g}"
