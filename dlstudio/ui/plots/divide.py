"""Divide: the line of a single neuron in the plane, with its normal, its margin and the circle of the samples."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from dlstudio.ui.plots.shapes import arrow
from dlstudio.ui.theme.ink import brush, pen
from dlstudio.ui.theme.tokens import Theme

TIP = 0.4
"""The length of the arrow, as a share of the radius."""


@dataclass(frozen=True, slots=True)
class Divide:
    """The line w·x + b = 0 with its normal, a band as wide as its margin, and a circle about the origin."""

    weights: tuple[float, float]
    offset: float
    radius: float
    margin: float


def paint_divide(painter: QPainter, divide: Divide, place: Callable[[QPointF], QPointF], theme: Theme) -> None:
    """Draws it where `place` says that the plane's places are."""
    length = float(np.hypot(*divide.weights))
    middle, edge = place(QPointF(0, 0)), place(QPointF(divide.radius, 0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(theme.muted, 1.0, dashed=True))
    radius = abs(edge.x() - middle.x())
    painter.drawEllipse(middle, radius, radius)
    if not length:
        return
    normal = np.array(divide.weights) / length
    foot, along = -divide.offset / length * normal, np.array([-normal[1], normal[0]])
    far = 4 * (divide.radius + float(np.hypot(*foot)))
    shifts = (0.0, divide.margin, -divide.margin) if divide.margin else (0.0,)
    for shift in shifts:
        base = foot + shift * normal
        ends = [place(QPointF(*map(float, base + sign * far * along))) for sign in (-1, 1)]
        painter.setPen(pen(theme.text, 2.0) if not shift else pen(theme.good, 1.0, dashed=True))
        painter.drawLine(*ends)
    tip = foot + min(length, TIP * divide.radius) * normal
    start, end = (place(QPointF(*map(float, each))) for each in (foot, tip))
    painter.setPen(pen(theme.accent, 2.0))
    painter.drawLine(start, end)
    painter.setBrush(brush(theme.accent))
    painter.drawPolygon(arrow(start, end, 9.0))
