"""The markers of things with fields of their own: a kind, and the arguments of a block."""

from collections.abc import Mapping
from dataclasses import dataclass

from dlstudio.core.fields.marker import FieldProblem, Marker
from dlstudio.core.frozen import Frozen, Value, freeze


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
