"""Colours of plots: hues that everybody tells apart on either ground, and maps that rise evenly."""

from functools import lru_cache

import numpy as np

from dlstudio.ui.plots.line import Array
from dlstudio.ui.theme.ink import mixed
from dlstudio.ui.theme.tokens import OKABE_ITO, Theme

ORDER = (5, 1, 2, 4, 3, 6, 7, 0)
"""The hues in the order in which lines take them: those that are read best on both grounds come first."""
ON_DARK = {0: ("#ffffff", 0.08)}
ON_LIGHT = {1: ("#000000", 0.12), 5: ("#00324d", 0.25), 6: ("#000000", 0.4), 7: ("#000000", 0.2)}
DASHES = ((), (6, 4), (2, 3), (9, 3, 2, 3))
"""Pixels drawn and left out in turn; hues that come round again take the next."""

VIRIDIS = (
    "440154 481567 482677 453781 404788 39568c 33638d 2d708e 287d8e 238a8d 1f968b 20a387 29af7f 3cbb75 55c667 73d055 "
    "95d840 b8de29 dce319 fde725"
)
"""Nineteen equal parts of matplotlib's map (CC0)."""
BANDS = 256


def hue_color(hue: int, theme: Theme) -> str:
    """The colour of a line on the ground of a theme."""
    number = ORDER[hue % len(ORDER)]
    other, share = (ON_DARK if theme.dark else ON_LIGHT).get(number, ("#000000", 0.0))
    return mixed(OKABE_ITO[number], other, share)


def dashes(hue: int, dashed: bool) -> tuple[int, ...]:
    """How a line is broken; no two of the first thirty-two look the same."""
    return DASHES[max(hue // len(ORDER) % len(DASHES), int(dashed))]


@lru_cache(maxsize=2)
def bands() -> Array:
    """The colours from least to greatest, as the pixels of an image."""
    stops = np.array([list(bytes.fromhex(word)) for word in VIRIDIS.split()], np.float64)
    places = np.linspace(0, len(stops) - 1, BANDS)
    red, green, blue = (
        np.interp(places, np.arange(len(stops)), stops[:, each]).round().astype(np.uint32) for each in range(3)
    )
    return np.uint32(0xFF000000) | red << 16 | green << 8 | blue
