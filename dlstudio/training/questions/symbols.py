"""Symbols: a text as the numbers of a column, and numbers as a person reads them."""

from collections.abc import Sequence

from dlstudio.core.issue import ProjectProblem
from dlstudio.data.dataset import Column
from dlstudio.data.vocabulary import vocabulary
from dlstudio.training.asking.question import Subject

HIDDEN = ("", "<padding>", "<nothing>")
FEW = 12


def textual(column: Column) -> bool:
    """Whether its samples are rows of symbols."""
    return column.tensor.rank == 1 and column.tensor.dtype == "int" and bool(column.classes)


def encoded(subject: Subject, column: Column, text: str) -> list[int]:
    """The numbers of a text; a ProjectProblem names what the data has no symbol for."""
    known = vocabulary(subject.prepared.fitted)
    if known is not None and known.names == column.classes:
        return known.encode(text)
    numbers = {name: number for number, name in enumerate(column.classes)}
    pieces = list(text) if letters(column) else text.split()
    strange = next((piece for piece in pieces if piece not in numbers), None)
    if strange is not None:
        some = [name for name in column.classes if name not in HIDDEN]
        more = " …" if len(some) > FEW else ""
        raise ProjectProblem(f"“{strange}” is none of the symbols of {column.name}: {' '.join(some[:FEW])}{more}")
    return [numbers[piece] for piece in pieces]


def letters(column: Column) -> bool:
    """Whether symbols stand together without spaces."""
    return all(len(name) <= 1 for name in column.classes if not name.startswith("<"))


def named(column: Column, numbers: Sequence[int]) -> tuple[str, ...]:
    """What each number stands for."""
    return tuple(column.classes[n] if 0 <= n < len(column.classes) else "" for n in numbers)


def joined(column: Column, numbers: Sequence[int]) -> str:
    """Numbers as a text."""
    return ("" if letters(column) else " ").join(name for name in named(column, numbers) if name not in HIDDEN)
