"""Confusion: who is taken for whom: counts or shares of targets by answers, and what each cell of them says."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np

from dlstudio.ui.panels.answers.board import Array
from dlstudio.ui.theme.ink import color, mixed
from dlstudio.ui.theme.tokens import OKABE_ITO, Theme

Way = Literal["counts", "by target", "by answer"]
Cell: TypeAlias = tuple[int, int]
"""A target and an answer."""
RIGHT_HUE, WRONG_HUE = OKABE_ITO[0], OKABE_ITO[3]
FAINT = 0.18
"""How much colour a single mistake has at least."""


@dataclass(frozen=True, eq=False)
class Confusion:
    """How often each target was answered by each class."""

    counts: Array = field(default_factory=lambda: np.zeros((0, 0), dtype=int))
    classes: Sequence[str] = ()
    unit: str = "samples"
    way: Way = "counts"

    def __len__(self) -> int:
        return len(self.counts)

    @property
    def shares(self) -> Array:
        """The share of each cell among those of its row, or of its column; of an empty one nothing."""
        sums = self.counts.sum(1 if self.way != "by answer" else 0, keepdims=True)
        return np.where(sums > 0, self.counts / np.maximum(sums, 1), 0.0)

    @property
    def filled(self) -> list[Cell]:
        """The cells in which there is something."""
        return [(int(row), int(column)) for row, column in np.argwhere(self.counts)]

    def written(self, cell: Cell) -> str:
        """What stands in a cell."""
        count = int(self.counts[cell])
        if not count:
            return ""
        return f"{count:,}" if self.way == "counts" else f"{100 * self.shares[cell]:.0f}"

    def brief(self, cell: Cell) -> str:
        """The same where there is little room."""
        return brief(int(self.counts[cell]))

    def told(self, cell: Cell) -> str:
        """A cell in words."""
        target, answer = self.classes[cell[0]], self.classes[cell[1]]
        count, whole = int(self.counts[cell]), int(self.counts[cell[0]].sum())
        share = f", {100 * count / whole:.1f} %" if whole else ""
        taken = "answered rightly" if cell[0] == cell[1] else f"taken for {answer}"
        return f"{target} {taken}: {count:,} of {whole:,} {self.unit}{share}"

    def tints(self, theme: Theme) -> Array:
        """The colour of each cell: mistakes have one of their own, in which the rare ones are seen too."""
        values = self.counts.astype(float) if self.way == "counts" else self.shares
        wrong = values.copy()
        np.fill_diagonal(wrong, 0)
        depth = np.sqrt(wrong / (wrong.max() or 1.0))
        depth = np.where(wrong > 0, FAINT + (1 - FAINT) * depth, 0)
        right = values.diagonal() / (values.diagonal().max() or 1.0)
        np.fill_diagonal(depth, np.where(right > 0, FAINT + (0.85 - FAINT) * right, 0))
        empty = _rgb(mixed(theme.panel, theme.line, 0.35))
        hues = np.broadcast_to(_rgb(WRONG_HUE), (*depth.shape, 3)).copy()
        hues[np.arange(len(hues)), np.arange(len(hues))] = _rgb(RIGHT_HUE)
        tints: Array = empty + (hues - empty) * depth[..., None]
        return tints.round().astype(np.uint32)

    def table(self) -> list[list[str]]:
        """The counts (or shares) with the classes' names at both sides."""
        values = self.counts if self.way == "counts" else self.shares
        head = ["target \\ answer", *self.classes[: len(values)]]
        return [head, *([name, *map(str, row)] for name, row in zip(self.classes, values.tolist(), strict=False))]


def brief(count: int) -> str:
    """A count in at most four signs."""
    for unit, sign in ((10**6, "M"), (10**3, "k")):
        if count >= unit:
            return f"{count / unit:.1f}{sign}" if count < 10 * unit else f"{count // unit}{sign}"
    return str(count)


def _rgb(name: str) -> Array:
    made = color(name)
    return np.array([made.red(), made.green(), made.blue()], float)
