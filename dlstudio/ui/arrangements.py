"""Arrangements: which panels stand around the canvas for which work."""

from collections.abc import Collection

ARRANGEMENTS: dict[str, frozenset[str]] = {
    "Design": frozenset({"palette", "inspector", "issues"}),
    "Data": frozenset({"data"}),
    "Train": frozenset(
        {
            "dashboard",
            "layers",
            "features",
            "weights",
            "answers",
            "space",
            "samples",
            "try",
            "setup",
            "inspector",
            "issues",
        }
    ),
    "Inspect": frozenset({"inspector", "summary", "code"}),
    "Runs": frozenset({"runs", "dashboard"}),
}
"""The panels that each arrangement shows; the others are hidden."""

MADE_FOR = {"Data": "data", "Train": "dashboard", "Inspect": "summary", "Runs": "runs"}
"""The panel that an arrangement is nothing without."""

SIZES = {"left": 220, "right": 280, "bottom": 220}
"""How wide or high each side is at first, in pixels."""

BESIDE = {"setup": "inspector"}
"""Which panels stand behind which others, in tabs."""

BEHIND = {"Train": {"issues": "inspector"}}
"""Panels that stand behind another one in an arrangement only, and by themselves in all others."""

COLUMNS: dict[str, tuple[tuple[str, ...], ...]] = {
    "Train": (("dashboard", "layers"), ("features", "weights", "space", "samples"), ("answers", "try")),
    "Runs": (("runs",), ("dashboard",)),
}
"""The panels at the bottom that stand side by side; those of one column behind each other."""

NARROW = 1200
"""In a window less wide than this the last column stands behind the one before it."""

FRONT = {"Train": ("setup", "dashboard", "features", "answers")}
"""The panels in front of such tabs, the last ones foremost."""

HIGH = {"Train": 0.34, "Runs": 0.48}
"""How much of the window's height the panels at the bottom take at first, where it is more than a strip."""

SHARES = {"data": 0.64, "runs": 0.6}
"""How much of the window's width a panel takes at first that is more than a strip beside the canvas."""

ROOM = {"inspector": 480, "issues": 160}
"""How high the panels of the right side are at first, against each other."""


def offered(panels: Collection[str]) -> tuple[str, ...]:
    """The arrangements that these panels make."""
    return tuple(name for name in ARRANGEMENTS if name not in MADE_FOR or MADE_FOR[name] in panels)
