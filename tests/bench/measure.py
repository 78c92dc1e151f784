"""How benchmarks measure and print: the best of several runs, and ratios against a named peer."""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """One measured thing: its time in seconds, the bar it has to meet, and what a peer takes for the same."""

    what: str
    seconds: float
    bar: float | None = None
    peer: str = ""
    peer_seconds: float | None = None


def best(run: Callable[[], object], repeats: int = 5, prepare: Callable[[], object] | None = None) -> float:
    """The shortest of several runs: what the code costs when nothing disturbs it."""
    times = []
    for _ in range(repeats):
        if prepare:
            prepare()
        gc.collect()
        gc.freeze()  # what earlier benchmarks and torch's import left behind is not walked through again
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def show(title: str, rows: list[Row]) -> None:
    """Prints the table of one benchmark."""
    table = Table(title=title, title_justify="left")
    for head in ("what", "time", "bar", "of the bar", "peer", "times faster than the peer"):
        table.add_column(head, justify="left" if head in ("what", "peer") else "right")
    for row in rows:
        share = f"{row.seconds / row.bar:.0%}" if row.bar else ""
        ratio = f"{row.peer_seconds / row.seconds:,.1f}" if row.peer_seconds else ""
        table.add_row(row.what, duration(row.seconds), duration(row.bar) if row.bar else "", share, row.peer, ratio)
    Console(width=140).print(table)


def duration(seconds: float) -> str:
    if seconds < 1e-3:
        return f"{seconds * 1e6:,.1f} µs"
    return f"{seconds * 1e3:,.2f} ms" if seconds < 1 else f"{seconds:,.2f} s"
