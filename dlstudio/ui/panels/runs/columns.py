"""Columns: what the table says of each run: what is true of all, the settings that differ, and what came out."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from dlstudio.core.document import natural
from dlstudio.core.frozen import same
from dlstudio.runs.census import LOSS, VALIDATION, Record, rises
from dlstudio.ui.moment import when
from dlstudio.ui.run_bar import number

Kind = Literal["tick", "name", "status", "text", "number", "setting", "result", "note"]
MOST_SETTINGS, MOST_RESULTS = 10, 6
NOT_ASKED = ("epochs",)
"""Settings that have a column of their own."""
NONE = "–"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `key` is the path of a setting or the name of a measure."""

    kind: Kind
    key: str
    title: str
    help: str = ""
    numbers: bool = False
    """Whether all of a setting's values are numbers."""

    @property
    def right(self) -> bool:
        """Whether it holds numbers."""
        return self.numbers or self.kind in ("number", "result")


FRONT = (
    Column("tick", "tick", "", "Whether its curves are drawn over those of the run that is seen"),
    Column("name", "name", "Run", "Double-click or F2 to rename"),
    Column("status", "status", "Status"),
)
FAR = (
    Column("number", "epochs", "Epochs", "Epochs that were done, and for how many it was asked"),
    Column("number", "step", "Steps"),
    Column("text", "started", "Started"),
)
PROJECT = Column("text", "project", "Project")
REMARK = Column("note", "note", "Note", "Double-click or F4 to write what it was about")


def columns(records: Sequence[Record]) -> tuple[Column, ...]:
    """The columns of these runs."""
    several = (PROJECT,) if len({record.project for record in records if record.project}) > 1 else ()
    return (*FRONT, *_results(records), *several, *_settings(records), *FAR, REMARK)


def _settings(records: Sequence[Record]) -> list[Column]:
    """The settings in which they differ; each is called by as little of its path as tells it apart."""
    sound = [record.asked for record in records if record.asked]
    paths = dict.fromkeys(path for asked in sound for path in asked if path not in NOT_ASKED)
    differ = [path for path in paths if not all(_agree(path, sound[0], asked) for asked in sound[1:])]
    differ = sorted(differ, key=lambda path: (path.startswith("data."), natural(path)))[:MOST_SETTINGS]
    short = {path: short_name(path) for path in differ}
    twice = {name for name in short.values() if [*short.values()].count(name) > 1}
    return [
        Column("setting", path, path if short[path] in twice else short[path], path, _numbers(path, sound))
        for path in differ
    ]


def _numbers(path: str, asked: Sequence[Mapping[str, Any]]) -> bool:
    values = [each[path] for each in asked if path in each]
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def short_name(path: str) -> str:
    """The end of a path; what kind a thing is goes by the name of the thing."""
    *before, last = path.split(".")
    name = (before[-1] if before else "recipe") if last == "kind" else last
    return name.replace("_", " ")


def _agree(path: str, one: Any, other: Any) -> bool:
    return (path in one) == (path in other) and (path not in one or same(one[path], other[path]))


def _results(records: Sequence[Record]) -> list[Column]:
    names = dict.fromkeys(name for record in records for name in record.best)
    ranked = sorted(names, key=lambda name: (name != LOSS, not name.endswith(LOSS)))[:MOST_RESULTS]
    help_ = "the best, and before it in grey the last where that is another"
    return [Column("result", name, measure(name), f"{name}: {help_}") for name in ranked]


def measure(name: str) -> str:
    """A measure as a title says it."""
    plain = name.removeprefix(VALIDATION).replace("_", " ").replace("/", " ")
    return f"val. {plain}" if name.startswith(VALIDATION) else plain


def cell(record: Record, column: Column) -> str:
    """What stands in a cell."""
    return _CELLS[column.kind](record, column)


def _text(record: Record, column: Column) -> str:
    if column.key == "project":
        return record.project
    try:
        return when(datetime.fromisoformat(record.run.started).astimezone())
    except ValueError:
        return ""


def _number(record: Record, column: Column) -> str:
    if column.key == "step":
        return f"{record.run.step:,}"
    return f"{record.run.epoch:,}/{record.epochs:,}" if record.epochs else f"{record.run.epoch:,}"


def setting(value: Any) -> str:
    """A setting as people write it."""
    if value is None:
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return (", " if any(isinstance(each, Mapping) for each in value) else " ").join(map(setting, value)) or NONE
    if isinstance(value, Mapping):
        fields = ", ".join(
            f"{name.replace('_', ' ')} {setting(each)}" for name, each in value.items() if name != "kind"
        )
        return " ".join(filter(None, (str(value.get("kind", "")), f"({fields})" if fields else ""))) or NONE
    return str(value) or NONE


def result(record: Record, name: str) -> tuple[str, str]:
    """The best of a measure, and the last where it reads otherwise."""
    if name not in record.best:
        return "", ""
    best = number(name, record.best[name])
    last = number(name, record.run.metrics[name]) if name in record.run.metrics else best
    return best, "" if last == best else last


_CELLS: dict[Kind, Callable[[Record, Column], str]] = {
    "tick": lambda record, column: "",
    "name": lambda record, column: record.run.name,
    "status": lambda record, column: record.run.status,
    "text": _text,
    "number": _number,
    "setting": lambda record, column: setting(record.asked[column.key]) if column.key in record.asked else "",
    "result": lambda record, column: " · ".join(filter(None, result(record, column.key))),
    "note": lambda record, column: record.run.note,
}


def ordered(records: Sequence[Record], column: Column | None, *, falling: bool) -> tuple[Record, ...]:
    """By a column; those that have nothing there come last either way."""
    if column is None:
        return tuple(records)
    have = [(value, record) for record in records if (value := _key(record, column)) is not None]
    have.sort(key=lambda each: each[0], reverse=falling)
    there = {record.path for _, record in have}
    return (*(record for _, record in have), *(record for record in records if record.path not in there))


def falls_first(column: Column) -> bool:
    """Whether the first click on a title brings the greatest to the top: the best of a measure, the newest."""
    return column.key in ("started", "step", "epochs") or (column.kind == "result" and rises(column.key))


def _key(record: Record, column: Column) -> tuple[int, float, tuple[object, ...]] | None:
    run = record.run
    own = {"step": run.step, "epochs": run.epoch, "started": run.started, "project": record.project}
    if column.key in own and column.kind in ("number", "text"):
        value: Any = own[column.key]
    elif column.kind == "setting":
        value = record.asked.get(column.key)
    elif column.kind == "result":
        value = record.best.get(column.key)
    else:
        value = cell(record, column)
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    return (0, value, ()) if isinstance(value, int | float) else (1, 0.0, natural(str(value)))
