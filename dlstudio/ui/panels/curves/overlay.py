"""Overlay: one measure of several runs on one chart: a colour for each run, a dash for each part of the data."""

from collections.abc import Mapping, Sequence

from dlstudio.ui.panels.curves.groups import VALIDATION, label
from dlstudio.ui.plots.colors import DASHES, ORDER
from dlstudio.ui.plots.line import Line
from dlstudio.ui.viewing.series import Series

Runs = Mapping[str, tuple[int, Mapping[str, Series]]]
"""By the name of each run its colour and its curves."""


def lines(names: Sequence[str], runs: Runs) -> list[Line]:
    """The curves of a measure, run by run; each is called by its run and its part."""
    found = []
    for run, (hue, curves) in runs.items():
        for place, name in enumerate(name for name in names if name in curves):
            series, rare = curves[name], name.startswith(VALIDATION)
            broken = max(place, int(rare)) + 2 * (hue // len(ORDER))
            found.append(
                Line(
                    f"{run} · {label(name)}", series.steps, series.values, series.lows, series.highs,
                    hue=hue % len(ORDER) + len(ORDER) * (broken % len(DASHES)), dots=rare,
                )
            )  # fmt: skip
    return found
