"""How an evaluation looks in a terminal."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.table import Table

from dlstudio.cli.run_views import number as digits
from dlstudio.cli.speech import plain

if TYPE_CHECKING:
    from dlstudio.training.evaluation import Evaluation
    from dlstudio.training.measures.judgement import Judgement

MOST_CLASSES = 20
"""Of more classes than this, those that fare worst are told, and no square of counts."""
MISTAKES = 8


def numbers(found: "Evaluation", learnt: "Evaluation | None") -> Table:
    """Every number, its interval where there is one, and beside it the same on what was learnt from."""
    several = len(found.outputs) > 1
    ranges = {
        f"{each.output}/{name}" if several else name: limits
        for each in found.outputs
        for name, limits in each.intervals.items()
    }
    gaps = found.gap(learnt) if learnt else {}
    table = _table("metric", found.part, *(["train", "gap"] if learnt else []), "95 of 100 times between")
    for name, value in found.numbers.items():
        low_high = " and ".join(map(number, ranges[name])) if name in ranges else ""
        beside = (
            [number(learnt.numbers[name]), "–" if math.isnan(gaps[name]) else f"{gaps[name]:+.4g}"]
            if learnt and name in gaps
            else []
        )
        beside = beside or (["", ""] if learnt else [])
        table.add_row(plain(name.replace("_", " ")), number(value), *beside, low_high)
    return table


def views(found: "Evaluation") -> Iterator[Table]:
    """The tables of each output."""
    for each in found.outputs:
        title = f"{each.output}: " if len(found.outputs) > 1 else ""
        if each.each:
            yield _rows(each, title)
        if each.confusion and len(each.classes) <= MOST_CLASSES:
            yield _confusion(each, title)
        if each.mistakes:
            yield _mistakes(each, title)


def _rows(judged: "Judgement", title: str) -> Table:
    """A row for each class or number; of many, the worst."""
    columns = list(next(iter(judged.each.values())))
    names = list(judged.each)
    if len(names) > MOST_CLASSES:
        worst = sorted(names, key=lambda name: judged.each[name].get("f1", -judged.each[name].get(columns[1], 0.0)))
        title, names = f"{title}the {MOST_CLASSES} worst of {len(names):,} ", worst[:MOST_CLASSES]
    table = _table(f"{title}{'class' if 'f1' in columns else 'number'}", *columns)
    for name in names:
        row = judged.each[name]
        table.add_row(plain(name), *(f"{row[c]:,.0f}" if c == "samples" else number(row[c]) for c in columns))
    return table


def _confusion(judged: "Judgement", title: str) -> Table:
    """Who was taken for whom: targets by row, answers by column, what is right in bold."""
    table = _table(f"{title}is \\ answered", *judged.classes)
    for at, (name, row) in enumerate(zip(judged.classes, judged.confusion, strict=True)):
        cells = [f"{count:,}" if count else "·" for count in row]
        cells[at] = f"[{cells[at]}]"
        table.add_row(plain(name), *cells)
    return table


def _mistakes(judged: "Judgement", title: str) -> Table:
    shown = judged.mistakes[:MISTAKES]
    written = any(each.target for each in shown)
    table = _table(f"{title}worst mistakes", *(["is", "answered"] if written else []), judged.amounts)
    for each in shown:
        texts = [plain(each.target), plain(each.answer)] if written else []
        table.add_row(plain(each.place), *texts, number(each.amount))
    return table


def number(value: float) -> str:
    """A number to four digits; what these samples cannot tell (a curve of one class, say) is left out."""
    return "–" if math.isnan(value) else digits(value)


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(plain(first), overflow="fold")
    for title in others:
        table.add_column(plain(title), justify="right", overflow="fold")
    return table
