"""Roles: what each column of a table is for, as the project says or as its cells suggest."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, cast

from dlstudio.catalog.sources.files import Table
from dlstudio.core.document import natural
from dlstudio.core.issue import ProjectProblem
from dlstudio.data.cells import Cell, Cells
from dlstudio.data.paths import PART_WORDS

Role = Literal["number", "one-hot", "index", "ordinal", "class", "value", "weight", "time", "split", "ignore"]

ROLES = ("number", "one-hot", "index", "ordinal", "target", "class", "value", "weight", "time", "split", "ignore")
MOST_WORDS = 100
"""A column of more different words than this is not written as one-hot without being asked."""
MOST_CLASSES = 20
"""A target of whole numbers is a class when it has no more different ones than this."""


def roles(source: Table, cells: Cells) -> dict[str, Role]:
    """The role of every column."""
    for name in (*source.roles, *source.groups, *source.categories):
        if name not in cells.columns:
            raise ProjectProblem(f"{cells.file} has no column “{name}”; it has {', '.join(cells.columns)}.")
    said = {name: str(role) for name, role in source.roles.items()}
    for name, role in said.items():
        if role not in ROLES:
            raise ProjectProblem(f"There is no role “{role}” for the column {name}; choose one of {', '.join(ROLES)}.")
    if not {"target", "class", "value"} & set(said.values()):
        last = next((name for name in reversed(list(cells.columns)) if name not in said), None)
        said |= {last: "target"} if last is not None and len(cells.columns) > 1 else {}
    return {
        name: _role(name, said.get(name), values, name in source.categories) for name, values in cells.columns.items()
    }


def _role(name: str, said: str | None, values: Sequence[Cell], listed: bool) -> Role:
    if said == "target":
        return "class" if listed or _is_class(values) else "value"
    if said is not None:
        return cast(Role, said)
    if listed:
        return "one-hot"
    if _is_numeric(values):
        return "number"
    words = {str(value).strip().lower() for value in values}
    if "train" in {PART_WORDS.get(word) for word in words} and words <= PART_WORDS.keys():
        return "split"
    if len(words) > MOST_WORDS:
        raise ProjectProblem(
            f"The column {name} holds {len(words):,} different words; give it the role index (for an embedding), "
            "one-hot or ignore."
        )
    return "one-hot"


def number(cell: Cell) -> float | None:
    """The number that a cell holds, if it holds one; NaN where it says so."""
    if isinstance(cell, bool | int | float):
        return float(cell)
    try:
        return float(cell) if cell is not None else None
    except ValueError:
        return None


def _is_numeric(values: Sequence[Cell]) -> bool:
    """Whether most cells that are not empty hold numbers: then a word among them is a mistake."""
    filled = [value for value in values if str(value if value is not None else "").strip()]
    return 2 * sum(number(value) is not None for value in filled) > len(filled)


def _is_class(values: Sequence[Cell]) -> bool:
    if not _is_numeric(values):
        return True
    found = {number(value) for value in values} - {None}
    return len(found) <= MOST_CLASSES and all(value is not None and value.is_integer() for value in found)


def words(values: Sequence[Cell]) -> list[str]:
    """The different words of a column: numbers by size, everything else by the alphabet; 1.0 is 1."""
    return sorted({word for value in values if (word := as_word(value))}, key=natural)


def as_word(cell: Cell) -> str:
    if isinstance(cell, float):
        return "" if math.isnan(cell) else f"{cell:g}"
    return "" if cell is None else str(cell).strip()


def moment(cell: Cell) -> float | None:
    """When a row was taken: a number, or a date as in 2024-05-31 or 2024-05-31T12:00."""
    if (value := number(cell)) is not None:
        return value
    if isinstance(cell, datetime):
        return cell.timestamp()
    try:
        return datetime.fromisoformat(str(cell).strip()).timestamp()
    except ValueError:
        return None


def groups(source: Table, found: Mapping[str, Role]) -> dict[str, list[str]]:
    """The columns of the data set, each with the columns of the table that it is made of."""
    made: dict[str, list[str]] = {}
    for name, role in found.items():
        if role in ("time", "split", "ignore"):
            continue
        usual = "features" if role in ("number", "one-hot", "ordinal") else name
        made.setdefault(str(source.groups.get(name, usual)), []).append(name)
    for group, members in made.items():
        kinds = {"index": "words", "class": "classes", "value": "values", "weight": "weights"}
        sorts = {kinds.get(found[name], "features") for name in members}
        if len(sorts) > 1 or (len(members) > 1 and sorts & {"classes", "weights"}):
            raise ProjectProblem(
                f"The group {group} mixes what cannot stand together ({', '.join(members)}): "
                "features, index columns, values, and each class or weight need groups of their own."
            )
    weights = [name for name, role in found.items() if role == "weight"]
    if len(weights) > 1:
        raise ProjectProblem(f"A row has one weight; {', '.join(weights)} are {len(weights)}. Keep one of them.")
    return made
