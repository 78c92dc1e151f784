"""The marker of numbers in rows, as a weight holds them."""

from dataclasses import dataclass

from dlstudio.core.fields.marker import FieldProblem, Marker
from dlstudio.core.fields.number import Real
from dlstudio.core.frozen import Value


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
