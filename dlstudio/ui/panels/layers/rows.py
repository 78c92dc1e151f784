"""Rows: one quantity of every layer where it was ever seen, over steps and at the look that is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlstudio.ui.panels.layers.quantities import Quantity
from dlstudio.ui.viewing.looks import Looks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dlstudio.training.probes import Snapshot

    Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Layers in the order in which they work, by looks; what was not seen is not a number."""

    names: tuple[str, ...]
    steps: "NDArray[np.int64]"
    values: "Table"
    spreads: "Table | None" = None

    def limits(self, log: bool) -> tuple[float, float] | None:
        """The least and the greatest value that has a place on the scale."""
        import numpy as np

        known = self.values[np.isfinite(self.values)]
        known = known[known > 0] if log else known
        return (float(known.min()), float(known.max())) if known.size else None


@dataclass(frozen=True, slots=True)
class Now:
    """The rows at one look; None is what was not seen."""

    step: int
    values: tuple[float | None, ...]
    spreads: tuple[float | None, ...] = ()


def rows(looks: Looks, quantity: Quantity) -> Rows:
    """A quantity of all layers that have it."""
    import numpy as np

    table = looks.table(quantity.name).astype(np.float64) * quantity.factor
    seen = (~np.isnan(table)).sum(axis=1) > 0
    names = tuple(name for name, found in zip(looks.nodes, seen, strict=True) if found)
    spreads = looks.table(quantity.spread).astype(np.float64)[seen] if quantity.spread else None
    return Rows(names, np.array(looks.steps, np.int64), table[seen], spreads)


def now(look: "Snapshot", names: Sequence[str], quantity: Quantity) -> Now:
    """A quantity of some layers at one look."""

    def found(name: str, what: str) -> float | None:
        value = getattr(look.nodes[name], what) if name in look.nodes else None
        return None if value is None else float(value) * quantity.factor

    spreads = tuple(found(name, quantity.spread) for name in names) if quantity.spread else ()
    return Now(look.step, tuple(found(name, quantity.name) for name in names), spreads)
