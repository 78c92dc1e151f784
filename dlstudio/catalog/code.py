"""Call and Code: pieces of generated source as data, whose values the compiler writes in."""

from dataclasses import dataclass

from dlstudio.core.frozen import Frozen, Value


@dataclass(frozen=True, slots=True)
class Call:
    """A constructor call as data: the compiler writes it, and leaves out keywords that say the default."""

    callee: str
    positional: tuple[tuple[str, Value], ...] = ()
    keywords: tuple[tuple[str, Value], ...] = ()
    defaults: Frozen[str, Value] = Frozen()


@dataclass(frozen=True, slots=True)
class Code:
    """A piece of source with holes: `{x}` for ports, `{module}` for the submodule, others for `values`."""

    text: str
    values: Frozen[str, Value] = Frozen()
