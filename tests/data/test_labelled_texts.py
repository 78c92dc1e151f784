"""Labelled texts: folders, tables and lines give the same rows of symbols; what is no row is named by file and line."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

import dlstudio as dl
from dlstudio.catalog.losses import chosen
from dlstudio.core.document import Node
from dlstudio.core.frozen import Frozen, freeze
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.dataset import Column
from dlstudio.data.losses import loss_of
from dlstudio.data.prepare import Prepared
from dlstudio.data.vocabulary import Vocabulary, vocabulary
from dlstudio.training.measures.subject import subject
from dlstudio.training.run import train
from tests.data.building import every, prepared, write

EVERYTHING = {"split": "Everything"}
SAID = [("good", "A fine film"), ("bad", "A dull, dull film!"), ("good", "Fine")]


def made(start: Path, **fields: Any) -> Prepared:
    return prepared("LabelledTexts", start, **{"data": EVERYTHING, **fields})


@pytest.fixture
def films(tmp_path: Path) -> Path:
    """The same three texts as lines, as a table and in folders."""
    write(tmp_path / "films.txt", *(f"{label}\t{text}" for label, text in SAID))
    write(tmp_path / "films.csv", "review,stars,sentiment", *(f'"{text}",1,{label}' for label, text in SAID))
    for number, (label, text) in enumerate(SAID):
        (tmp_path / "films" / label).mkdir(parents=True, exist_ok=True)
        (tmp_path / "films" / label / f"{number}.txt").write_text(text)
    return tmp_path


@pytest.mark.parametrize("path", ["films.txt", "films.csv", "films"])
@pytest.mark.parametrize("unit", ["words", "characters", "byte pairs"])
def test_lines_tables_and_folders_give_the_same_rows(films: Path, path: str, unit: str) -> None:
    data = made(films, path=path, unit=unit, length=20, vocabulary=300)
    rows, known = every(data.train), vocabulary(data.fitted)
    assert known is not None
    names = data.columns["class"].classes
    found = {
        (names[int(label)], known.decode(row.tolist())) for row, label in zip(rows["text"], rows["class"], strict=True)
    }
    spaced = {
        text.lower().replace(",", " ,").replace("!", " !") if unit == "words" else text.lower() for _, text in SAID
    }
    assert {text for _, text in found} == spaced
    assert {label for label, text in found if "dull" in text} == {"bad"}
    assert data.columns["text"].padding == 0
    assert data.columns["text"].classes[0] == "<padding>"


def test_short_texts_are_filled_up_and_long_ones_cut(films: Path) -> None:
    late, early = (every(made(films, path="films.txt", length=4, fill=fill).train)["text"] for fill in ("end", "start"))
    assert (late[2] != 0).tolist() == [True, False, False, False]
    assert (early[2] != 0).tolist() == [False, False, False, True]
    assert (late[1] != 0).all()
    assert torch.equal(late[1], early[1])


def test_capital_letters_may_count(films: Path) -> None:
    one, two = (made(films, path="films.txt", lower=lower).columns["text"].classes for lower in (True, False))
    assert "fine" in one
    assert {"Fine", "fine"} <= set(two)


def test_a_word_that_is_not_known_is_unknown_and_never_padding() -> None:
    known = Vocabulary.of("a b b", "words", 2).padded()
    assert known.names == ("<padding>", "<unknown>", "b")
    assert known.encode("b a") == [2, 1]
    assert known.decode([0, 2, 0, 1, 0]) == "b <unknown>"


def test_folders_and_columns_name_the_parts(tmp_path: Path) -> None:
    for part, label in (("train", "yes"), ("train", "no"), ("test", "yes")):
        (tmp_path / "all" / part / label).mkdir(parents=True, exist_ok=True)
        (tmp_path / "all" / part / label / "1.txt").write_text(f"{part} {label}")
    write(tmp_path / "all.tsv", "text\tlabel\tsplit", "one\tyes\ttrain", "two\tno\ttrain", "three\tyes\ttest")
    for path in ("all", "all.tsv"):
        data = prepared("LabelledTexts", tmp_path, path=path, data={"split": {"kind": "Given", "validation": 0.0}})
        assert (len(data.train), len(data.test)) == (2, 1)


def test_bad_rows_are_named_by_file_and_line_or_left_out(films: Path) -> None:
    write(films / "bad.txt", "good\tfine", "no tab here", "\tno label", "bad\t ", "", "bad\tdull")
    with pytest.raises(ProjectProblem, match=r"bad\.txt, line 2: there is no tab .* \(2 more like it\)"):
        made(films, path="bad.txt")
    data = made(films, path="bad.txt", data={**EVERYTHING, "bad_rows": "skip"})
    assert len(data.train) == 2
    assert any(
        "3 rows were left out" in issue.text and "line 4: the text is empty" in issue.text for issue in data.issues
    )
    write(films / "bad.csv", "text,label", "fine,good", "dull,", "a,b,c")
    with pytest.raises(ProjectProblem, match=r"bad\.csv, line 4: it has 3 cells"):
        made(films, path="bad.csv")


def test_what_cannot_be_read_is_told(films: Path) -> None:
    (films / "bytes.txt").write_bytes(b"good\tfine\nbad\t\xff\n")
    (films / "films" / "good" / "9.txt").write_bytes(b"\xff")
    write(films / "odd.csv", "a,b", "1,2")
    (films / "none").mkdir()
    for path, says in {
        "bytes.txt": r"bytes\.txt, line 2: this is no text in UTF-8",
        "films": r"9\.txt, line 1: this is no text in UTF-8",
        "odd.csv": r"odd\.csv has no column of a usual name; it has a, b. Say in text",
        "none": r"holds no texts \(\.txt\)",
        "gone.txt": r"There is no file",
        "": "The data names no file",
    }.items():
        with pytest.raises(ProjectProblem, match=says):
            made(films, path=path)
    with pytest.raises(ProjectProblem, match="no column “words”; it has review"):
        made(films, path="films.csv", text="words")


def test_reviews_are_learnt(tmp_path: Path) -> None:
    words = {"good": ("fine", "lovely", "bright"), "bad": ("dull", "grey", "flat")}
    lines = [
        f"{label}\tthe {noun} was {word} {i}"
        for i in range(40)
        for label in words
        for word in words[label]
        for noun in ("film", "plot")
    ]
    write(tmp_path / "reviews.txt", *lines)
    net = "text: input 8 dtype=int > embedding 60 8 padding_idx=0 > gru 8 > takestep > fc 2"
    source = {"kind": "LabelledTexts", "path": "reviews.txt", "length": 8, "fill": "start"}
    training = {"kind": "Supervised", "epochs": 4, "optimizer": {"kind": "Adam", "lr": 0.02}, "device": "cpu"}
    project = replace(dl.line(net), data=freeze({"source": source}), training=freeze(training))
    run = train(project, runs=tmp_path, folder=tmp_path)
    assert run.metrics("validation/accuracy")[1][-1] > 0.95


def test_losses_and_accuracy_leave_the_padding_of_a_target_out() -> None:
    column = Column("tags", Shape.of(3, dtype="int"), ("<padding>", "noun", "verb"), "target", padding=0)
    scores = Shape.of(3, 3)
    form = loss_of(Node("y", "Output"), column, scores, "Linear")
    assert form.values()["ignore_index"] == 0
    said = Node("y", "Output", Frozen({"loss": freeze({"kind": "CrossEntropy", "ignore_index": 2})}))
    assert loss_of(said, column, scores, "Linear").values()["ignore_index"] == 2
    plain = replace(column, padding=None)
    assert loss_of(Node("y", "Output"), plain, scores, "Linear") == chosen("CrossEntropy", Frozen())
    assert subject("y", column, scores, form).ignored == 0
