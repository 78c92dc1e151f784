"""Entry: one line of the command palette; it knows no Qt."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be run by its name; `reason` says why not now."""

    id: str
    title: str
    place: str
    """Where else it is found: the menu, or what kind of thing it is."""
    run: Callable[[], object]
    keys: str = ""
    reason: str = ""
    icon: str = ""
    words: str = ""
    """What else it is found by."""
    quiet: bool = False
    """Whether it is shown only when something is typed."""
