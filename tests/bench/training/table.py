"""Table: what was measured, as people read it; ratios to the good loop, with their bars beside."""

from rich.table import Table

from tests.bench.training.cases import Case
from tests.bench.training.memory import Growth
from tests.bench.training.race import ENGINE, GOOD, PROBES, RUNNERS, Result

PROBES_BAR = 0.97
"""Of the headless speed: looking inside costs at most 3 %."""
MEMORY_BAR = 100e6


def speeds() -> Table:
    table = Table(title="training: samples a second (times the good loop)", title_justify="left")
    for head in ("model", *RUNNERS, "bar", "probes keep", "bar"):
        table.add_column(head, justify="left" if head == "model" else "right")
    return table


def add(table: Table, case: Case, found: Result) -> None:
    cells = [_cell(found, name) for name in RUNNERS]
    ours, kept = found.ratio(ENGINE), found.ratio(PROBES, ENGINE)
    bars = (_judged(f"{case.bar:.2f}", ours >= case.bar), f"{kept:.1%}", _judged("97 %", kept >= PROBES_BAR))
    table.add_row(case.title, *cells, *bars)


def _cell(found: Result, name: str) -> str:
    if name not in found.rates:
        return "not installed"
    rate = f"{found.rate(name):,.0f}"
    return rate if name == GOOD else f"{rate} ({found.ratio(name):.2f})"


def _judged(text: str, reached: bool) -> str:
    return f"[green]{text} ✓[/green]" if reached else f"[red]{text} ✗[/red]"


def memory(rows: dict[str, Growth]) -> Table:
    table = Table(title="memory: growth of a process that trains", title_justify="left")
    for head in ("model", "beyond model and data", "bar", "for each step more"):
        table.add_column(head, justify="left" if head == "model" else "right")
    for name, found in rows.items():
        bar = _judged("100 MB", found.beyond <= MEMORY_BAR)
        table.add_row(name, f"{found.beyond / 1e6:,.0f} MB", bar, f"{found.each_step:,.0f} bytes")
    return table
