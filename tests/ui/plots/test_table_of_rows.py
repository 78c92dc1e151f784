"""The table of a heat map takes any number of rows, one after the other."""

from __future__ import annotations

import numpy as np

from dlstudio.ui.plots.rows import Rows


def test_another_number_of_rows_is_taken_over_many_steps() -> None:
    rows, steps = Rows(), np.arange(1000)
    rows.take(("a", "b"), steps, np.zeros((2, 1000)))
    rows.take(("a", "b", "c"), steps, np.ones((3, 1000)))
    assert len(rows.levels) > 1
    assert all(level.shape[0] == 3 and (level == 1).all() for level in rows.levels)
