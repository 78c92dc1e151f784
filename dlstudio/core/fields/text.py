"""The markers of what is written: a text, a formula, code, a name."""

from dataclasses import dataclass

from dlstudio.core import expression
from dlstudio.core.expression import ExpressionProblem
from dlstudio.core.fields.marker import FieldProblem, Marker
from dlstudio.core.frozen import Value


@dataclass(frozen=True, slots=True)
class Text(Marker):
    """A line of words."""

    longest: int = 200

    def accept(self, value: Value) -> str:
        if not isinstance(value, str) or len(value) > self.longest:
            raise FieldProblem(f"must be a text of at most {self.longest:,} letters")
        return value


@dataclass(frozen=True, slots=True)
class Path(Text):
    """Where a file or a folder is; a relative one starts at the project's file."""

    longest: int = 4096
    folder: bool = False
    """Whether it may be a folder."""
    endings: tuple[str, ...] = ()
    """How the names of the files end that are meant; none where only a folder is."""


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
