"""Vocabulary: how a text becomes numbers and back; kept in what was fitted, so that new texts are read the same way."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from dlstudio.core.frozen import Frozen, Value
from dlstudio.data import byte_pairs

UNKNOWN = "<unknown>"
PADDING = "<padding>"

_WORDS = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]|\n")


@dataclass(frozen=True)
class Vocabulary:
    """The symbols of a text in the order of their numbers; bytes are kept as letters of Latin-1, one for one."""

    unit: str
    symbols: tuple[str, ...]
    merges: tuple[tuple[str, str], ...] = field(default=())

    @classmethod
    def of(cls, text: str, unit: str, size: int) -> "Vocabulary":
        """The vocabulary that a text needs, of a limited size where it is one of words or byte pairs."""
        if unit == "characters":
            return cls(unit, (UNKNOWN, *sorted(set(text))))
        if unit == "words":
            counts = Counter(_WORDS.findall(text))
            return cls(unit, (UNKNOWN, *sorted(counts, key=lambda word: (-counts[word], word))[: size - 1]))
        merges = byte_pairs.learn(text.encode(), size)
        symbols = [*(bytes([byte]) for byte in range(256)), *(one + two for one, two in merges)]
        pairs = tuple((one.decode("latin-1"), two.decode("latin-1")) for one, two in merges)
        return cls(unit, tuple(symbol.decode("latin-1") for symbol in symbols), pairs)

    def padded(self) -> "Vocabulary":
        """The same symbols with one more that stands for nothing; its number is 0."""
        return replace(self, symbols=("", *self.symbols))

    def encode(self, text: str) -> list[int]:
        """The numbers of a text."""
        if self.unit == "byte pairs":
            merges = [(one.encode("latin-1"), two.encode("latin-1")) for one, two in self.merges]
            return [self._numbers[piece.decode("latin-1")] for piece in byte_pairs.split(text.encode(), merges)]
        pieces: Iterable[str] = text if self.unit == "characters" else _WORDS.findall(text)
        unknown = self._numbers.get(UNKNOWN, 0)
        return [self._numbers.get(piece, unknown) for piece in pieces]

    def decode(self, numbers: Iterable[int]) -> str:
        """The text that numbers stand for; words are set apart by spaces."""
        if self.unit == "byte pairs":
            return b"".join(self.symbols[n].encode("latin-1") for n in numbers).decode("utf-8", errors="replace")
        symbols = (self.symbols[number] for number in numbers)
        return (" " if self.unit == "words" else "").join(symbol for symbol in symbols if symbol)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {symbol: number for number, symbol in enumerate(self.symbols)}

    @property
    def names(self) -> tuple[str, ...]:
        """The symbols as a person reads them."""
        read = self.symbols
        if self.unit == "byte pairs":
            read = tuple(symbol.encode("latin-1").decode("utf-8", errors="replace") for symbol in read)
        return tuple(symbol or PADDING for symbol in read)

    def plain(self) -> Frozen[str, Value]:
        return Frozen({"unit": self.unit, "symbols": self.symbols, "merges": self.merges})


def vocabulary(fitted: Mapping[str, Value]) -> Vocabulary | None:
    """The vocabulary among what was fitted, if the data has one."""
    kept = fitted.get("vocabulary")
    if kept is None:
        return None
    return Vocabulary(kept["unit"], tuple(kept["symbols"]), tuple((one, two) for one, two in kept["merges"]))
