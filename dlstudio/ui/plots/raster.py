"""Raster: numbers over steps as a picture of coloured pixels."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from dlstudio.ui.plots.colors import BANDS, bands
from dlstudio.ui.plots.line import Array
from dlstudio.ui.plots.pyramid import stretches
from dlstudio.ui.plots.scale import Scale, Span


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Which steps each column of pixels covers; those from the first on to before the last have any."""

    starts: Array
    ends: Array
    first: int
    last: int


def borders(steps: Array) -> Array:
    """Where the cells of steps begin and end: in the middle between them."""
    places = np.asarray(steps, np.float64)
    if len(places) < 2:
        return np.array([places[0] - 0.5, places[0] + 0.5]) if len(places) else np.empty(0)
    middles = (places[:-1] + places[1:]) / 2
    first = 2 * places[0] - middles[0]
    first = max(first, 0.5) if places[0] > 0 else first  # nothing was before the first step of a training
    return np.concatenate([[first], middles, [2 * places[-1] - middles[-1]]])


def cells(edges: Array, scale: Scale, span: Span, width: int) -> Cells:
    """The steps under each of so many columns; every step is under one at least."""
    at = scale.back(span.low + np.arange(width + 1) * (span.size / width))
    starts = np.searchsorted(edges, at[:-1], "right") - 1
    ends = np.searchsorted(edges, at[1:], "left")
    filled = np.flatnonzero((ends > 0) & (starts < len(edges) - 1))
    if not len(filled):
        return Cells(starts[:0], ends[:0], 0, 0)
    first, last = int(filled[0]), int(filled[-1]) + 1
    starts = np.maximum(starts[first:last], 0)
    return Cells(starts, np.clip(ends[first:last], starts + 1, len(edges) - 1), first, last)


def joined(join: np.ufunc, values: Array, found: Cells) -> Array:
    """The rows of a table, joined under each column of pixels."""
    low, high = int(found.starts[0]), int(found.ends[-1])
    return stretches(join, values[:, low:high], found.starts - low, found.ends - low)


def tinted(shares: Array, *, nothing: int = 0) -> Array:
    """Pixels of shares from 0 to 1; what is not a number is clear."""
    with np.errstate(invalid="ignore"):
        numbers = np.nan_to_num(np.clip(shares, 0, 1) * (BANDS - 1)).astype(np.intp)
    return np.where(np.isnan(shares), np.uint32(nothing), bands()[numbers]).astype(np.uint32)


def picture(pixels: Array) -> QImage:
    """An image that owns its pixels."""
    held = np.ascontiguousarray(pixels, np.uint32)
    high, wide = held.shape
    return QImage(held.tobytes(), wide, high, 4 * wide, QImage.Format.Format_ARGB32).copy()


def bytes_of(pixels: Array) -> Array:
    """Red, green, blue and opacity of pixels, as an ImageItem takes them."""
    return np.stack([(pixels >> shift & 255).astype(np.uint8) for shift in (16, 8, 0, 24)], axis=-1)


def rainbow() -> QImage:
    """All colours from the greatest down, for a colour bar."""
    return picture(bands()[::-1, None])


def under(found: Cells, room: QRectF) -> QRectF:
    """Where the columns that have any steps lie."""
    return QRectF(int(room.left()) + found.first, room.top(), found.last - found.first, room.height())


def across(found: Cells, span: Span, width: int) -> Span:
    """The same, on the axis of steps."""
    return Span(span.low + found.first * span.size / width, span.low + found.last * span.size / width)
