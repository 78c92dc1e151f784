"""Regions: what is answered all over the plane, as the pixels of a picture: the surer, the stronger its colour."""

from functools import lru_cache

import numpy as np

from dlstudio.ui.plots.colors import BANDS, bands, hue_color
from dlstudio.ui.plots.line import Array
from dlstudio.ui.theme.tokens import Theme

FINER = 3
"""How many times as fine the picture is as the grid."""
PALE, STRONG, EDGE = 0.10, 0.46, 0.85
"""How opaque what is undecided is, what is sure, and the border between two classes."""


def regions(field: Array, theme: Theme) -> Array:
    """Classes × rows × columns as red, green, blue and opacity; where there is one alone, it is numbers."""
    fine = finer(np.asarray(field, np.float32))
    if len(fine) == 1:
        return numbers(fine[0])
    best, sure = fine.argmax(0), fine.max(0)
    few = 1 / len(fine)
    strength = np.clip(np.nan_to_num((sure - few) / (1 - few)), 0, 1)
    tints = np.array([_rgb(hue_color(kind, theme)) for kind in range(len(fine))], np.uint8)
    made = np.empty((*best.shape, 4), np.uint8)
    made[..., :3] = tints[best]
    made[..., 3] = (255 * (PALE + (STRONG - PALE) * strength)).astype(np.uint8)
    made[borders(best)] = (*_rgb(theme.text), round(255 * EDGE))
    return made


def finer(field: Array, times: int = FINER) -> Array:
    """The same values on a finer grid, evenly between its places."""
    down, across = (_between(size, times) for size in field.shape[1:])
    found: Array = down @ field @ across.T
    return found


@lru_cache(maxsize=8)
def _between(size: int, times: int) -> Array:
    """The shares that the places of a grid have in those of a finer one."""
    at = np.clip((np.arange(size * times) + 0.5) / times - 0.5, 0, size - 1)
    low = np.minimum(at.astype(int), max(0, size - 2))
    made = np.zeros((len(at), size), np.float32)
    made[np.arange(len(at)), low] = 1 - (at - low)
    made[np.arange(len(at)), np.minimum(low + 1, size - 1)] += at - low
    return made


def borders(best: Array) -> Array:
    """The pixels above or beside which another class is answered."""
    found = np.zeros(best.shape, bool)
    found[:-1] |= best[:-1] != best[1:]
    found[:, :-1] |= best[:, :-1] != best[:, 1:]
    return found


def numbers(values: Array) -> Array:
    """Numbers from the least to the greatest colour."""
    sound = values[np.isfinite(values)]
    low, high = (float(sound.min()), float(sound.max())) if sound.size else (0.0, 1.0)
    shares = np.nan_to_num((values - low) / (high - low or 1.0)).clip(0, 1)
    return unpacked(bands()[(shares * (BANDS - 1)).astype(int)])


def unpacked(pixels: Array) -> Array:
    """Pixels as red, green, blue and opacity."""
    parts = [pixels >> 16 & 255, pixels >> 8 & 255, pixels & 255, pixels >> 24]
    return np.stack(parts, -1).astype(np.uint8)


def _rgb(name: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(name.removeprefix("#"))
    return red, green, blue
