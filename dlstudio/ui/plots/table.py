"""Table: the numbers of a plot in columns, as they are written to a file."""

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dlstudio.ui.plots.line import Array


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column; a value that is not a number stays empty."""

    name: str
    values: Array


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Columns that were measured at steps of their own."""

    steps: Array
    columns: Sequence[Column]


def joined(series: Sequence[Series]) -> list[Column]:
    """One table with a row for each step at which anything was measured."""
    if not series:
        return [Column("step", np.empty(0))]
    steps = series[0].steps
    for other in series[1:]:
        if other.steps is not steps and not np.array_equal(other.steps, steps):
            steps = np.union1d(steps, other.steps)
    made = [Column("step", steps)]
    for each in series:
        rows = np.searchsorted(steps, each.steps)
        for column in each.columns:
            values = np.full(len(steps), np.nan)
            values[rows] = column.values
            made.append(Column(column.name, values))
    return made


def to_csv(columns: Sequence[Column]) -> bytes:
    """The table as text that a spreadsheet reads; every number keeps all its digits."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow([column.name for column in columns])
    rows.writerows(zip(*([_word(v) for v in column.values.tolist()] for column in columns), strict=True))
    return text.getvalue().encode()


def _word(value: float) -> str:
    if isinstance(value, str):
        return value
    if math.isnan(value):
        return ""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
