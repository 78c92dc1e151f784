"""Entries: the lengths of a file's inputs, of which some are only named, and which axis holds the samples."""

from collections.abc import Sequence
from dataclasses import dataclass

from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.arriving.onnx_graph import Entry

UNLIKELY = 509
"""The number of samples while a batch of any size is read: a prime that no other length is likely to be."""
SIDE = 224
"""The height and width of an image that may have any."""
STEPS = 16
"""The length of any other axis that may have any."""


@dataclass(frozen=True)
class Sized:
    """An input with all of its lengths known, and the place of the batch among them."""

    entry: Entry
    shape: tuple[int, ...]
    place: int | None

    @property
    def sample(self) -> tuple[int, ...]:
        return tuple(n for i, n in enumerate(self.shape) if i != self.place)


@dataclass(frozen=True)
class Batch:
    """How many samples stand for any number, and what the file calls that axis."""

    size: int
    name: int | str | None

    @property
    def any(self) -> bool:
        return isinstance(self.name, str)


def batch_of(entries: Sequence[Entry], single: bool = False) -> Batch:
    """The batch of a file: an axis of its first input, mostly the first one, and all of that name or length."""
    first = next((entry.dims[entry.place] for entry in entries if entry.dims), None)
    if isinstance(first, str):
        return Batch(1 if single else UNLIKELY, first)
    named = next((n for entry in entries for n in entry.dims if isinstance(n, str) and "batch" in n.lower()), None)
    if named is not None:
        return Batch(1 if single else UNLIKELY, named)
    return Batch(first or 1, first)


def sized(entries: Sequence[Entry], batch: Batch, given: Sequence[Sequence[int]]) -> tuple[list[Sized], list[str]]:
    """The inputs with their lengths, and a remark for each length that somebody has to choose."""
    if given and len(given) not in (1, len(entries)):
        raise ProjectProblem(f"The file has {len(entries)} inputs, but shapes are given for {len(given)}.")
    made, notes = [], []
    for index, entry in enumerate(entries):
        wanted = given[index] if index < len(given) else None
        place = _place(entry, batch)
        shape = [_length(n, i, entry, batch) for i, n in enumerate(entry.dims)]
        if wanted is not None:
            shape = _as_wanted(entry, shape, place, wanted)
        else:
            notes += _chosen(entry, shape, batch)
        made.append(Sized(entry, tuple(shape), place))
    return made, notes


def _place(entry: Entry, batch: Batch) -> int | None:
    if batch.any:
        return next((i for i, n in enumerate(entry.dims) if n == batch.name), None)
    return entry.place if entry.dims and entry.dims[entry.place] == batch.name else None


def _length(n: int | str, place: int, entry: Entry, batch: Batch) -> int:
    if n == batch.name:
        return batch.size
    if isinstance(n, int):
        return n
    return SIDE if len(entry.dims) == 4 and place >= 2 else STEPS


def _as_wanted(entry: Entry, shape: list[int], place: int | None, wanted: Sequence[int]) -> list[int]:
    own = [i for i in range(len(shape)) if i != place]
    fits = len(own) == len(wanted) and all(
        isinstance(entry.dims[i], str) or entry.dims[i] == n for i, n in zip(own, wanted, strict=True)
    )
    if not fits:
        said = "×".join(str(entry.dims[i]) for i in own)
        raise ProjectProblem(f"The input “{entry.name}” takes {said}, but {'×'.join(map(str, wanted))} is given.")
    for i, n in zip(own, wanted, strict=True):
        shape[i] = n
    return shape


def _chosen(entry: Entry, shape: Sequence[int], batch: Batch) -> list[str]:
    return [
        f"The axis “{n}” of the input {entry.name} may have any length; here it has {shape[i]}."
        for i, n in enumerate(entry.dims)
        if isinstance(n, str) and n != batch.name
    ]
