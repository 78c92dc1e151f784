"""The markers of numbers in a list: a size, a shape, any others."""

import math
import re
from dataclasses import dataclass

from dlstudio.core.fields.marker import FieldProblem, Marker
from dlstudio.core.fields.number import Real, digits, integer
from dlstudio.core.frozen import Value

_TIMES = re.compile(r"[x×]")


@dataclass(frozen=True, slots=True)
class Size(Marker):
    """One whole number for each of `dims` directions; a single number stands for all of them."""

    dims: int = 2
    low: int = 1
    high: int = 65536

    @property
    def calculable(self) -> bool:
        return True

    def accept(self, value: Value) -> tuple[int, ...]:
        numbers = value if isinstance(value, tuple | list) else (value,)
        if len(numbers) == 1:
            numbers = tuple(numbers) * self.dims
        if len(numbers) != self.dims:
            raise FieldProblem(f"needs one number or {self.dims} (one for each direction), not {len(numbers)}")
        whole = tuple(integer(number) for number in numbers)
        if not all(self.low <= number <= self.high for number in whole):
            raise FieldProblem(f"must be {self.limits}, not {_shape(whole)}")
        return whole

    def parse(self, word: str) -> tuple[int, ...]:
        return self.accept(tuple(digits(part) for part in _TIMES.split(word)))

    @property
    def limits(self) -> str:
        return f"from {self.low:,} to {self.high:,} in each direction"


@dataclass(frozen=True, slots=True)
class Ints(Marker):
    """A list of whole numbers, such as a shape or an order of axes."""

    low: int = 0
    high: int = 2**31 - 1
    least: int = 0
    most: int = 8

    @property
    def calculable(self) -> bool:
        return True

    def accept(self, value: Value) -> tuple[int, ...]:
        numbers = value if isinstance(value, tuple | list) else (value,)
        if not self.least <= len(numbers) <= self.most:
            raise FieldProblem(f"needs from {self.least} to {self.most} numbers, not {len(numbers)}")
        whole = tuple(integer(number) for number in numbers)
        if not all(self.low <= number <= self.high for number in whole):
            raise FieldProblem(f"must hold {self.limits}, not {_shape(whole)}")
        return whole

    def parse(self, word: str) -> tuple[int, ...]:
        return self.accept(tuple(digits(part) for part in re.split(r"[x×,]", word)))

    @property
    def limits(self) -> str:
        return f"whole numbers from {self.low:,} to {self.high:,}"


@dataclass(frozen=True, slots=True)
class Reals(Marker):
    """A list of numbers."""

    low: float = -math.inf
    high: float = math.inf
    most: int = 65536

    def accept(self, value: Value) -> tuple[float, ...]:
        numbers = value if isinstance(value, tuple | list) else (value,)
        if len(numbers) > self.most:
            raise FieldProblem(f"holds more than {self.most:,} numbers")
        one = Real(low=self.low, high=self.high)
        return tuple(one.accept(number) for number in numbers)

    def parse(self, word: str) -> tuple[float, ...]:
        return self.accept(tuple(Real().parse(part) for part in word.split(",")))


def _shape(numbers: tuple[int, ...]) -> str:
    text = "×".join(map(str, numbers))
    return text if len(text) <= 40 else text[:37] + "..."
