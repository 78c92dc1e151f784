"""Texts: windows shifted by one; vocabularies that can be kept and turned back."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dlstudio.core.issue import ProjectProblem
from dlstudio.data import byte_pairs
from dlstudio.data.vocabulary import Vocabulary, vocabulary
from tests.data.building import every, prepared, write

UNITS = ("characters", "words", "byte pairs")
POEM = "the cat sat on the mat. the cat sat on the hat, and the dog sat on the cat.\n" * 20


@pytest.fixture
def poem(tmp_path: Path) -> Path:
    (tmp_path / "poem.txt").write_text(POEM, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("unit", UNITS)
def test_a_window_is_followed_by_the_same_one_symbol_later(poem: Path, unit: str) -> None:
    made = prepared("Text", poem, file="poem.txt", unit=unit, length=16)
    rows = every(made.train)
    assert torch.equal(rows["text"][:, 1:], rows["next"][:, :-1])
    assert (made.columns["text"].role, made.columns["next"].role) == ("input", "target")
    known = vocabulary(made.fitted)
    assert known is not None
    assert len(known.symbols) == len(made.columns["next"].classes)
    words = known.decode(torch.cat([rows["text"][0], rows["next"][0, -1:]]).tolist())
    assert POEM.replace(".", " .").replace(",", " ,").startswith(words) or POEM.startswith(words)


def test_windows_stand_side_by_side_or_overlap(poem: Path) -> None:
    apart, close = (prepared("Text", poem, file="poem.txt", length=10, stride=stride) for stride in (0, 1))
    assert sum(map(len, apart.parts.values())) == (len(POEM) - 1) // 10
    assert sum(map(len, close.parts.values())) == len(POEM) - 10


def test_validation_and_test_come_from_the_end_of_the_text(poem: Path) -> None:
    made = prepared("Text", poem, file="poem.txt", length=10)
    assert int(made.train.indices.max()) < int(made.validation.indices.min()) < int(made.test.indices.min())


def test_a_vocabulary_is_kept_as_plain_values() -> None:
    for unit in UNITS:
        made = Vocabulary.of("Grüße, 世界! don't stop, don't stop", unit, 300)
        kept = vocabulary({"vocabulary": json.loads(json.dumps(made.plain()))})
        assert kept == made
        assert kept.encode("don't stop 世界") == made.encode("don't stop 世界")


@given(st.text(max_size=80), st.text(max_size=40))
def test_byte_pairs_can_write_any_text(learnt: str, text: str) -> None:
    made = Vocabulary.of(learnt * 3, "byte pairs", 300)
    assert made.decode(made.encode(text)) == text


@given(st.text(min_size=1, max_size=80))
def test_characters_write_back_what_they_know(text: str) -> None:
    made = Vocabulary.of(text, "characters", 0)
    assert made.decode(made.encode(text)) == text


def test_an_unknown_symbol_is_told_as_such() -> None:
    made = Vocabulary.of("a b b", "words", 2)
    assert made.symbols == ("<unknown>", "b")
    assert made.decode(made.encode("b a b")) == "b <unknown> b"


def slow_merges(data: bytes, count: int) -> list[tuple[bytes, bytes]]:
    """The definition: count all pairs anew for each merge."""
    words = [[bytes([byte]) for byte in piece] for piece in byte_pairs._PIECES.findall(data)]
    merges = []
    for _ in range(count):
        counts: dict[tuple[bytes, bytes], int] = {}
        for word in words:
            for pair in pairwise(word):
                counts[pair] = counts.get(pair, 0) + 1
        best = min(counts, key=lambda pair: (-counts[pair], pair), default=None)
        if best is None or counts[best] < 2:
            break
        merges.append(best)
        words = [byte_pairs.merged(word, best) for word in words]
    return merges


@given(st.lists(st.sampled_from(["low", "lower", "newest", "widest", "aaaa", "aab", " ", "\n"]), max_size=40))
def test_byte_pairs_are_the_most_frequent_ones(words: list[str]) -> None:
    data = " ".join(words).encode()
    assert byte_pairs.learn(data, 256 + 12) == slow_merges(data, 12)


@pytest.mark.parametrize("unit", UNITS)
def test_byte_pairs_are_shorter_than_letters_and_limited(poem: Path, unit: str) -> None:
    made = prepared("Text", poem, file="poem.txt", unit=unit, vocabulary=260, length=4)
    assert len(made.columns["text"].classes) <= 260


def test_bad_texts_are_told(tmp_path: Path) -> None:
    write(tmp_path / "short.txt", "abc")
    with pytest.raises(ProjectProblem, match=r"short\.txt holds 4 symbols, too few for a window of 64"):
        prepared("Text", tmp_path, file="short.txt")
    (tmp_path / "bad.txt").write_bytes(b"one\ntwo\n\xff\n")
    with pytest.raises(ProjectProblem, match=r"bad\.txt, line 3: this is no text in UTF-8"):
        prepared("Text", tmp_path, file="bad.txt")
    write(tmp_path / "empty.txt")
    with pytest.raises(ProjectProblem, match="too few"):
        prepared("Text", tmp_path, file="empty.txt", unit="words")
