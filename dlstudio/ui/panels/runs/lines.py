"""Lines: in what two runs differ, line by line: what came out, what was asked for, what became of the networks."""

from dataclasses import dataclass
from typing import Any, Literal

from dlstudio.runs.comparison import Comparison, Differences, NetworkChange
from dlstudio.ui.panels.runs.columns import NONE, measure, setting
from dlstudio.ui.run_bar import number

Sign = Literal["", "+", "−", "~"]
RATE = "learning_rate"
SAME = "Both were asked for the same."


@dataclass(frozen=True, slots=True)
class Line:
    """One difference, or the title of those that follow; `node` is where on the canvas it is."""

    what: str
    before: str = ""
    after: str = ""
    sign: Sign = ""
    network: str = ""
    node: str = ""
    title: bool = False


def lines(found: Comparison) -> tuple[Line, ...]:
    """Results first, then settings, data and graph; each under its title, where there is any."""
    results = [
        Line(measure(name), _measured(name, one), _measured(name, other), "~")
        for name, (one, other) in found.metrics.items()
        if not name.startswith(RATE)
    ]
    made = [*_titled("Results", results), *_titled("Training", _pairs({**found.settings, **found.training}))]
    made += _titled("Data", _pairs(found.data))
    for change in found.networks:
        made += _titled(f"Network {change.network}", _network(change))
    return (*((Line(SAME),) if found.same else ()), *made)


def as_text(found: tuple[Line, ...], one: str, other: str) -> str:
    """All lines as a text to paste."""
    made = [f"{one} → {other}"]
    for line in found:
        values = f": {line.before} → {line.after}" if line.before or line.after else ""
        made.append(f"\n{line.what}" if line.title else f"  {line.sign + ' ' if line.sign else ''}{line.what}{values}")
    return "\n".join(made) + "\n"


def _titled(title: str, rows: list[Line]) -> list[Line]:
    return [Line(title, title=True), *rows] if rows else []


def _pairs(part: Differences) -> list[Line]:
    return [Line(path, setting(one), setting(other), _sign(one, other)) for path, (one, other) in part.items()]


def _sign(one: Any, other: Any) -> Sign:
    return "+" if one is None else "−" if other is None else "~"


def _measured(name: str, value: Any) -> str:
    return NONE if value is None else number(name, value)


def _network(change: NetworkChange) -> list[Line]:
    here = change.network
    nodes = [Line(node, NONE, "added", "+", here, node) for node in change.added]
    nodes += [Line(node, "removed", NONE, "−", here, node) for node in change.removed]
    fields = [
        Line(f"{each.node} {each.field}", setting(each.before), setting(each.after), "~", here, each.node)
        for each in change.changed
    ]
    gone = {*change.added, *change.removed}
    wires = [(wire, "+", NONE, "added") for wire in change.wires_added]
    wires += [(wire, "−", "removed", NONE) for wire in change.wires_removed]
    told = [
        Line(f"wire {wire}", before, after, sign, here, wire.target)  # type: ignore[arg-type]
        for wire, sign, before, after in wires
        if not {wire.source, wire.target} & gone
    ]
    return [*nodes, *fields, *told]
