"""Overlay: one measure of several runs on one chart: a colour for each run, a dash for each part of the data."""

from collections.abc import Mapping, Sequence
from itertools import takewhile
from string import ascii_letters, digits

from dlstudio.ui.panels.curves.groups import VALIDATION, label
from dlstudio.ui.plots.colors import DASHES, ORDER
from dlstudio.ui.plots.line import Line
from dlstudio.ui.viewing.series import Series

LONG = 12
"""How many letters the name of a run has at most that is written in full."""
WORD = ascii_letters + digits + "."
"""What is not cut in two."""
Runs = Mapping[str, tuple[int, Mapping[str, Series]]]
"""By the name of each run its colour and its curves."""


def lines(names: Sequence[str], runs: Runs) -> list[Line]:
    """The curves of a measure, run by run; each is called by its run and its part."""
    found, short = [], brief(list(runs))
    for run, (hue, curves) in runs.items():
        for place, name in enumerate(name for name in names if name in curves):
            series, rare = curves[name], name.startswith(VALIDATION)
            broken = max(place, int(rare)) + 2 * (hue // len(ORDER))
            found.append(
                Line(
                    f"{run} · {label(name)}", series.steps, series.values, series.lows, series.highs,
                    hue=hue % len(ORDER) + len(ORDER) * (broken % len(DASHES)), dots=rare,
                    brief=f"{short[run]} · {label(name)}",
                )
            )  # fmt: skip
    return found


def brief(names: Sequence[str]) -> dict[str, str]:
    """By each name what tells it from the others: where all are long and begin alike, the words behind that."""
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False)) if len(names) > 1 else ()
    start = names[0][: len(list(alike))] if max(map(len, names), default=0) > LONG else ""
    words = len(start.rstrip(WORD))
    return {name: f"…{name[words:]}" if words and name[words:] else name for name in names}
