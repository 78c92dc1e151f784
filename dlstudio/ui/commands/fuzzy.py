"""Fuzzy: how well a few typed letters fit a line, and which lines fit best; it knows no Qt."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from dlstudio.ui.commands.entry import Entry

MOST = 60
"""How many lines are shown."""
_STARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")


def fit(typed: str, text: str, *, loose: bool = True) -> float:
    """How well: 0 when it does not; every typed word must be found, in any order; loosely, also by its letters."""
    words = typed.lower().split()
    found = [_word(word, text, loose) for word in words]
    return sum(found) / len(found) - len(text) / 1000 if found and all(found) else 0.0


def _word(word: str, text: str, loose: bool) -> float:
    """One word: the whole text, its beginning, a word's beginning, the middle, first letters, scattered letters."""
    low = text.lower()
    if low == word:
        return 10.0
    at = low.find(word)
    if at == 0:
        return 8.0
    if at > 0:
        return 6.0 if not low[at - 1].isalnum() or text[at].isupper() else 4.0
    if "".join(_initials(text)).startswith(word):
        return 5.0
    return 1.0 if loose and len(word) > 2 and _scattered(word).search(low) else 0.0


@lru_cache(maxsize=4096)
def _initials(text: str) -> tuple[str, ...]:
    return tuple(part[0].lower() for part in _STARTS.findall(text))


@lru_cache(maxsize=64)
def _scattered(word: str) -> re.Pattern[str]:
    return re.compile(".{0,4}?".join(map(re.escape, word)))


def best(typed: str, entries: Iterable[Entry], recent: Sequence[str] = ()) -> list[Entry]:
    """What fits, the best first; of equals, what was used last; with nothing typed, all that is not quiet."""
    rank = {name: place for place, name in enumerate(recent)}
    last = len(rank)
    if not typed.strip():
        return sorted((e for e in entries if not e.quiet), key=lambda e: rank.get(e.id, last))[:MOST]
    found = [(_score(typed, entry, rank), entry) for entry in entries]
    return [entry for score, entry in sorted((f for f in found if f[0] > 0), key=lambda f: -f[0])[:MOST]]


def _score(typed: str, entry: Entry, rank: dict[str, int]) -> float:
    title = fit(typed, entry.title)
    score = max(title, 0.6 * fit(typed, f"{entry.title} {entry.place} {entry.words}", loose=False))
    if score <= 0:
        return 0.0
    return score + (1.5 / (1 + rank[entry.id]) if entry.id in rank else 0.0) - (0.5 if entry.reason else 0.0)
