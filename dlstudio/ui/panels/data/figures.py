"""Figures: statistics of columns as lines of a table, made in a thread from the summary of the data."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlstudio.data.summary import Statistics, summary
from dlstudio.ui.panels.data.pictures import short

if TYPE_CHECKING:
    from dlstudio.ui.panels.data.survey import Survey

NOTHING = 1e-6
"""What is smaller than this share of the range is what rounding leaves of zero."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One column or one number of it, before and after normalization."""

    name: str
    inner: bool
    before: tuple[str, ...]
    after: tuple[str, ...]
    note: str = ""


def figures(survey: "Survey") -> tuple[Figure, ...]:
    """A line for each column of numbers, and under it one for each number of a short vector."""
    found: list[Figure] = []
    for column in summary(survey.prepared()).columns:
        if column.before is None or column.after is None:
            continue
        head = f"{column.name} · {column.form}"
        found.append(Figure(head, False, _numbers(column.before), _numbers(column.after), _note(column.before)))
        found += [
            Figure(each.name, True, _numbers(each.before), _numbers(each.after), _note(each.before))
            for each in column.features
        ]
    return tuple(found)


def _numbers(found: Statistics) -> tuple[str, ...]:
    least = NOTHING * max(found.high - found.low, found.std)
    return tuple(
        short(value if abs(value) > least else 0.0) for value in (found.low, found.high, found.mean, found.std)
    )


def _note(found: Statistics) -> str:
    if found.constant:
        return "never changes"
    told = [f"{found.outliers:,} far out"] if found.outliers else []
    return ", ".join([*told, *(["one sign"] if found.one_sided else [])])
