"""Table: rows of cells made into columns of numbers, with every bad cell named by file and line."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from dlstudio.catalog.sources.files import Table
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.core.tensor import FEATURE
from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.cells import Cell, read
from dlstudio.data.columns import Pair, classes, in_memory, numbers
from dlstudio.data.dataset import Column
from dlstudio.data.loading import PARTS, Loaded, PartName, Place, loads
from dlstudio.data.paths import PART_WORDS, file
from dlstudio.data.progress import counted
from dlstudio.data.roles import Role, as_word, groups, moment, number, roles, words
from dlstudio.data.soundness import advised, skipped


@dataclass(frozen=True)
class Read:
    """One column as numbers: its width, its names, and for each row what is wrong with its cell."""

    role: Role
    values: Tensor
    names: tuple[str, ...]
    wrong: Mapping[int, str]


@loads("Table")
def table(source: Table, place: Place) -> Loaded:
    path = file(place, source.file, "the file of the table")
    cells = read(path, source.delimiter)
    found = roles(source, cells)
    named = counted(cells.columns.items(), "Making columns", len(cells.columns))
    columns = {name: _column(name, found[name], values, source) for name, values in named}
    wrong = {row: f"{cells.places[row]}: {text}" for each in columns.values() for row, text in each.wrong.items()}
    reasons = [*cells.ragged, *(wrong[row] for row in sorted(wrong))]
    if reasons and not place.skip:
        raise ProjectProblem(advised(reasons))
    kept = [row for row in range(len(cells.places)) if row not in wrong]
    if not kept:
        raise ProjectProblem(f"No row of {cells.file} can be used: {reasons[0]}.")
    keep = torch.tensor(kept)
    pairs = [
        _pair(group, [(name, columns[name]) for name in members], keep)
        for group, members in groups(source, found).items()
    ]
    return Loaded(
        in_memory(*pairs, places=tuple(cells.places[row] for row in kept)),
        given=_given(columns, keep),
        order={name: each.values[keep] for name, each in columns.items() if each.role == "time"},
        words={name: [as_word(values[row]) for row in kept] for name, values in cells.columns.items()},
        fitted={"categories": {n: each.names for n, each in columns.items() if each.role in CODED}},
        issues=(*((skipped(reasons),) if reasons else ()), *_coded(columns)),
    )


CODED = ("one-hot", "index", "ordinal", "class")


def _column(name: str, role: Role, values: Sequence[Cell], source: Table) -> Read:
    if role in ("number", "value"):
        return _read(role, [number(value) for value in values], values, name, "is no number")
    if role == "weight":
        amounts = [amount if (amount := number(value)) is None or amount >= 0 else None for value in values]
        return _read(role, amounts, values, name, "is no weight: a number from 0 up")
    if role == "time":
        return _read(
            role, [moment(value) for value in values], values, name, "is neither a date (2024-05-31) nor a number"
        )
    if role == "split":
        places = [
            PARTS.index(PART_WORDS[word]) if (word := as_word(value).lower()) in PART_WORDS else None
            for value in values
        ]
        return _read(role, places, values, name, "names no part (train, validation or test)")
    if role == "ignore":
        return Read(role, torch.zeros(len(values)), (), {})
    return _coded_column(name, role, values, source)


def _coded_column(name: str, role: Role, values: Sequence[Cell], source: Table) -> Read:
    listed = source.categories.get(name)
    kinds = [str(kind) for kind in listed] if listed else words(values)
    code = {kind: i for i, kind in enumerate(kinds)}
    reason = f"is none of {', '.join(kinds[:8])}" if listed else "is empty"
    found = _read(role, [code.get(as_word(value)) for value in values], values, name, reason)
    return Read(role, found.values, tuple(kinds), found.wrong)


def _read(role: Role, found: Sequence[float | int | None], values: Sequence[Cell], name: str, reason: str) -> Read:
    wrong = {
        row: f"{name} {f'“{as_word(values[row])}” {reason}' if as_word(values[row]) else 'is empty'}"
        for row, value in enumerate(found)
        if value is None or not math.isfinite(value)
    }
    return Read(
        role, torch.tensor([0 if row in wrong else value for row, value in enumerate(found)]).double(), (), wrong
    )


def _pair(group: str, members: Sequence[tuple[str, Read]], keep: Tensor) -> Pair:
    """One column of the data set from those of the table that belong together."""
    role = members[0][1].role
    first = members[0][1].values[keep]
    if role == "class":
        return classes(group, first, members[0][1].names)
    if role == "weight":
        return Column(group, Shape.of(), role="weight"), first.float()
    if role == "index":
        return _index(group, [each for _, each in members], keep)
    blocks = [_block(each, keep) for _, each in members]
    titles = [title for name, each in members for title in _titles(name, each)]
    return numbers(group, torch.cat(blocks, dim=1), "target" if role == "value" else "input", titles)


def _index(group: str, members: Sequence[Read], keep: Tensor) -> Pair:
    """Whole numbers for an embedding: one alone is a number, several are a row."""
    if len(members) == 1:
        return classes(group, members[0].values[keep], members[0].names, "input")
    values = torch.stack([each.values[keep] for each in members], dim=1).long()
    return Column(group, Shape((len(members),), (FEATURE,), "int")), values


def _block(column: Read, keep: Tensor) -> Tensor:
    values = column.values[keep]
    if column.role == "one-hot":
        return torch.nn.functional.one_hot(values.long(), len(column.names)).float()
    return values.unsqueeze(1)


def _titles(name: str, column: Read) -> list[str]:
    return [f"{name}={kind}" for kind in column.names] if column.role == "one-hot" else [name]


def _given(columns: Mapping[str, Read], keep: Tensor) -> dict[PartName, Tensor]:
    split = next((each.values[keep] for each in columns.values() if each.role == "split"), None)
    return {} if split is None else {part: (split == i).nonzero().flatten() for i, part in enumerate(PARTS)}


def _coded(columns: Mapping[str, Read]) -> list[Issue]:
    """A warning for words written as 0, 1, 2: a layer takes the third for twice the second."""
    text = (
        "The words of {} are coded as one number ({}), which a layer takes for an amount. "
        "Give the column the role one-hot, or index with an embedding, unless the words have that order."
    )
    return [
        Issue(
            "warning", "data-ordinal", text.format(name, ", ".join(f"{k} = {i}" for i, k in enumerate(each.names[:3])))
        )
        for name, each in columns.items()
        if each.role == "ordinal" and len(each.names) > 2
    ]
