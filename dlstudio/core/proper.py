"""Proper values: what a project may hold and a file may say, told with the place where something else stands."""

import json
import math
from collections.abc import Mapping
from typing import Any

from dlstudio.core.fields import show
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.issue import ProjectProblem

Place = tuple[str | int, ...]
"""The keys and positions that lead to a value in the file."""

DEEPEST = 60
MOST_DIGITS = 1000
_BIGGEST = 10**MOST_DIGITS


def problem(place: Place, text: str) -> ProjectProblem:
    """A problem at a place of the file: "networks.model.nodes.conv1: must be ..."."""
    return ProjectProblem(f"{spoken(place)}: {text}")


def spoken(place: Place) -> str:
    """The place as a user reads it."""
    return "".join(_part(part) for part in place).removeprefix(".") or "project"


def _part(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    short = part if len(part) <= 60 else part[:57] + "..."
    plain = short.isprintable() and short and not set(short) & set(' ."[]:')
    return "." + (short if plain else json.dumps(short))


def proper(value: Any, place: Place = ()) -> Value:
    """The value with lists and dicts frozen, or a ProjectProblem that names the first place that cannot be kept."""
    return _proper(value, place, 0)


def _proper(value: Any, place: Place, depth: int) -> Value:
    if isinstance(value, str):
        return text(value, place)
    if value is None or isinstance(value, int | float):
        return value if value is None else number(value, place)
    if depth >= DEEPEST:
        raise problem(place[:4], f"is nested deeper than {DEEPEST} levels; make it flatter.")
    if isinstance(value, list | tuple):
        return tuple(_proper(item, (*place, i), depth + 1) for i, item in enumerate(value))
    if isinstance(value, Mapping):
        return Frozen({text(key, place): _proper(item, (*place, key), depth + 1) for key, item in value.items()})
    raise problem(place, f"holds a {type(value).__name__}, which a project cannot hold; use numbers, texts and lists.")


def text(value: Any, place: Place) -> str:
    """The value if it is a text that UTF-8 can write."""
    if not isinstance(value, str):
        raise problem(place, f"must be a text, not {describe(value)}; correct it or take the line out.")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise problem(place, "holds half of a character (a lone surrogate); type the text anew.") from None
    return value


def number(value: int | float, place: Place) -> int | float:
    """The value if it is a finite number of a bearable length, or yes or no."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise problem(place, "must be a finite number, not infinite, too large or NaN; correct it.")
    elif not -_BIGGEST < value < _BIGGEST:
        raise problem(place, f"is a number of more than {MOST_DIGITS:,} digits; make it smaller.")
    return value


def describe(value: Any) -> str:
    """A value of the wrong type as a message names it."""
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, int) and not isinstance(value, bool) and not -_BIGGEST < value < _BIGGEST:
        return "a huge number"
    return json.dumps(value) if value is None or isinstance(value, bool) else show(value)
