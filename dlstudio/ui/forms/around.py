"""Around: what a form may need to know of the world: arguments, names that exist, shapes of what is typed in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from dlstudio.core.frozen import Frozen, Value


class Mixed(Enum):
    """Stands for the values of several things that differ."""

    MIXED = "mixed"


MIXED: Final = Mixed.MIXED


@dataclass(frozen=True, slots=True)
class Around:
    """The surroundings of one form."""

    arguments: Mapping[str, Value] = Frozen()
    """What an `=expression` may name."""
    nodes: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    parameters: Mapping[str, Value] | None = None
    """What values may be given to, with what each is when nothing is given; None where any name will do."""
    shapes: Mapping[str, tuple[int, ...]] = Frozen()
    """How many numbers a field holds that are typed one by one."""

    def inside(self, field: str) -> "Around":
        """The surroundings of the fields within a field."""
        return replace(self, shapes=Frozen({"": self.shapes[field]} if field in self.shapes else {}))
