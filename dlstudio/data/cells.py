"""Cells: a table file as columns of words or numbers, every row with the name that a user would look it up by."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dlstudio.core.issue import ProjectProblem
from dlstudio.data.paths import told
from dlstudio.data.progress import counted

Cell = str | float | int | bool | None

DELIMITERS = (",", "\t", ";", "|")


@dataclass(frozen=True)
class Cells:
    """The columns of a table; rows that are too short or too long are told apart from the others."""

    file: str
    columns: Mapping[str, Sequence[Cell]]
    places: Sequence[str]
    ragged: Sequence[str] = ()


def read(path: Path, delimiter: str) -> Cells:
    """A CSV, TSV or Parquet file."""
    if path.suffix.lower() in (".parquet", ".pq"):
        return _parquet(path)
    with told(path):
        text = path.read_bytes()
    return _lines(path.name, _text(path.name, text), path.suffix.lower(), delimiter)


def _text(name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ProjectProblem(f"{name}, line {line}: this is no text in UTF-8. Save the table as UTF-8.") from None


def _lines(name: str, text: str, suffix: str, delimiter: str) -> Cells:
    first = text.partition("\n")[0]
    if delimiter == "auto":
        delimiter = "\t" if suffix == ".tsv" else max(DELIMITERS, key=first.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    head: list[str] | None = None
    rows: list[list[str]] = []
    places: list[str] = []
    ragged: list[str] = []
    try:
        for row in counted(reader, "Reading rows", text.count("\n")):
            if not any(cell.strip() for cell in row):
                continue
            if head is None:
                head = [cell.strip() for cell in row]
            elif len(row) != len(head):
                ragged.append(
                    f"{name}, line {reader.line_num}: it has {len(row)} cells, but there are {len(head)} columns"
                )
            else:
                rows.append(row)
                places.append(f"{name}, line {reader.line_num}")
    except csv.Error as error:
        raise ProjectProblem(f"{name}, line {reader.line_num}: {error}. Mend the line.") from None
    columns = dict(zip(_head(name, head), zip(*rows, strict=True), strict=True)) if rows else {}
    if not columns:
        raise ProjectProblem(f"{name} holds no rows{f': {ragged[0]}' if ragged else ''}. Choose another file.")
    return Cells(name, columns, places, ragged)


def _head(name: str, head: list[str] | None) -> list[str]:
    head = head or []
    double = next((title for title in head if head.count(title) > 1), None)
    if double is not None:
        raise ProjectProblem(f"{name}, line 1: two columns are called “{double}”. Give each a name of its own.")
    return head


def _parquet(path: Path) -> Cells:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        raise ProjectProblem("Parquet files need pyarrow: pip install dlstudio[tables]") from None
    try:
        table = parquet.read_table(path)
    except (ArrowException, OSError) as error:
        reason = str(error).partition("\n")[0].partition(". ")[0]
        raise ProjectProblem(f"{path.name} is no readable Parquet file ({reason}). Choose another file.") from error
    names = counted(table.column_names, "Reading columns", len(table.column_names))
    columns = {name: table.column(name).to_pylist() for name in names}
    if not table.num_rows or not columns:
        raise ProjectProblem(f"{path.name} holds no rows. Choose another file.")
    return Cells(path.name, columns, [f"{path.name}, row {i + 1}" for i in range(table.num_rows)])
