"""Several: the field marker for a list of things that are declared elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass

from dlstudio.core.fields import Declared, FieldProblem, Marker
from dlstudio.core.frozen import Frozen, Value


@dataclass(frozen=True, slots=True)
class Several(Marker):
    """A list of things declared elsewhere, each by its kind and fields: regularizers."""

    registry: str = ""
    most: int = 64

    def accept(self, value: Value) -> tuple[Frozen[str, Value], ...]:
        listed = (value,) if isinstance(value, str | Mapping) else value
        if not isinstance(listed, tuple | list) or len(listed) > self.most:
            raise FieldProblem(f"must be a list of at most {self.most} kinds with their fields")
        one = Declared()
        return tuple(made for each in listed if (made := one.accept(each)))

    def parse(self, word: str) -> tuple[Frozen[str, Value], ...]:
        return self.accept(tuple(part for part in word.split(",") if part))
