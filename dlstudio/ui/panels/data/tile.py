"""Tile: one sample as plain values that can be painted at once."""

from dataclasses import dataclass

from PySide6.QtGui import QImage


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in a picture, as shares of its sides, with what it is."""

    left: float
    top: float
    right: float
    bottom: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """How one sample looks, what it is called, and its numbers in words."""

    index: int
    where: str
    title: str = ""
    picture: QImage | None = None
    boxes: tuple[Box, ...] = ()
    curve: tuple[tuple[float, float], ...] = ()
    """The least and the greatest value of each stretch of a wave, between -1 and 1."""
    text: str = ""
    values: tuple[str, ...] = ()
    """One for each column of the table."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some samples that follow each other, out of how many, and the heads of their table."""

    first: int
    total: int
    tiles: tuple[Tile, ...]
    heads: tuple[str, ...] = ()
    orderly: frozenset[str] = frozenset()
    """The heads that samples can be ordered by."""
    place: int = -1
    """Where the sample is that was sought."""


@dataclass(frozen=True, slots=True)
class Point:
    """A sample in the plane, and which of the classes it has."""

    x: float
    y: float
    label: int
    index: int


@dataclass(frozen=True, slots=True)
class Cloud:
    """Points of the plane with their axes and classes, and out of how many they were taken."""

    points: tuple[Point, ...]
    total: int
    axes: tuple[str, str]
    classes: tuple[str, ...] = ()
    line: bool = False
    """Whether it is a curve: one number in, one out."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One column of one sample, in words and, where it can be seen, as a picture."""

    name: str
    role: str
    holds: str
    text: str
    picture: QImage | None = None
    curve: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sample with everything that is known of it."""

    tile: Tile
    entries: tuple[Entry, ...]
