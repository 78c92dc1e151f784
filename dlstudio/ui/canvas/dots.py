"""Dots: the places that a wire is led through, as they are painted."""

from collections.abc import Iterable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from dlstudio.core.document import Point
from dlstudio.ui.theme.ink import brush
from dlstudio.ui.theme.tokens import Theme

DOT = 4.5


def dots(painter: QPainter, places: Iterable[Point], theme: Theme) -> None:
    """Small rings in the colour of the wire."""
    painter.setBrush(brush(theme.window))
    for place in places:
        painter.drawEllipse(QPointF(*place), DOT, DOT)
    painter.setBrush(Qt.BrushStyle.NoBrush)
