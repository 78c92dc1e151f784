"""Looks: what was seen inside over time, as tables of nodes by looks; older looks are kept ever more sparsely."""

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dlstudio.training.probes import Histogram, NodeStats, Snapshot

    Table = NDArray[np.float32]

MOST, MOST_COUNTED = 1_000, 300
"""How many looks are remembered, and how many with histograms."""
QUANTITIES = (
    "gradient", "gradient_each", "weight", "update", "small", "twins", "rank",
    "mean", "std", "low", "high", "zeros", "dead", "saturated",
)  # fmt: skip
"""What is remembered of each node at each look."""

Counted = tuple[str, str]
"""A node, and what was counted: “weights”, “gradients” or “activations”."""


class Looks:
    """The history of the looks at one training."""

    def __init__(self) -> None:
        self.nodes: tuple[str, ...] = ()
        """All nodes, in the order in which they work."""
        self.kinds: dict[str, str] = {}
        self.steps: list[int] = []
        self.last: Snapshot | None = None
        """The newest look, whole."""
        self._rows: list[Table] = []
        self._counted: dict[Counted, list[tuple[int, Histogram]]] = {}

    def __len__(self) -> int:
        return len(self.steps)

    def add(self, look: "Snapshot") -> None:
        """One more look; one at an earlier step than the last means that the training went back."""
        import numpy as np

        if self.steps and look.step <= self.steps[-1]:
            self.forget(look.step - 1)
        if tuple(look.nodes) != self.nodes:
            self._begin(look)
        self.last = look
        self.steps.append(look.step)
        self._rows.append(np.array([_numbers(each) for each in look.nodes.values()], dtype=np.float32).T)
        for key, histogram in look.histograms.items():
            self._counted.setdefault(key, []).append((look.step, histogram))
        if len(self.steps) > MOST:
            half = MOST // 2
            del self.steps[1:half:2], self._rows[1:half:2]
        for found in self._counted.values():
            if len(found) > MOST_COUNTED:
                del found[1 : MOST_COUNTED // 2 : 2]

    def table(self, quantity: str) -> "Table":
        """A quantity as nodes by looks; what was not seen is NaN."""
        import numpy as np

        if not self._rows:
            return np.empty((len(self.nodes), 0), dtype=np.float32)
        place = QUANTITIES.index(quantity)
        return np.stack([row[place] for row in self._rows], axis=1)

    def recent(self, count: int, at: int | None = None) -> "dict[str, Table]":
        """Each quantity at the last looks, or at the last ones at or before a step, as looks by nodes."""
        import numpy as np

        end = len(self.steps) if at is None else max(1, bisect_right(self.steps, at))
        rows: Table = np.empty((0, len(QUANTITIES), len(self.nodes)), dtype=np.float32)
        if self._rows:
            rows = np.stack(self._rows[max(0, end - count) : end])
        return {name: rows[:, place] for place, name in enumerate(QUANTITIES)}

    def counted(self, node: str, what: str) -> "list[tuple[int, Histogram]]":
        """The histograms of a node over time, by step."""
        return self._counted.get((node, what), [])

    def forget(self, after: int) -> None:
        """Takes back what was seen after a step."""
        kept = sum(step <= after for step in self.steps)
        del self.steps[kept:], self._rows[kept:]
        for found in self._counted.values():
            found[:] = [each for each in found if each[0] <= after]

    def _begin(self, look: "Snapshot") -> None:
        self.nodes, self.kinds = tuple(look.nodes), {name: each.kind for name, each in look.nodes.items()}
        self.steps, self._rows, self._counted = [], [], {}


def _numbers(stats: "NodeStats") -> list[float]:
    found = (getattr(stats, each) for each in QUANTITIES)
    return [float("nan") if each is None else float(each) for each in found]
