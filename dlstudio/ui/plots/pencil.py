"""Pencil: draws traces quickly by software: thin lines stay thin, and dense ones become columns."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from shiboken6 import VoidPtr, wrapInstance

from dlstudio.ui.plots.line import Array
from dlstudio.ui.plots.trace import Trace
from dlstudio.ui.theme.ink import brush, color

FEW = 240
"""Lines of so few points are drawn with a real pen of any width, which takes Qt long for more of them."""
ROUGH = 2.5
"""Columns that are higher than this on average, in pixels, are filled instead of stroked."""
THICK = 0.7
"""How far apart the two thin strokes lie that make a line look wider."""
DOTS = 400
"""So many dots are drawn at most in one line; more would be a carpet."""


class Rects:
    """Rectangles in one piece of memory, so that Qt is called once for all columns."""

    def __init__(self) -> None:
        self._held: list[tuple[Array, list[QRectF]]] = []

    def of(self, x: Array, y: Array, high: Array, wide: float = 1.0) -> list[QRectF]:
        if not self._held or len(self._held[0][0]) < len(x):
            memory = np.zeros((2 * len(x), 4))
            address = memory.ctypes.data
            made = [cast(QRectF, wrapInstance(address + 32 * row, QRectF)) for row in range(len(memory))]
            self._held = [(memory, made)]
        memory, rects = self._held[0]
        memory[: len(x), 0], memory[: len(x), 1] = x, y
        memory[: len(x), 2], memory[: len(x), 3] = wide, high
        return rects[: len(x)]


_RECTS = Rects()


def polygon(x: Array, y: Array) -> QPolygonF:
    """The points as Qt wants them, copied at once."""
    made = QPolygonF()
    made.resize(len(x))
    if len(x):
        memory: Any = VoidPtr
        points = np.frombuffer(memory(made.data(), 16 * len(x), True), np.float64).reshape(-1, 2)
        points[:, 0], points[:, 1] = x, y
    return made


def stroke(
    painter: QPainter, drawn: Trace, tint: str, *, thin: bool = False, dashes: Sequence[int] = (), dots: bool = False
) -> None:
    """One line in a colour that covers what is under it."""
    if not len(drawn.x):
        return
    if drawn.dense and _height(drawn) > ROUGH:
        _columns(painter, drawn, tint, thin)
        return
    x, y = _zigzag(drawn) if drawn.dense else (drawn.x, drawn.tops)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    few = len(x) <= FEW
    painter.setPen(_pen(tint, 1.0 if thin or not few else 1.7, dashes))
    alone = []
    for start, end in _runs(y):
        if end - start == 1:
            alone.append(start)
            continue
        shape = polygon(x[start:end], y[start:end])
        painter.drawPolyline(shape)
        if not few and not thin:
            painter.translate(0, THICK)
            painter.drawPolyline(shape)
            painter.translate(0, -THICK)
    every = dots and len(x) <= DOTS
    for at in np.flatnonzero(np.isfinite(y)) if every else alone:
        _dot(painter, float(x[at]), float(y[at]), tint, 2.5 if every else 2.0)


def band(painter: QPainter, drawn: Trace, tint: str) -> None:
    """What lies between the lower and the upper edge."""
    if drawn.dense:
        _columns(painter, drawn, tint, True)
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, len(drawn.x) <= FEW)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush(tint))
    for start, end in _runs(drawn.tops + drawn.bottoms):
        x = drawn.x[start:end]
        y = drawn.tops[start:end], drawn.bottoms[start:end]
        painter.drawPolygon(polygon(np.concatenate([x, x[::-1]]), np.concatenate([y[0], y[1][::-1]])))


def _height(drawn: Trace) -> float:
    """How high the columns are on average."""
    heights = drawn.bottoms - drawn.tops
    known = heights[np.isfinite(heights)]
    return float(known.mean()) if len(known) else 0.0


def _columns(painter: QPainter, drawn: Trace, tint: str, thin: bool) -> None:
    """Each column of pixels from its least to its greatest, as far as its neighbour reaches."""
    keep = np.isfinite(drawn.tops)
    x, tops, bottoms = drawn.x[keep], drawn.tops[keep], drawn.bottoms[keep]
    near = np.diff(x, prepend=x[:1]) <= 1.5 * drawn.wide
    upper = np.where(near, np.minimum(tops, np.roll(bottoms, 1)), tops)
    lower = np.where(near, np.maximum(bottoms, np.roll(tops, 1)), bottoms)
    upper[:1], lower[:1] = tops[:1], bottoms[:1]
    least = 1.0 if thin else 2.0
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush(tint))
    painter.drawRects(_RECTS.of(x - drawn.wide / 2, upper, np.maximum(lower - upper, least), drawn.wide))


def _zigzag(drawn: Trace) -> tuple[Array, Array]:
    """Through both extremes of each column, down and up in turn; one point where they are the same."""
    if float(np.nanmax(drawn.bottoms - drawn.tops, initial=0.0)) < 1.0:
        return drawn.x, (drawn.tops + drawn.bottoms) / 2
    y = np.stack([drawn.tops, drawn.bottoms], axis=1)
    y[1::2] = y[1::2, ::-1]
    return np.repeat(drawn.x, 2), y.ravel()


def _runs(y: Array) -> Iterator[tuple[int, int]]:
    """The stretches without gaps."""
    gaps = np.isnan(y)
    if not gaps.any():
        yield 0, len(y)
        return
    turns = np.flatnonzero(np.diff(gaps, prepend=True, append=True))
    yield from zip(turns[::2].tolist(), turns[1::2].tolist(), strict=True)


def _dot(painter: QPainter, x: float, y: float, tint: str, size: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush(tint))
    painter.drawEllipse(QPointF(x, y), size, size)


def _pen(tint: str, width: float, dashes: Sequence[int]) -> QPen:
    """Flat ends, which are drawn faster than round ones."""
    made = QPen(QColor(color(tint)), width)
    made.setCosmetic(True)
    made.setCapStyle(Qt.PenCapStyle.FlatCap)
    made.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
    if dashes:
        made.setDashPattern([each / width for each in dashes])
    return made
