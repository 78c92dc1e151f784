"""dlstudio data: what a project trains with: columns, parts, classes, statistics, and what is wrong with it."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from dlstudio.cli.arguments import Json, ProjectName, project
from dlstudio.cli.check import STYLE
from dlstudio.cli.speech import console, plain, result, say, tell

if TYPE_CHECKING:
    from dlstudio.core.issue import Issue
    from dlstudio.data.summary import ColumnSummary, Feature, Statistics, Summary

MOST_CLASSES = 20
"""More classes than this are told by their number, their largest and their smallest."""


def data(name: ProjectName, json: Json = False) -> None:
    """Show the data of a project: its columns and parts, the balance of its classes, and its statistics."""
    from dlstudio.data.prepare import prepare
    from dlstudio.data.summary import summary

    shown = project(name)
    prepared = prepare(shown, folder=Path(name).parent, settle=False)
    found = summary(prepared)
    if json:
        for column in found.columns:
            tell(asdict(column))
        result(
            {
                "total": found.total,
                "samples": found.samples,
                "columns": len(found.columns),
                "issues": list(found.issues),
            }
        )
        return
    _show(found, prepared.issues)


def _show(found: "Summary", issues: "tuple[Issue, ...]") -> None:
    parts = ", ".join(f"{count:,} {part}" for part, count in found.samples.items())
    say(f"{found.total:,} samples: {parts}")
    say()
    console().print(_columns(found))
    for column in found.columns:
        _details(column)
    for issue in issues:
        say(Text.assemble((issue.severity, STYLE[issue.severity]), f": {plain(issue.text)}"))


def _columns(found: "Summary") -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("column", "role", "holds"):
        table.add_column(title, overflow="fold")
    for column in found.columns:
        table.add_row(plain(column.name), column.role, _holds(column))
    return table


_NUMBERS = {"float": "", "int": " of whole numbers", "bool": " of yes/no"}


def _holds(column: "ColumnSummary") -> str:
    if column.balance:
        return f"one of {len(column.balance['train']):,} classes"
    if column.shape == (1,):
        return f"a number{_NUMBERS[column.dtype]}"
    shape = f" {'×'.join(map(str, column.shape))}" if column.shape else ""
    return f"{column.form}{shape}{_NUMBERS[column.dtype]}"


def _details(column: "ColumnSummary") -> None:
    if column.balance:
        _classes(column)
    elif column.features:
        say()
        console().print(_ranges(column.features))
    elif column.before and column.after:
        say()
        say(Text(f"{plain(column.name)}, in training", "bold"))
        say(f"  {_told(column.before)}")
        if column.after != column.before:
            say(f"  normalized: {_told(column.after)}")
    else:
        return
    say()


def _told(numbers: "Statistics") -> str:
    outliers = f", {numbers.outliers:,} outliers" if numbers.outliers else ""
    low, high, mean, std = (
        _number(value, numbers.std) for value in (numbers.low, numbers.high, numbers.mean, numbers.std)
    )
    return f"from {low} to {high}, mean {mean}, spread {std}{outliers}"


def _number(value: float, size: float) -> str:
    """A number as people read it: what is nothing beside the spread is 0."""
    return "0" if abs(value) < 1e-5 * size else f"{value:.4g}"


def _classes(column: "ColumnSummary") -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(plain(column.name), overflow="fold")
    for part in column.balance:
        table.add_column(part, justify="right", no_wrap=True)
    names = list(column.balance["train"])
    if len(names) > MOST_CLASSES:
        ordered = sorted(names, key=lambda name: -column.balance["train"][name])
        names = [*ordered[: MOST_CLASSES // 2], "", *ordered[-(MOST_CLASSES // 2) :]]
    for name in names:
        cells = [f"{column.balance[part][name]:,}" for part in column.balance] if name else []
        table.add_row(plain(name) if name else f"... {len(column.balance['train']) - MOST_CLASSES:,} more", *cells)
    say()
    console().print(table)


def _ranges(features: "tuple[Feature, ...]") -> Table:
    """Every feature's numbers, with what normalization made of them where it made something."""
    changed = any(feature.before != feature.after for feature in features)
    table = Table(box=None, pad_edge=False, header_style="bold")
    titles = ["feature", "from", "to", "mean", "spread", *(["mean after", "spread after"] if changed else []), ""]
    for title in titles:
        table.add_column(title, justify="left" if title in ("feature", "") else "right", overflow="fold")
    for feature in features:
        before, after = feature.before, feature.after
        numbers = [before.low, before.high, before.mean, before.std, *([after.mean, after.std] if changed else [])]
        table.add_row(plain(feature.name), *(_number(number, after.std) for number in numbers), _flags(before))
    return table


def _flags(numbers: "Statistics") -> str:
    if numbers.constant:
        return "never changes"
    words = [f"{numbers.outliers:,} outliers"] if numbers.outliers else []
    return ", ".join([*words, *(["one-sided"] if numbers.one_sided else [])])
