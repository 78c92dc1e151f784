"""Texts: windows of symbols, each with the same window one symbol later."""

from pathlib import Path

import torch

from dlstudio.catalog.sources.texts import Alice, Phrase, Text
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.resources import resource
from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.dataset import Column, InMemory
from dlstudio.data.loading import Loaded, Place, loads
from dlstudio.data.paths import file, told
from dlstudio.data.vocabulary import Vocabulary


@loads("Text")
def text(source: Text, place: Place) -> Loaded:
    """The windows share the memory of the text, however much they overlap."""
    path = file(place, source.file, "the text file")
    return _windows(source, read(path), path.name)


def read(path: Path) -> str:
    """What a text file says, or a ProjectProblem that names the line which is no text."""
    with told(path):
        data = path.read_bytes()
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ProjectProblem(f"{path.name}, line {line}: this is no text in UTF-8. Save it as UTF-8.") from None


@loads("Alice")
def alice(source: Alice, _place: Place) -> Loaded:
    path = resource("data", "alice.txt")
    if not path.is_file():
        raise ProjectProblem("The bundled book (resources/data/alice.txt) is missing; install dlstudio again.")
    return _windows(source, path.read_text("utf-8"), "The book")


@loads("Phrase")
def phrase(source: Phrase, _place: Place) -> Loaded:
    if len(source.phrase) < 2:
        raise ProjectProblem("A phrase to learn needs two letters at least; write one, such as hello.")
    known = Vocabulary("characters", tuple(sorted(set(source.phrase))))
    return _shifted(known, torch.tensor(known.encode(source.phrase)), len(source.phrase) - 1, 1)


def _windows(source: Text | Alice, content: str, name: str) -> Loaded:
    known = Vocabulary.of(content, source.unit, source.vocabulary)
    numbers = torch.tensor(known.encode(content))
    if len(numbers) <= source.length:
        raise ProjectProblem(
            f"{name} holds {len(numbers):,} symbols, too few for a window of {source.length:,} and the one after. "
            "Take a longer text, or a smaller length."
        )
    return _shifted(known, numbers, source.length, source.stride or source.length)


def _shifted(known: Vocabulary, numbers: torch.Tensor, length: int, step: int) -> Loaded:
    columns = {name: _column(name, length, known) for name in ("text", "next")}
    values = {"text": numbers[:-1].unfold(0, length, step), "next": numbers[1:].unfold(0, length, step)}
    return Loaded(InMemory(columns, values), fitted={"vocabulary": known.plain()})


def _column(name: str, length: int, known: Vocabulary) -> Column:
    return Column(name, Shape.of(length, dtype="int"), known.names, "target" if name == "next" else "input")
