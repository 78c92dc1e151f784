"""Lines: the rows as curves; those that are chosen stand before the others."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from dlstudio.ui.panels.layers.quantities import Quantity
from dlstudio.ui.panels.layers.rows import Rows

if TYPE_CHECKING:
    from dlstudio.ui.plots.line import Line

FEW, HEALTHY = 4, 2
"""How many layers have a band each without one being chosen, and the hue of what is healthy."""


def lines(found: Rows, quantity: Quantity, lit: Collection[str]) -> "list[Line]":
    """A curve for each layer; what was not seen is left out of it."""
    import numpy as np

    from dlstudio.ui.plots.line import Line

    chosen = [name for name in found.names if name in lit]
    made = _healthy(found, quantity)
    for hue, name in enumerate(found.names):
        values = found.values[hue]
        seen = ~np.isnan(values)
        faint = bool(chosen) and name not in lit
        lows = highs = None
        if found.spreads is not None and (name in lit or len(found.names) <= FEW):
            lows, highs = (values + sign * found.spreads[hue] for sign in (-1, 1))
            lows, highs = lows[seen], highs[seen]
        made.append(Line(name, found.steps[seen], values[seen], lows, highs, hue=hue, faint=faint))
    return made


def _healthy(found: Rows, quantity: Quantity) -> "list[Line]":
    """The band in which all is well."""
    import numpy as np

    from dlstudio.ui.plots.line import Line

    if quantity.healthy is None or not len(found.steps):
        return []
    low, high = quantity.healthy
    ends = found.steps[[0, -1]]
    name = f"healthy: {low:.0e} to {high:.0e}".replace("e-0", "e−")
    middle = np.full(2, (low * high) ** 0.5)
    return [Line(name, ends, middle, np.full(2, low), np.full(2, high), hue=HEALTHY, dashed=True, faint=True)]
