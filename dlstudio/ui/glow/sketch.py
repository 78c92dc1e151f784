"""Sketch: a tiny picture of what a node makes of a sample."""

from dataclasses import dataclass

SIZE = 24
"""The most pixels to a side, and the most bars."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """A map in grey, row by row; or, where what a node makes is a list of numbers, how they are spread, as bars."""

    width: int = 0
    height: int = 0
    pixels: bytes = b""
    bars: tuple[float, ...] = ()
    """The heights from 0 to 1."""
    low: float = 0.0
    high: float = 0.0
    """What the darkest and the brightest pixel stand for, or the ends of the bars."""
