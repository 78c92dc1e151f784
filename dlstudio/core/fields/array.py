"""The markers of numbers in rows, as a weight holds them: of one, and of several by their names."""

from collections.abc import Mapping
from dataclasses import dataclass

from dlstudio.core.fields.marker import FieldProblem, Marker
from dlstudio.core.fields.number import Real
from dlstudio.core.frozen import Frozen, Value

MOST = 4096
"""How many numbers somebody may type for one weight."""


@dataclass(frozen=True, slots=True)
class Array(Marker):
    """Numbers in rows, in rows of rows and so on, as a weight holds them."""

    most: int = MOST

    def accept(self, value: Value) -> Value:
        rows = value if isinstance(value, tuple | list) else (value,)
        if _count(rows) > self.most:
            raise FieldProblem(f"must not be more than {self.most:,} numbers")
        return _rows(rows)

    @property
    def limits(self) -> str:
        return f"at most {self.most:,} numbers in rows of one length, such as [[1, 2], [3, 4]]"


@dataclass(frozen=True, slots=True)
class Arrays(Marker):
    """An Array for each of some weights, by their names."""

    most: int = MOST

    def accept(self, value: Value) -> Frozen[str, Value]:
        if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
            raise FieldProblem("must be names of weights with their numbers in rows")
        return Frozen({name: self._one(name, rows) for name, rows in value.items()})

    def _one(self, name: str, rows: Value) -> Value:
        try:
            return self.one.accept(rows)
        except FieldProblem as problem:
            raise FieldProblem(f"of {name} {problem}") from None

    @property
    def one(self) -> Array:
        """What each weight holds."""
        return Array(help=self.help, most=self.most)

    @property
    def limits(self) -> str:
        return f"for each weight {self.one.limits}"


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
