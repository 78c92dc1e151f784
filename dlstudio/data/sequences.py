"""Sequences: made-up rows of letters with a task that needs memory."""

import torch
from torch import Tensor

from dlstudio.catalog.sources.texts import Sequences
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.columns import Pair, classes, in_memory
from dlstudio.data.dataset import Column, Role
from dlstudio.data.loading import Loaded, Place, loads

LETTERS = tuple("abcdefghijklmnopqrstuvwxyz")
START, END = "<start>", "<end>"


@loads("Sequences")
def sequences(source: Sequences, _place: Place) -> Loaded:
    generator = torch.Generator().manual_seed(source.seed)
    letters = torch.randint(source.symbols, (source.count, source.length), generator=generator)
    if source.task == "agreement":
        return _agreement(source, letters, generator)
    if source.task == "counting":
        return _counting(source, generator)
    written = letters.flip(1) if source.task == "reverse" else letters
    return _written(source, letters, written)


def _letters(name: str, values: Tensor, source: Sequences, role: Role = "input", more: tuple[str, ...] = ()) -> Pair:
    return Column(name, Shape.of(values.shape[1], dtype="int"), (*LETTERS[: source.symbols], *more), role), values


def _agreement(source: Sequences, letters: Tensor, generator: torch.Generator) -> Loaded:
    """In every other row, the last letter is made the first one again; in the others, made sure to differ."""
    agrees = torch.arange(source.count) % 2
    other = (letters[:, 0] + torch.randint(1, source.symbols, (source.count,), generator=generator)) % source.symbols
    letters[:, -1] = torch.where(agrees == 1, letters[:, 0], other)
    return Loaded(in_memory(_letters("letters", letters, source), classes("agrees", agrees, ("no", "yes"))))


def _counting(source: Sequences, generator: torch.Generator) -> Loaded:
    """Every number of the letter a is as likely as any other; the a's stand at random places."""
    count = torch.randint(source.length + 1, (source.count,), generator=generator)
    others = torch.randint(1, source.symbols, (source.count, source.length), generator=generator)
    rank = torch.rand(source.count, source.length, generator=generator).argsort(1)
    letters = torch.where(rank < count.unsqueeze(1), 0, others)
    answers = classes("count", count, list(map(str, range(source.length + 1))))
    return Loaded(in_memory(_letters("letters", letters, source), answers))


def _written(source: Sequences, letters: Tensor, written: Tensor) -> Loaded:
    if not source.teacher:
        return Loaded(in_memory(_letters("source", letters, source), _letters("target", written, source, "target")))
    if source.symbols > len(LETTERS):
        raise ProjectProblem("There are 26 letters at most.")
    more = (START, END)
    start, end = (torch.full((source.count, 1), source.symbols + i) for i in range(2))
    return Loaded(
        in_memory(
            _letters("source", letters, source, more=more),
            _letters("written", torch.cat([start, written], dim=1), source, more=more),
            _letters("next", torch.cat([written, end], dim=1), source, "target", more),
        )
    )
