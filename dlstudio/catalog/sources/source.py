"""Source: the declaration of one place where samples come from; how it is read stands in data/ under the same name."""

from collections.abc import Callable
from typing import ClassVar

from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.spec import Declaration, Registry

FRACTIONS: Frozen[str, Value] = Frozen({"kind": "Fractions"})


class Source(Declaration):
    """One place where samples come from."""

    split: ClassVar[Frozen[str, Value]] = FRACTIONS
    """How the samples are split when the project says nothing of it."""
    gives: ClassVar[str] = ""
    """What comes out of it and how much, in a few words for a list."""


sources: Registry[Source] = Registry("data source")


def source(
    family: str, *, gives: str, split: Frozen[str, Value] = FRACTIONS, synonyms: str = ""
) -> Callable[[type[Source]], type[Source]]:
    """Registers a source under a heading of the data form."""

    def register(cls: type[Source]) -> type[Source]:
        cls.split, cls.gives = split, gives
        return sources.add(cls, family=family, synonyms=synonyms)

    return register
