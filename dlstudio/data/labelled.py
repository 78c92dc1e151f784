"""Labelled files: pictures or sounds with their classes, by the folders that they lie in or by a CSV file."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor

from dlstudio.core.document import natural
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.columns import classes
from dlstudio.data.dataset import DTYPES, Column, Dataset, InMemory, Lazy
from dlstudio.data.loading import PARTS, Loaded, PartName, Place
from dlstudio.data.paths import PART_WORDS, file, files_in, folder, told
from dlstudio.data.progress import counted
from dlstudio.data.soundness import advised, skipped

AT_MOST = 512 * 2**20
"""Up to so many bytes, all files are read at once and kept in memory."""

T = TypeVar("T")

Decode = Callable[[Path], Tensor]
"""Reads one file; a ProjectProblem says what is wrong with it. It survives pickling, for workers."""


@dataclass(frozen=True)
class Entry:
    """One file with its label and, where the data says so, its part."""

    path: Path
    label: str
    part: PartName | None = None


@dataclass(frozen=True)
class Held:
    """What all files become: a column, stored as bytes times a scale where it is a picture."""

    column: Column
    stored: torch.dtype
    scale: float | None = None


def entries(place: Place, path: str, labels: str, suffixes: tuple[str, ...], noun: str) -> list[Entry]:
    """The files in a folder, with their labels."""
    base = folder(place, path, f"the folder of the {noun}s")
    found = _listed(base, file(place, labels, "the CSV file of the labels")) if labels else _sorted(base, suffixes)
    if not found:
        raise ProjectProblem(f"The folder {base} holds no {noun}s ({', '.join(suffixes)}). Choose another folder.")
    return found


def _sorted(base: Path, suffixes: tuple[str, ...]) -> list[Entry]:
    """Class folders, below folders of the parts where there are such."""
    found = [(path, path.relative_to(base).parts) for path in files_in(base, suffixes)]
    heads = {parts[0].lower() for _, parts in found if len(parts) > 1}
    if "train" in {PART_WORDS.get(head) for head in heads} and heads <= PART_WORDS.keys():
        return [Entry(p, parts[1], PART_WORDS[parts[0].lower()]) for p, parts in found if len(parts) > 2]
    loose = [path for path, parts in found if len(parts) == 1]
    if loose and heads:
        raise ProjectProblem(
            f"{loose[0]} lies in no class folder, but others do. Move it into the folder of its class."
        )
    return [Entry(path, parts[0] if len(parts) > 1 else base.name) for path, parts in found]


def _listed(base: Path, labels: Path) -> list[Entry]:
    """The files that a CSV file names; its first line may hold titles."""
    with told(labels), labels.open(newline="", encoding="utf-8-sig", errors="replace") as lines:
        rows = [(number, row) for number, row in enumerate(csv.reader(lines), 1) if row]
    if rows and not (base / rows[0][1][0]).is_file():
        rows = rows[1:]
    return [_entry(base, labels, number, row) for number, row in counted(rows, "Looking for files", len(rows))]


def _entry(base: Path, labels: Path, number: int, row: Sequence[str]) -> Entry:
    if len(row) < 2:
        raise ProjectProblem(f"{labels.name}, line {number}: a file name and a label are needed. Add the label.")
    path, part = base / row[0].strip(), PART_WORDS.get(row[2].strip().lower()) if len(row) > 2 else None
    if not path.is_file():
        raise ProjectProblem(f"{labels.name}, line {number}: there is no file {path}. Mend the name, or take it out.")
    return Entry(path, row[1].strip(), part)


def loaded(found: Sequence[Entry], decode: Decode, held: Held, place: Place, limit: int | None = None) -> Loaded:
    """The files as a data set: in memory where they fit, otherwise read while training."""
    size = len(found) * held.column.tensor.size * held.stored.itemsize
    if size > (AT_MOST if limit is None else limit):
        good, issues = _tried(found, decode) if place.skip else (list(found), ())
        label = _labels(good)
        pairs = {held.column.name: held.column, label[0].name: label[0]}
        dataset: Dataset = Files(pairs, tuple(entry.path for entry in good), label[1], decode, held)
    else:
        good, values, issues = _decoded(found, decode, held, place.skip)
        label = _labels(good)
        columns = {held.column.name: held.column, label[0].name: label[0]}
        stored = {held.column.name: values, label[0].name: label[1]}
        scales = {} if held.scale is None else {held.column.name: held.scale}
        dataset = InMemory(columns, stored, scales, tuple(str(entry.path) for entry in good))
    return Loaded(dataset, parts([entry.part for entry in good]), issues=issues)


def _labels(found: Sequence[Entry]) -> tuple[Column, Tensor]:
    names = sorted({entry.label for entry in found}, key=natural)
    number = {name: i for i, name in enumerate(names)}
    return classes("class", torch.tensor([number[entry.label] for entry in found]), names)


def parts(named: Sequence[PartName | None]) -> Mapping[PartName, Tensor]:
    """The samples of each part, where any are named."""
    if not any(named):
        return {}
    return {
        part: torch.tensor([i for i, each in enumerate(named) if (each or "train") == part]).long() for part in PARTS
    }


def _attempt(decode: Decode) -> Callable[[Entry], Tensor | str]:
    def attempt(entry: Entry) -> Tensor | str:
        try:
            return decode(entry.path)
        except ProjectProblem as problem:
            return str(problem)

    return attempt


def _decoded(
    found: Sequence[Entry], decode: Decode, held: Held, skip: bool
) -> tuple[list[Entry], Tensor, tuple[Issue, ...]]:
    """All files read by a few threads into one array; what cannot be read is told, or left out."""
    whole = torch.empty((len(found), *held.column.tensor.shape), dtype=held.stored)
    good: list[Entry] = []
    reasons: list[str] = []
    for entry, value in zip(found, _in_threads(_attempt(decode), found), strict=True):
        if isinstance(value, str):
            reasons.append(value.rstrip("."))
        else:
            whole[len(good)] = value
            good.append(entry)
    if reasons and not skip:
        raise ProjectProblem(advised(reasons))
    return good, whole[: len(good)], (skipped(reasons),) if reasons else ()


def _tried(found: Sequence[Entry], decode: Decode) -> tuple[list[Entry], tuple[Issue, ...]]:
    """Which of many files can be read at all."""
    results = list(_in_threads(lambda entry: _reason(decode, entry), found))
    reasons = [reason for reason in results if reason]
    good = [entry for entry, reason in zip(found, results, strict=True) if not reason]
    return good, (skipped(reasons),) if reasons else ()


def _in_threads(work: Callable[[Entry], T], found: Sequence[Entry]) -> Iterator[T]:
    """What comes of each file, in their order, by a few threads; files whose turn has not come may be left unread."""
    with ThreadPoolExecutor() as pool:
        try:
            yield from counted(pool.map(work, found), "Reading files", len(found))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _reason(decode: Decode, entry: Entry) -> str:
    value = _attempt(decode)(entry)
    return value.rstrip(".") if isinstance(value, str) else ""


class Files(Lazy):
    """Files that are read when their samples are taken."""

    def __init__(
        self, columns: Mapping[str, Column], paths: tuple[Path, ...], labels: Tensor, decode: Decode, held: Held
    ) -> None:
        self.columns, self.paths, self.labels, self.decode, self.held = columns, paths, labels, decode, held
        self.label = next(name for name in columns if name != held.column.name)

    def __len__(self) -> int:
        return len(self.paths)

    def read(self, index: int) -> dict[str, Tensor]:
        value = self.decode(self.paths[index]).to(DTYPES[self.held.column.tensor.dtype])
        made = value if self.held.scale is None else value * self.held.scale
        return {self.held.column.name: made, self.label: self.labels[index]}

    def known(self, name: str) -> Tensor | None:
        return self.labels if name == self.label else None

    def where(self, index: int) -> str:
        return str(self.paths[index])


def same_shape(path: Path, value: Tensor, shape: Shape, remedy: str) -> Tensor:
    """The value of a file, which must be as large as those of the others."""
    if tuple(value.shape) != shape.shape:
        found = "×".join(map(str, value.shape))
        raise ProjectProblem(f"{path} is {found}, but the first one is {shape}. {remedy}")
    return value
