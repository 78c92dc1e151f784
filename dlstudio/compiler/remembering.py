"""Remembering: plans of networks that were placed as blocks, for the next block that is used in the same way."""

from collections.abc import Hashable

from dlstudio.compiler.plan import Plan
from dlstudio.core.document import Network

MOST = 4096
_memory: dict[Hashable, tuple[tuple[Network, ...], Plan]] = {}


def remembered(key: Hashable, held: tuple[Network, ...]) -> Plan | None:
    """The plan under a key, if it was made of these very networks."""
    found = _memory.get(key)
    if found is None or len(found[0]) != len(held) or any(a is not b for a, b in zip(found[0], held, strict=True)):
        return None
    return found[1]


def remember(key: Hashable, held: tuple[Network, ...], plan: Plan) -> None:
    """Keeps a plan and the networks that it was made of."""
    if len(_memory) >= MOST:
        _memory.clear()
    _memory[key] = (held, plan)
