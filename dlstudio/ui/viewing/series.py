"""Series: one curve in bounded memory: the newest values whole, older ones as stretches whose extremes are kept."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Union

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Numbers = Union[Sequence[float], "NDArray[Any]"]
MOST = 4096
"""How many points a curve has at most."""


class Series:
    """Points of a step, the value there, and the least and greatest value since the point before."""

    def __init__(self, most: int = MOST) -> None:
        import numpy as np

        self.most, self.count = most, 0
        self._held: NDArray[np.float64] = np.empty((4, 2 * most))

    def __len__(self) -> int:
        return self.count

    @property
    def steps(self) -> "Floats":
        return self._held[0, : self.count]

    @property
    def values(self) -> "Floats":
        return self._held[1, : self.count]

    @property
    def lows(self) -> "Floats":
        return self._held[2, : self.count]

    @property
    def highs(self) -> "Floats":
        return self._held[3, : self.count]

    def extend(
        self, steps: Numbers, values: Numbers, lows: Numbers | None = None, highs: Numbers | None = None
    ) -> None:
        """Takes in what was measured since; `lows` and `highs` where each value stands for several."""
        for start in range(0, len(steps), self.most):
            part = slice(start, start + self.most)
            end = self.count + len(steps[part])
            new = self._held[:, self.count : end]
            new[0], new[1] = steps[part], values[part]
            new[2] = new[1] if lows is None else lows[part]
            new[3] = new[1] if highs is None else highs[part]
            self.count = end
            while self.count > self.most:
                self._thin()

    def forget(self, after: float) -> None:
        """Takes back what came after a step."""
        import numpy as np

        self.count = int(np.searchsorted(self.steps, after, side="right"))

    def _thin(self) -> None:
        """Makes one point of two in the older half; the first and the last step stay."""
        import numpy as np

        half = self.count // 2 - (self.count // 2) % 2
        old = self._held[:, 1 : half + 1]
        made = np.stack([
            old[0, 1::2], old[1, 1::2], np.fmin(old[2, ::2], old[2, 1::2]), np.fmax(old[3, ::2], old[3, 1::2])
        ])  # fmt: skip
        rest = self._held[:, half + 1 : self.count].copy()
        kept = 1 + made.shape[1]
        self._held[:, 1:kept] = made
        self._held[:, kept : kept + rest.shape[1]] = rest
        self.count = kept + rest.shape[1]
