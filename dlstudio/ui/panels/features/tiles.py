"""Tiles: feature maps as pictures, from the numbers that a network gave."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[Any]

WHOLE = 100
"""From which size on numbers may be written without a fraction."""


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """One map: its picture and its numbers."""

    image: QImage
    values: "Numbers"


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """What one node makes of one sample: its maps on one scale."""

    node: str
    tiles: tuple[Tile, ...]
    units: int
    """How many maps it has in all."""
    low: float
    high: float

    @property
    def shape(self) -> str:
        """Its maps in words: 6 maps 28×28."""
        size = "×".join(str(n) for n in self.tiles[0].values.shape) if self.tiles else ""
        return f"{self.units:,} × {size}" if self.units > 1 else size

    def extent(self, fits: Callable[[str], bool]) -> str:
        """Between which values it lies, in as many digits as there is room for."""
        large = max(abs(self.low), abs(self.high)) >= WHOLE
        ways = (".0f", ".1e", ".0e") if large else (".3g", ".1e", ".0e")
        said = [f"{self.low:{way}} … {self.high:{way}}".replace("e+0", "e").replace("e-0", "e-") for way in ways]
        return next(filter(fits, said), said[-1]).replace("-", "−")


def row(node: str, made: "Numbers", units: int) -> Row | None:
    """The maps of a node for one sample; a vector is one strip, what has no picture is None."""
    import numpy as np

    made = np.asarray(made, dtype=np.float32)
    if made.ndim == 3:
        planes = list(made)
    elif made.ndim == 2:
        planes, units = [made], 1
    elif made.ndim == 1 and made.size > 1:
        planes, units = [made[None]], 1
    else:
        return None
    sound = made[np.isfinite(made)]
    low, high = (float(sound.min()), float(sound.max())) if sound.size else (0.0, 0.0)
    return Row(node, tuple(Tile(image(plane, low, high), plane) for plane in planes), units, low, high)


def image(plane: "Numbers", low: float, high: float) -> QImage:
    """Numbers as colours between a least and a greatest; what is no number is transparent."""
    import numpy as np

    from dlstudio.ui.plots.colors import BANDS, bands

    span = high - low or 1.0
    places = np.nan_to_num((plane - low) / span * (BANDS - 1)).clip(0, BANDS - 1).astype(np.intp)
    pixels = bands()[places].astype(np.uint32)
    pixels[~np.isfinite(plane)] = 0
    return from_pixels(pixels)


def picture(sample: "Numbers") -> QImage:
    """A sample as people see it: grey or coloured, whatever it was scaled to."""
    import numpy as np

    sample = np.asarray(sample, dtype=np.float32)
    if sample.ndim == 3 and sample.shape[0] not in (1, 3):
        sample = sample.mean(0, keepdims=True)
    if sample.ndim < 2:
        sample = np.atleast_2d(sample)
    if sample.ndim == 2:
        sample = sample[None]
    low, high = float(np.nanmin(sample)), float(np.nanmax(sample))
    grey = ((sample - low) / (high - low or 1.0) * 255).clip(0, 255).astype(np.uint32)
    red, green, blue = grey if len(grey) == 3 else (grey[0],) * 3
    return from_pixels(np.uint32(0xFF000000) | red << 16 | green << 8 | blue)


def from_pixels(pixels: "Numbers") -> QImage:
    """Pixels as a picture with memory of its own."""
    import numpy as np

    held = np.ascontiguousarray(pixels, dtype=np.uint32)
    high, wide = held.shape
    return QImage(held.data, wide, high, wide * 4, QImage.Format.Format_ARGB32).copy()
