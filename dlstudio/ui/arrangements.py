"""Arrangements: which panels stand around the canvas for which work."""

ARRANGEMENTS: dict[str, frozenset[str]] = {
    "Design": frozenset({"palette", "inspector", "issues"}),
    "Data": frozenset({"inspector"}),
    "Train": frozenset({"inspector", "issues"}),
    "Inspect": frozenset({"inspector", "summary", "code"}),
}
"""The panels that each arrangement shows; the others are hidden."""
