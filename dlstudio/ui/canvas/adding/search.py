"""Search: which entries a few letters mean, best first, and which letters of their titles matched."""

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from dlstudio.ui.canvas.adding.entry import Entry

FAR = 20
"""What a match of scattered letters counts."""
NEAR = 0.75
"""How alike a word with a wrong letter must be."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found, how well, and the places in its title that matched."""

    entry: Entry
    score: int
    marks: tuple[int, ...] = ()


Likely = Callable[[Entry], tuple[int, ...]]
"""How likely an entry is meant where several match as well."""


def found(query: str, entries: Sequence[Entry], likely: Likely = lambda _: ()) -> list[Hit]:
    """The entries that match every word of a query, best first; all of them for an empty one."""
    words = query.lower().split()
    hits = [hit for entry in entries if (hit := _hit(words, entry))]
    if len(words) == 1 and all(hit.score <= FAR for hit in hits):
        known = {hit.entry.key for hit in hits}
        hits += _nearly(words[0], (entry for entry in entries if entry.key not in known))
    return sorted(hits, key=lambda hit: (hit.score, likely(hit.entry)), reverse=True)


def _hit(words: Sequence[str], entry: Entry) -> Hit | None:
    score, marks = 0, set[int]()
    whole = "".join(words)
    if len(words) > 1 and (whole in entry.words or " ".join(words) == entry.title.lower()):
        return Hit(entry, 100, tuple(range(len(entry.title))))
    for word in words:
        points, places = _match(word, entry)
        if not points:
            return None
        score += points
        marks.update(places)
    return Hit(entry, score // max(1, len(words)), tuple(sorted(marks)))


def _match(word: str, entry: Entry) -> tuple[int, Iterable[int]]:
    """How well one word matches, and where in the title."""
    title = entry.title.lower()
    at = title.find(word)
    here: Iterable[int] = range(at, at + len(word)) if at >= 0 else ()
    if title == word or word in entry.words:
        return 100 if title == word else 95, here
    if at == 0:
        return 85, here
    if at > 0 and not title[at - 1].isalnum():
        return 75, here
    if any(each.startswith(word) for each in entry.words):
        return 70, here or _scattered(word, title)
    if len(word) > 1 and "".join(part[0] for part in title.split()).startswith(word):
        return 65, _initials(word, title)
    if at > 0:
        return 60, here
    if any(each.startswith(word) for each in entry.synonyms):
        return 50, ()
    if entry.family.lower().startswith(word):
        return 40, ()
    if len(word) > 2 and any(word in each for each in entry.synonyms):
        return 30, ()
    places = _scattered(word, title) if len(word) > 2 else ()
    spread = places[-1] - places[0] - len(word) if places else 0
    return (FAR, places) if places and spread <= len(word) else (0, ())


def _initials(word: str, title: str) -> list[int]:
    starts = [i for i, letter in enumerate(title) if letter != " " and (i == 0 or title[i - 1] == " ")]
    return starts[: len(word)]


def _scattered(word: str, title: str) -> list[int]:
    """The places of the letters in order, or nothing when one is missing."""
    places: list[int] = []
    for letter in word:
        at = title.find(letter, places[-1] + 1 if places else 0)
        if at < 0:
            return []
        places.append(at)
    return places


def _nearly(word: str, entries: Iterable[Entry]) -> Iterable[Hit]:
    """What may have been meant by a word with a wrong letter."""
    matcher = difflib.SequenceMatcher(None, b=word)
    for entry in entries if len(word) > 2 else ():
        best = 0.0
        for each in (entry.title.lower().replace(" ", ""), *entry.words):
            matcher.set_seq1(each)
            if matcher.real_quick_ratio() >= NEAR:
                best = max(best, matcher.quick_ratio())
        if best >= NEAR:
            yield Hit(entry, round(best * FAR))
