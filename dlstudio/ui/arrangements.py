"""Arrangements: which panels stand around the canvas for which work."""

from collections.abc import Collection

ARRANGEMENTS: dict[str, frozenset[str]] = {
    "Design": frozenset({"palette", "inspector", "issues"}),
    "Data": frozenset({"data", "inspector"}),
    "Train": frozenset({"dashboard", "inspector", "issues"}),
    "Inspect": frozenset({"inspector", "summary", "code"}),
}
"""The panels that each arrangement shows; the others are hidden."""

MADE_FOR = {"Data": "data", "Train": "dashboard", "Inspect": "summary"}
"""The panel that an arrangement is nothing without."""

SIZES = {"left": 220, "right": 280, "bottom": 220}
"""How wide or high each side is at first, in pixels."""

ROOM = {"inspector": 480, "issues": 160}
"""How high the panels of the right side are at first, against each other."""


def offered(panels: Collection[str]) -> tuple[str, ...]:
    """The arrangements that these panels make."""
    return tuple(name for name in ARRANGEMENTS if name not in MADE_FOR or MADE_FOR[name] in panels)
