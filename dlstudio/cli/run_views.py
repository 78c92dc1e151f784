"""How runs look in a terminal: the table, what is known about one, and in what two differ."""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from dlstudio.cli.speech import plain

if TYPE_CHECKING:
    from dlstudio.runs.comparison import Comparison, Differences, NetworkChange
    from dlstudio.runs.library import RunSummary

STYLES = {"running": "green", "finished": "", "failed": "bold red", "damaged": "bold red", "interrupted": "yellow"}
LOSSES = ("loss", "validation/loss")
"""The metrics that the list shows."""


def finite(value: Any) -> Any:
    """The value with null where a number is none: JSON has no NaN."""
    if isinstance(value, dict):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def table(found: Iterable["RunSummary"]) -> Table:
    """The runs, one a row."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    made.add_column("run", no_wrap=True, overflow="ellipsis")
    made.add_column("status", no_wrap=True)
    for title in ("step", "loss", "validation"):
        made.add_column(title, justify="right", no_wrap=True)
    for title in ("started", "note"):
        made.add_column(title, no_wrap=True, overflow="ellipsis", style="dim")
    for run in found:
        losses = [number(run.metrics[each]) if each in run.metrics else "·" for each in LOSSES]
        status = Text(run.status, STYLES.get(run.status, ""))
        made.add_row(plain(run.name), status, f"{run.step:,}", *losses, moment(run.started), plain(run.note))
    return made


def number(value: float) -> str:
    """A measured value to four digits."""
    return f"{value:.4g}"


def moment(text: str) -> str:
    """A time of a run as the clock on the wall shows it."""
    try:
        return datetime.fromisoformat(text).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return ""


def facts(seen: "RunSummary", around: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is known about a run, each with its title."""
    versions = around.get("versions")
    known = [
        ("run", str(seen.path)),
        ("status", seen.status + (f": {seen.reason}" if seen.reason else "")),
        ("step", f"{seen.step:,} in epoch {seen.epoch:,}"),
        ("started", f"{moment(seen.started)}, last change {moment(seen.updated)}"),
        ("on", f"{around.get('host', '')}, {around.get('platform', '')}"),
        ("with", ", ".join(f"{k} {v}" for k, v in versions.items()) if isinstance(versions, dict) else ""),
        ("settings", ", ".join(f"{key}={value}" for key, value in seen.settings.items())),
        ("metrics", ", ".join(f"{key} {number(value)}" for key, value in seen.metrics.items())),
        ("note", seen.note),
    ]
    return [(title, value) for title, value in known if value]


def difference(found: "Comparison") -> list[Text]:
    """In what two runs differ, line by line."""
    lines = []
    for title, part in (("settings", found.settings), ("data", found.data), ("training", found.training)):
        lines += _pairs(title, part)
    for change in found.networks:
        lines += _network(change)
    if found.same:
        lines.append(Text("Both were asked for the same."))
    return lines + _pairs("last metrics", found.metrics)


def _pairs(title: str, part: "Differences") -> list[Text]:
    head = [Text(title, "bold")] if part else []
    return head + [Text(plain(f"  {path}: {_shown(a)} → {_shown(b)}")) for path, (a, b) in part.items()]


def _shown(value: Any) -> str:
    return "–" if value is None else number(value) if isinstance(value, float) else str(value)


def _network(change: "NetworkChange") -> list[Text]:
    lines = [Text(plain(f"network {change.network}"), "bold")]
    lines += [Text(plain(f"  + {node}"), "green") for node in change.added]
    lines += [Text(plain(f"  - {node}"), "red") for node in change.removed]
    lines += [
        Text(plain(f"  {each.node}.{each.field}: {_shown(each.before)} → {_shown(each.after)}"))
        for each in change.changed
    ]
    lines += [Text(plain(f"  + wire {wire}"), "green") for wire in change.wires_added]
    lines += [Text(plain(f"  - wire {wire}"), "red") for wire in change.wires_removed]
    return lines
