"""Patterns: what single neurons give all over the plane, as small pictures: blue above zero, orange below."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlstudio.ui.panels.features.tiles import Row, Tile, from_pixels
from dlstudio.ui.plots.colors import hue_color
from dlstudio.ui.plots.line import Array
from dlstudio.ui.theme.tokens import Theme

ABOVE, BELOW = 0, 1
"""The hues of what is above zero and below."""


def rows(patterns: Mapping[str, Any], units: Mapping[str, int], theme: Theme) -> list[Row]:
    """By node one row of tiles, on one scale about zero."""
    found = []
    for node, made in patterns.items():
        planes = np.asarray(made, np.float32)[:, ::-1]
        sound = planes[np.isfinite(planes)]
        most = float(np.abs(sound).max()) if sound.size else 0.0
        tiles = tuple(Tile(from_pixels(colored(plane, most, theme)), plane) for plane in planes)
        low, high = (float(sound.min()), float(sound.max())) if sound.size else (0.0, 0.0)
        found.append(Row(node, tiles, units[node], low, high))
    return found


def colored(plane: Array, most: float, theme: Theme) -> Array:
    """Pixels between the ground at zero and full colour at the most."""
    ground, above, below = (
        np.array(list(bytes.fromhex(name.removeprefix("#"))), np.float32)
        for name in (theme.panel, hue_color(ABOVE, theme), hue_color(BELOW, theme))
    )
    shares = np.nan_to_num(plane / (most or 1.0)).clip(-1, 1)[..., None]
    mixed = ground + np.abs(shares) * (np.where(shares > 0, above, below) - ground)
    red, green, blue = mixed.round().astype(np.uint32).transpose(2, 0, 1)
    found: Array = np.uint32(0xFF000000) | red << 16 | green << 8 | blue
    return found
