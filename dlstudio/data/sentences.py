"""Sentences: made-up English of a few words, for networks that read one word after the other."""

from collections.abc import Callable
from typing import Protocol, TypeVar

import torch

from dlstudio.catalog.sources.texts import Sentences
from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.columns import Pair, classes, in_memory
from dlstudio.data.dataset import Column, Role
from dlstudio.data.loading import Loaded, Place, loads

NOTHING = "-"
GOOD, BAD = ("good", "great", "lovely", "funny"), ("bad", "dull", "awful", "silly")
CLAUSES = (1, 2, 2, 3)
THINGS = ("film", "plot", "music", "ending", "acting")
DETERMINER, ADJECTIVE, NOUN, VERB, ADVERB = "determiner", "adjective", "noun", "verb", "adverb"

Spoken = tuple[tuple[str, ...], tuple[str, ...]]
"""Words, and what they are."""
T = TypeVar("T")


class Draw(Protocol):
    """Takes one of several at random."""

    def __call__(self, choices: tuple[T, ...]) -> T: ...


@loads("Sentences")
def sentences(source: Sentences, _place: Place) -> Loaded:
    generator = torch.Generator().manual_seed(source.seed)

    def one_of(choices: tuple[T, ...]) -> T:
        return choices[int(torch.randint(len(choices), (), generator=generator))]

    said: dict[tuple[str, ...], tuple[str, ...]] = {}
    while len(said) < source.count:
        text, answer = SPOKEN[source.task](one_of)
        said[text] = answer
    words = _row("words", list(said), source.length, late=source.task == "mood")
    if source.task == "tags":
        return Loaded(in_memory(words, _row("tags", list(said.values()), source.length)))
    moods = torch.tensor([answer == ("glad",) for answer in said.values()])
    return Loaded(in_memory(words, classes("mood", moods, ("sad", "glad"))))


def _review(one_of: Draw) -> Spoken:
    """One to three clauses; the last one says how it ends."""
    text: list[str] = []
    glad = False
    for clause in range(one_of(CLAUSES)):
        glad, turned = one_of((True, False)), one_of((True, False, False))
        word = one_of(GOOD if glad != turned else BAD)
        text += [*(["but"] if clause else []), "the", one_of(THINGS), "was", *(["not"] if turned else []), word]
    return tuple(text), ("glad" if glad else "sad",)


def _tagged(one_of: Draw) -> Spoken:
    """One or two clauses."""
    told = _garden_path(one_of)
    if one_of((True, False)):
        told += [("and", "conjunction"), *_garden_path(one_of)]
    return tuple(word for word, _ in told), tuple(tag for _, tag in told)


def _garden_path(one_of: Draw) -> list[tuple[str, str]]:
    """Adjectives that may be nouns, and nouns that may be verbs: only what follows tells them apart."""
    the, old = ("the", DETERMINER), one_of(("old", "young", "poor", "rich"))
    man = one_of(("man", "fish", "cook", "watch"))
    thing = [the, (one_of(("boat", "house", "garden", "bread")), NOUN)]
    late = [(word, ADVERB)] if (word := one_of(("", "often", "now"))) else []
    if one_of((True, False)):
        return [the, (old, NOUN), (man, VERB), *thing, *late]
    return [the, (old, ADJECTIVE), (man, NOUN), (one_of(("sees", "likes", "leaves")), VERB), *thing, *late]


def _row(name: str, texts: list[tuple[str, ...]], length: int, *, late: bool = False) -> Pair:
    """All of one length, filled up behind (or, where the end is judged, in front); the words are its classes."""
    known = (NOTHING, *sorted({word for text in texts for word in text}))
    numbers = {word: number for number, word in enumerate(known)}
    values = torch.zeros(len(texts), length, dtype=torch.long)
    for row, text in enumerate(texts):
        start = length - len(text) if late else 0
        values[row, start : start + len(text)] = torch.tensor([numbers[word] for word in text])
    role: Role = "target" if name == "tags" else "input"
    return Column(name, Shape.of(length, dtype="int"), known, role, padding=known.index(NOTHING)), values


SPOKEN: dict[str, Callable[[Draw], Spoken]] = {"mood": _review, "tags": _tagged}
