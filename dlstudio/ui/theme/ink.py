"""Ink: colours, pens and brushes made once."""

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QPen


@lru_cache(maxsize=512)
def color(name: str, opacity: float = 1.0) -> QColor:
    """A colour, more or less opaque."""
    made = QColor(name)
    made.setAlphaF(opacity)
    return made


@lru_cache(maxsize=512)
def pen(name: str, width: float = 1.0, *, dashed: bool = False, opacity: float = 1.0, fixed: bool = False) -> QPen:
    """A line; a fixed one is as wide at every zoom."""
    made = QPen(color(name, opacity), width)
    made.setCosmetic(fixed)
    made.setCapStyle(Qt.PenCapStyle.RoundCap)
    made.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dashed:
        made.setDashPattern([4, 3])
    return made


@lru_cache(maxsize=512)
def brush(name: str, opacity: float = 1.0) -> QBrush:
    """A ground."""
    return QBrush(color(name, opacity))


@lru_cache(maxsize=512)
def mixed(name: str, other: str, share: float) -> str:
    """A colour with a share of another one in it."""
    one, two = QColor(name), QColor(other)
    parts = zip(one.getRgb()[:3], two.getRgb()[:3], strict=True)  # type: ignore[index]
    return QColor(*(round(a + (b - a) * share) for a, b in parts)).name()
