"""Field markers: what a declared field may hold; one marker serves the form, the check, the file and the line."""

import math
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dlstudio.core import expression
from dlstudio.core.expression import ExpressionProblem
from dlstudio.core.frozen import Frozen, Value, freeze


class FieldProblem(ValueError):
    """Why a value does not fit a field, as the end of a sentence: "must be at least 1"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """What all markers have: a help text, a unit, and whether `=expression` may stand for a number."""

    help: str = ""
    unit: str = ""

    @property
    def calculable(self) -> bool:
        return False

    def accept(self, value: Value) -> Value:
        """The value in its normal form, or a FieldProblem."""
        raise NotImplementedError

    def parse(self, word: str) -> Value:
        """The value that a word of the type-to-build line stands for."""
        return self.accept(word)

    @property
    def limits(self) -> str:
        """What may be typed, in words."""
        return ""


def _integer(value: Value) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise FieldProblem(f"must be a whole number, not {show(value)}")
    return value


def show(value: Value) -> str:
    """A value as a user would write it, shortened."""
    if isinstance(value, str):
        return f"“{value}”" if len(value) <= 38 else f"“{value[:35]}...”"
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _shape(numbers: tuple[int, ...]) -> str:
    text = "×".join(map(str, numbers))
    return text if len(text) <= 40 else text[:37] + "..."


def _digits(word: str) -> int:
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
        number = _integer(value)
        if not self.low <= number <= self.high:
            limits = self.limits if number < self.low else f"at most {self.high:,}"
            raise FieldProblem(f"must be {limits}, not {show(number)}")
        return number

    def parse(self, word: str) -> int:
        return self.accept(_digits(word))

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


YES, NO = ("yes", "true", "on", "1"), ("no", "false", "off", "0")


@dataclass(frozen=True, slots=True)
class Flag(Marker):
    """Yes or no."""

    def accept(self, value: Value) -> bool:
        if value in (0, 1):
            return bool(value)
        raise FieldProblem(f"must be yes or no, not {show(value)}")

    def parse(self, word: str) -> bool:
        if word.lower() in YES + NO:
            return word.lower() in YES
        raise FieldProblem(f"must be yes or no, not “{word}”")

    @property
    def limits(self) -> str:
        return "yes or no"


@dataclass(frozen=True, slots=True)
class Choice(Marker):
    """One of a few words; `labels` explain the ones that do not explain themselves."""

    options: tuple[str, ...] = ()
    labels: Frozen[str, str] = Frozen()

    def accept(self, value: Value) -> str:
        if value not in self.options or not isinstance(value, str):
            raise FieldProblem(f"must be {self.limits}, not {show(value)}")
        return value

    @property
    def limits(self) -> str:
        return "one of " + ", ".join(option or "(nothing)" for option in self.options)


@dataclass(frozen=True, slots=True)
class Text(Marker):
    """A line of words."""

    longest: int = 200

    def accept(self, value: Value) -> str:
        if not isinstance(value, str) or len(value) > self.longest:
            raise FieldProblem(f"must be a text of at most {self.longest:,} letters")
        return value


@dataclass(frozen=True, slots=True)
class Formula(Text):
    """An expression of arithmetic on the ports' names."""

    def accept(self, value: Value) -> str:
        if not isinstance(value, str):
            raise FieldProblem("must be an expression such as 2*x + 1")
        try:
            expression.parse(value)
        except ExpressionProblem as problem:
            raise FieldProblem(f"is not usable: {problem}") from None
        return value


@dataclass(frozen=True, slots=True)
class Code(Marker):
    """Python source of the user's own."""

    def accept(self, value: Value) -> str:
        if not isinstance(value, str) or len(value) > 100_000:
            raise FieldProblem("must be Python source of at most 100,000 letters")
        return value


@dataclass(frozen=True, slots=True)
class NodeName(Text):
    """The name of another node of the same network."""


@dataclass(frozen=True, slots=True)
class NetworkName(Text):
    """The name of another network of the project."""


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
        whole = tuple(_integer(number) for number in numbers)
        if not all(self.low <= number <= self.high for number in whole):
            raise FieldProblem(f"must be {self.limits}, not {_shape(whole)}")
        return whole

    def parse(self, word: str) -> tuple[int, ...]:
        return self.accept(tuple(_digits(part) for part in _TIMES.split(word)))

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
        whole = tuple(_integer(number) for number in numbers)
        if not all(self.low <= number <= self.high for number in whole):
            raise FieldProblem(f"must hold {self.limits}, not {_shape(whole)}")
        return whole

    def parse(self, word: str) -> tuple[int, ...]:
        return self.accept(tuple(_digits(part) for part in re.split(r"[x×,]", word)))

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


@dataclass(frozen=True, slots=True)
class Array(Marker):
    """Numbers in rows, in rows of rows and so on, as a weight holds them."""

    most: int = 4096

    def accept(self, value: Value) -> Value:
        rows = value if isinstance(value, tuple | list) else (value,)
        if _count(rows) > self.most:
            raise FieldProblem(f"holds more than {self.most:,} numbers")
        return _rows(rows)

    @property
    def limits(self) -> str:
        return f"at most {self.most:,} numbers in rows of one length, such as [[1, 2], [3, 4]]"


def _count(value: Value, depth: int = 0) -> int:
    """How many numbers there are, all through; no weight has more than nine axes."""
    if depth > 9:
        raise FieldProblem("must hold numbers in at most 9 levels of rows")
    return sum(_count(each, depth + 1) for each in value) if isinstance(value, tuple | list) else 1


def _rows(value: Value) -> Value:
    """The rows as tuples of real numbers, all of one length."""
    if not isinstance(value, tuple | list):
        return Real().accept(value)
    made = tuple(map(_rows, value))
    shapes = {shape_of(each) for each in made}
    if len(shapes) > 1:
        raise FieldProblem("must hold rows of one length, as in [[1, 2], [3, 4]]")
    return made


def shape_of(value: Value) -> tuple[int, ...]:
    """How many rows, and how many numbers in each, an Array holds."""
    return (len(value), *shape_of(value[0])) if isinstance(value, tuple) and value else ()


@dataclass(frozen=True, slots=True)
class Words(Marker):
    """A list of words, all of them from `options` when those are given."""

    options: tuple[str, ...] = ()
    most: int = 64

    def accept(self, value: Value) -> tuple[str, ...]:
        words = value if isinstance(value, tuple | list) else (value,)
        if len(words) > self.most or not all(isinstance(word, str) for word in words):
            raise FieldProblem(f"must be a list of at most {self.most} words")
        strange = [word for word in words if self.options and word not in self.options]
        if strange:
            raise FieldProblem(f"knows only {', '.join(self.options)}, not {show(strange[0])}")
        return tuple(words)

    def parse(self, word: str) -> tuple[str, ...]:
        return self.accept(tuple(part for part in word.split(",") if part))


@dataclass(frozen=True, slots=True)
class Values(Marker):
    """Named values: the arguments that a block is given; each may be an `=expression`."""

    @property
    def calculable(self) -> bool:
        return True

    def accept(self, value: Value) -> Frozen[str, Value]:
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            raise FieldProblem("must be names with values")
        return Frozen(freeze(value))


@dataclass(frozen=True, slots=True)
class Declared(Marker):
    """A thing declared elsewhere, by its kind and fields: an initialiser, an activation."""

    registry: str = ""
    usual: str = ""
    """The kind that is meant where fields are given without one."""

    def accept(self, value: Value) -> Frozen[str, Value]:
        if isinstance(value, str):
            return Frozen({"kind": value}) if value else Frozen()
        if isinstance(value, Mapping) and value and self.usual:
            value = {"kind": self.usual, **value}
        if not isinstance(value, Mapping) or (value and not isinstance(value.get("kind"), str)):
            raise FieldProblem("must be a kind with its fields")
        return Frozen(freeze(value))


def calculate(value: Value, arguments: Mapping[str, Any]) -> Value:
    """The value with every `=expression` in it replaced by its number."""
    if isinstance(value, str):
        return expression.evaluate(value[1:], arguments) if value.startswith("=") else value
    if isinstance(value, tuple | list):
        return tuple(calculate(item, arguments) for item in value)
    if isinstance(value, Mapping):
        return Frozen({key: calculate(item, arguments) for key, item in value.items()})
    return value


def is_calculated(value: Value) -> bool:
    """Whether an `=expression` stands anywhere in the value."""
    if isinstance(value, str):
        return value.startswith("=")
    if isinstance(value, Mapping):
        return any(is_calculated(item) for item in value.values())
    return isinstance(value, tuple | list) and any(is_calculated(item) for item in value)
