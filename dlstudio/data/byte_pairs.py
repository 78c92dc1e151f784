"""Byte pairs: a vocabulary of frequent pieces of words, grown from bytes (Sennrich, Haddow and Birch 2016)."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import pairwise

from dlstudio.data.progress import counted

Pair = tuple[bytes, bytes]

_PIECES = re.compile(rb"\s?[^\s]+|\s+")
"""A word with the space before it, or a run of spaces: merges never cross from one to the next."""


def learn(data: bytes, size: int) -> list[Pair]:
    """The merges, the most frequent pair first, until the vocabulary has the size or nothing occurs twice."""
    counts = Counter(_PIECES.findall(data))
    words = [[bytes([byte]) for byte in piece] for piece in counts]
    often = list(counts.values())
    tally = _Tally()
    for index, (word, count) in enumerate(zip(words, often, strict=True)):
        tally.shift(word, count, index)
    merges: list[Pair] = []
    for _ in counted(range(size - 256), "Finding pieces of words", max(0, size - 256)):
        best = tally.pop()
        if best is None:
            break
        merges.append(best)
        for index in sorted(tally.places.pop(best)):
            shorter = merged(words[index], best)
            if len(shorter) < len(words[index]):
                tally.shift(words[index], -often[index], index)
                tally.shift(shorter, often[index], index)
                words[index] = shorter
    return merges


@dataclass
class _Tally:
    """How often each pair occurs, in which words, and a heap to find the most frequent one."""

    counts: Counter[Pair] = field(default_factory=Counter)
    places: defaultdict[Pair, set[int]] = field(default_factory=lambda: defaultdict(set))
    heap: list[tuple[int, Pair]] = field(default_factory=list)
    grown: set[Pair] = field(default_factory=set)
    """Pairs that may be more frequent than the heap says."""

    def shift(self, word: list[bytes], often: int, index: int) -> None:
        """Counts the pairs of a word in, or out."""
        for pair in pairwise(word):
            self.counts[pair] += often
            if often > 0:
                self.places[pair].add(index)
                self.grown.add(pair)

    def pop(self) -> Pair | None:
        """The most frequent pair that occurs twice; what the heap says may be older than the counts."""
        for pair in self.grown:
            heappush(self.heap, (-self.counts[pair], pair))
        self.grown.clear()
        while self.heap:
            negative, pair = heappop(self.heap)
            if self.counts[pair] == -negative and negative <= -2:
                return pair
            if 2 <= self.counts[pair] < -negative:
                heappush(self.heap, (-self.counts[pair], pair))
        return None


def merged(word: list[bytes], pair: Pair) -> list[bytes]:
    """The word with every occurrence of the pair made one."""
    made: list[bytes] = []
    position = 0
    while position < len(word):
        if position + 1 < len(word) and (word[position], word[position + 1]) == pair:
            made.append(word[position] + word[position + 1])
            position += 2
        else:
            made.append(word[position])
            position += 1
    return made


def split(data: bytes, merges: Iterable[Pair]) -> list[bytes]:
    """The pieces of a text: in each word, the earliest learnt pair is merged first."""
    rank = {pair: number for number, pair in enumerate(merges)}
    known: dict[bytes, list[bytes]] = {}
    pieces: list[bytes] = []
    for word in _PIECES.findall(data):
        if word not in known:
            known[word] = _split_word(word, rank)
        pieces += known[word]
    return pieces


def _split_word(word: bytes, rank: dict[Pair, int]) -> list[bytes]:
    parts = [bytes([byte]) for byte in word]
    while len(parts) > 1:
        best = min(pairwise(parts), key=lambda pair: rank.get(pair, len(rank)))
        if best not in rank:
            break
        parts = merged(parts, best)
    return parts
