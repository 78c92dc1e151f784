"""Sources that templates learn from: pairs and crooked digits, sentences, a book and a phrase, chances, moves."""

import re

import pytest
import torch

from dlstudio.core.issue import ProjectProblem
from dlstudio.core.resources import resource
from dlstudio.data.bundled import real_digits
from dlstudio.data.handwriting import _pairs
from dlstudio.data.prepare import Prepared
from dlstudio.data.sentences import SPOKEN
from tests.data.building import every, prepared


def texts(made: Prepared, column: str = "words") -> list[str]:
    known, rows = made.columns[column].classes, every(made.train)[column]
    return [" ".join(known[word] for word in row if word) for row in rows]


def test_pairs_are_as_often_of_one_digit_as_of_two_and_say_which() -> None:
    made = prepared("DigitPairs", count=500)
    pictures, digits = real_digits(5000)
    known = {picture.numpy().tobytes(): int(digit) for picture, digit in zip(pictures, digits, strict=True)}
    seen: list[set[bytes]] = []
    for part in (made.train, made.validation):
        rows = every(part)
        keys = [[(255 * image).round().byte().numpy().tobytes() for image in rows[side]] for side in ("a", "b")]
        same = [known[a] == known[b] for a, b in zip(*keys, strict=True)]
        assert same == rows["same"].bool().tolist()
        assert sum(same) == len(part) // 2
        seen.append(set(keys[0]) | set(keys[1]))
    assert not seen[0] & seen[1]


def test_every_picture_is_the_second_of_a_pair_as_often_as_any_other_that_may_be() -> None:
    digits = torch.tensor([2, 0, 2, 1, 2, 0], dtype=torch.uint8)
    first, second = _pairs(digits, 60_000, torch.Generator().manual_seed(0))
    for alike in (False, True):
        for picture, digit in enumerate(digits):
            chosen = second[alike::2][first[alike::2] == picture]
            fitting = (digits == digit) == alike
            wanted = fitting.double() / fitting.sum()
            shares = chosen.bincount(minlength=len(digits)).double() / len(chosen)
            torch.testing.assert_close(shares, wanted, rtol=0, atol=0.03)


def test_crooked_digits_are_whole_wherever_they_are() -> None:
    plain = every(prepared("MNIST", size=200).train)["image"].sum((1, 2, 3))
    moved = every(prepared("CrookedDigits", side=44, turn=0.0, size=200).train)["image"]
    torch.testing.assert_close(moved.sum((1, 2, 3)), plain, rtol=0.02, atol=0.1)
    middles = (moved.sum((1, 2)) * torch.arange(44)).sum(1) / moved.sum((1, 2, 3))
    assert middles.min() < 16 < 28 < middles.max()


def test_digits_that_are_not_moved_are_the_bundled_ones() -> None:
    still = every(prepared("CrookedDigits", side=28, turn=0.0, size=50).train)["image"]
    torch.testing.assert_close(still, every(prepared("MNIST", size=50).train)["image"], rtol=0, atol=1e-4)


def test_a_review_ends_as_its_last_clause_says() -> None:
    made = prepared("Sentences", count=300)
    told = texts(made)
    for text, glad in zip(told, every(made.train)["mood"], strict=True):
        last = text.split(" but ")[-1]
        good = bool(re.search("good|great|lovely|funny", last))
        assert (good != ("not" in last)) == bool(glad)
    assert len(set(told)) == len(told)


def test_the_old_man_is_told_by_what_follows_ARC_13() -> None:
    made = prepared("Sentences", task="tags", count=400)
    kinds = made.columns["tags"].classes
    tags = [[kinds[tag] for tag in row] for row in every(made.train)["tags"]]
    starts = {(text.split()[1], tag[1]) for text, tag in zip(texts(made), tags, strict=True)}
    assert {("old", "adjective"), ("old", "noun")} <= starts
    for text, tag in zip(texts(made), tags, strict=True):
        assert (tag[1] == "noun") == (text.split()[3] == "the")
    assert SPOKEN.keys() == {"mood", "tags"}


def test_what_fills_a_sentence_up_is_named_so_that_losses_and_measures_pass_it_over() -> None:
    made = prepared("Sentences", task="tags", count=200)
    for name in ("words", "tags"):
        column = made.columns[name]
        assert column.padding == column.classes.index("-") == 0
    row = every(made.train)["tags"][0]
    assert row[-1] == 0


def test_the_book_is_the_bundled_one_in_65_symbols() -> None:
    made = prepared("Alice", length=100)
    assert len(made.columns["text"].classes) == 65
    book = resource("data", "alice.txt").read_text("utf-8")
    rows = every(made.train)
    assert "".join(made.columns["text"].classes[letter] for letter in rows["text"][3]) == book[300:400]
    assert torch.equal(rows["text"][:, 1:], rows["next"][:, :-1])


def test_a_phrase_is_one_row_of_its_own_letters_NUM_82() -> None:
    made = prepared("Phrase")
    assert made.columns["text"].classes == ("e", "h", "l", "o")
    rows = every(made.train)
    assert (rows["text"].tolist(), rows["next"].tolist()) == ([[1, 0, 2, 2]], [[0, 2, 2, 3]])
    with pytest.raises(ProjectProblem, match="two letters"):
        prepared("Phrase", phrase="h")


def test_a_yes_is_as_likely_as_the_line_says_ARC_57() -> None:
    rows = every(prepared("Curve", shape="chance", coefficients=(0.0, 4.0), count=20_000).train)
    x, yes = rows["x"][:, 0], rows["y"].float()
    for low in (-1.0, -0.2, 0.6):
        here = (x >= low) & (x < low + 0.4)
        assert float(yes[here].mean()) == pytest.approx(float((4 * x[here]).sigmoid().mean()), abs=0.03)


def test_each_picture_of_a_clip_says_how_it_moved_ARC_18() -> None:
    made = prepared("Shapes", task="frames", count=60, noise=0.0, size=24, steps=6)
    names = made.columns["motion"].classes
    rows = every(made.train)
    bright = (rows["clip"].amax(2) > 0.15).float()
    place = torch.arange(24.0)
    x = (bright.sum(2) * place).sum(2) / bright.sum((2, 3))
    y = (bright.sum(3) * place).sum(2) / bright.sum((2, 3))
    for moves, across, down in zip(rows["motion"], x, y, strict=True):
        assert names[moves[0]] == "still"
        for step in range(1, 6):
            way = (round(float(across[step] - across[step - 1]) / 3.6), round(float(down[step] - down[step - 1]) / 3.6))
            assert names[moves[step]] == {(0, 0): "still", (1, 0): "right", (-1, 0): "left", (0, 1): "down"}.get(
                way, "up"
            )
