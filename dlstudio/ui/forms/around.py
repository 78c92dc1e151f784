"""Around: what a form may need to know of the world: arguments, names that exist, weights that are typed in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from dlstudio.catalog.by_hand import Weight
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
    weights: Mapping[str, Weight] = Frozen()
    """What is typed number by number, by the path of its field; “” is the field itself."""

    def inside(self, field: str) -> "Around":
        """The surroundings of the fields within a field."""
        own = {"": self.weights[field]} if field in self.weights else {}
        within = {k.removeprefix(f"{field}."): w for k, w in self.weights.items() if k.startswith(f"{field}.")}
        return replace(self, weights=Frozen({**own, **within}))
