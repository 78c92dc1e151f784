"""Ramps: the colours of what flows through a network, from little to much; all kinds of eyes tell them apart."""

from functools import lru_cache
from itertools import pairwise

from dlstudio.ui.theme.ink import mixed
from dlstudio.ui.theme.tokens import Theme

STEPS = 24
"""In so many colours levels from 0 to 1 are told apart."""
FORWARD = {
    True: ((0.0, "#4a5160"), (0.4, "#3f75a8"), (0.667, "#56b4e9"), (0.8, "#f0e442"), (1.0, "#e69f00")),
    False: ((0.0, "#b4bbc7"), (0.4, "#7fb0d8"), (0.667, "#0072b2"), (0.8, "#7a5a2a"), (1.0, "#c04a00")),
}
"""Activation on dark and on light: grey where next to nothing is left, blue where it is sound, orange if huge."""
BACK = ("#cc79a7", "#b0508a")
"""The gradient, on dark and on light."""


@lru_cache(maxsize=256)
def forward(step: int, theme: Theme) -> str:
    """The colour of an activation at one of the steps."""
    level, stops = step / (STEPS - 1), FORWARD[theme.dark]
    for (low, dark), (high, bright) in pairwise(stops):
        if level <= high:
            return mixed(dark, bright, (level - low) / (high - low))
    return stops[-1][1]


def back(theme: Theme) -> str:
    """The colour of a gradient."""
    return BACK[0] if theme.dark else BACK[1]


def step(level: float) -> int:
    """Which of the steps a level from 0 to 1 is."""
    return round(level * (STEPS - 1))
