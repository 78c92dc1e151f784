"""Terms: a few words by which runs are found, as “status:finished lr>0.001 baseline”."""

import operator
import re
from collections.abc import Callable, Iterable
from typing import Any

from dlstudio.runs.census import Record

_TERM = re.compile(r"([\w./]+)(>=|<=|!=|>|<|=|:)(.+)")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip
OWN = ("name", "status", "step", "epoch", "note", "started")


def sifted(records: Iterable[Record], text: str) -> tuple[Record, ...]:
    """Those that all words fit."""
    terms = [word for word in text.casefold().split() if word]
    return tuple(record for record in records if all(fits(record, term) for term in terms))


def fits(record: Record, term: str) -> bool:
    """Whether a run fits a word: a comparison with what it was asked for or came to, or a text found in it."""
    found = _TERM.fullmatch(term)
    if not found:
        return term in _words(record)
    name, sign, wanted = found.groups()
    values = named(record, name)
    if sign == ":":
        return any(wanted in str(value).casefold() for value in values)
    if sign == "!=":
        return bool(values) and not any(_holds("=", value, wanted) for value in values)
    return any(_holds(sign, value, wanted) for value in values)


def named(record: Record, name: str) -> list[Any]:
    """What a run has under a name: whole, or only the end of a longer one, as “lr” of “optimizer.lr”."""
    if name in OWN:
        return [getattr(record.run, name)]
    results = {**record.run.metrics, **record.best}
    everything = {**record.asked, **results}
    low = {path.casefold(): value for path, value in everything.items()}
    if found := [low[path] for path in (name, f"{name}.kind") if path in low]:
        return found
    return [value for path, value in low.items() if path.endswith((f".{name}", f"/{name}"))]


def _holds(sign: str, value: Any, wanted: str) -> bool:
    try:
        return _COMPARE[sign](float(value), float(wanted))
    except (TypeError, ValueError):
        return sign == "=" and str(value).casefold() == wanted


def _words(record: Record) -> str:
    run = record.run
    settings = (f"{path}={value}" for path, value in record.asked.items())
    return " ".join([run.name, run.status, run.note, record.project, *settings]).casefold()
