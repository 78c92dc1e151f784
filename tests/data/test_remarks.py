"""Remarks: leaks, sorted labels, classes out of balance or never taught; what a user is told before training."""

from pathlib import Path

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from dlstudio.core.document import Project
from dlstudio.core.frozen import freeze
from dlstudio.core.issue import Issue
from dlstudio.data import leaks
from dlstudio.data.columns import in_memory, numbers
from dlstudio.data.prepare import Prepared, prepare
from tests.data.building import prepared, write


def told(made: Prepared, code: str) -> list[Issue]:
    return [issue for issue in made.issues if issue.code == code]


def labelled(folder: Path, labels: list[int], *, split: str = "Fractions", x: list[float] | None = None) -> Prepared:
    write(
        folder / "a.csv",
        "x,y",
        *(f"{value},c{label}" for value, label in zip(x or range(len(labels)), labels, strict=True)),
    )
    return prepared("Table", folder, file="a.csv", data={"split": split})


def test_DIA_15_sorted_labels_are_noticed(tmp_path: Path) -> None:
    labels = [0] * 30 + [1] * 30 + [2] * 30
    [hint] = told(labelled(tmp_path, labels), "data-sorted")
    assert (hint.severity, "keep shuffling on" in hint.text) == ("hint", True)
    [warning] = told(labelled(tmp_path, labels, split="ByTime"), "data-sorted")
    assert (warning.severity, "Split by fractions" in warning.text) == ("warning", True)
    assert told(labelled(tmp_path, [i % 3 for i in range(90)]), "data-sorted") == []


def test_DIA_15_sorted_labels_in_the_order_of_training_are_a_warning(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", "x,y", *(f"{i},c{i // 30}" for i in range(90)))
    [issue] = told(prepared("Table", tmp_path, file="a.csv", data={"shuffle": False}), "data-sorted")
    assert issue.severity == "warning"


def test_DIA_18_imbalance_is_told_with_its_ratio_and_a_fix(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", "x,y", *(f"{i},{'rare' if i % 10 == 0 else 'common'}" for i in range(100)))
    project = Project(data=freeze({"source": {"kind": "Table", "file": "a.csv"}}))
    [issue] = told(prepare(project, folder=tmp_path), "data-imbalance")
    assert "72 samples of common, but 8 of rare (9.0 to 1)" in issue.text
    mended = prepare(issue.fixes[0].edit(project), folder=tmp_path)
    assert told(mended, "data-imbalance") == []
    assert mended.train.sampling.labels is not None


def test_balanced_classes_and_tiny_tables_are_no_matter() -> None:
    assert prepared("MNIST").issues == ()
    assert prepared("TruthTable", gate="and").issues == ()


def test_a_class_that_is_tested_but_never_taught_is_told(tmp_path: Path) -> None:
    labels = [0] * 25 + [1] * 25 + [2] * 5
    [issue] = told(labelled(tmp_path, labels, split="ByTime"), "data-untaught")
    assert "class c2 of y is tested but never taught" in issue.text


def test_one_class_is_told(tmp_path: Path) -> None:
    [issue] = told(labelled(tmp_path, [0] * 20), "data-one-class")
    assert "of the class c0" in issue.text


def test_samples_in_two_parts_are_counted_and_named(tmp_path: Path) -> None:
    x = np.random.default_rng(0).random((50, 3))
    x[48], x[49] = x[3], x[4]
    np.savez(tmp_path / "a.npz", x=x, y=np.arange(50) % 2)
    made = prepared("Arrays", tmp_path, file="a.npz", data={"split": "ByTime"})
    [issue] = told(made, "data-leak")
    assert "2 samples of the test part stand in the train part too (sample 48, sample 49)" in issue.text


def test_rows_are_named_by_their_line(tmp_path: Path) -> None:
    made = labelled(tmp_path, [i % 2 for i in range(40)], split="ByTime", x=[*range(39), 5])
    assert "a.csv, line 41" in told(made, "data-leak")[0].text


def test_no_leak_where_there_is_none() -> None:
    for kind in ("MNIST", "Digits", "Wine", "Points"):
        assert told(prepared(kind), "data-leak") == []


def test_the_flowers_that_stand_twice_in_iris_are_found() -> None:
    """Two of its 150 flowers are the same; over enough splits they come apart."""
    found = [
        told(prepared("Iris", data={"split": {"kind": "Fractions", "seed": seed}}), "data-leak") for seed in range(20)
    ]
    assert any(found)


@given(
    st.lists(st.lists(st.sampled_from([0.0, -0.0, 1.0, 2.5, -1e30]), min_size=3, max_size=3), min_size=1, max_size=30)
)
def test_samples_have_the_same_fingerprint_just_when_they_are_equal(rows: list[list[float]]) -> None:
    values = torch.tensor(rows)
    prints = leaks.fingerprints(in_memory(numbers("x", values)), torch.arange(len(rows)))
    equal = (values.unsqueeze(0) == values.unsqueeze(1)).all(2)
    assert torch.equal(prints.unsqueeze(0) == prints.unsqueeze(1), equal)


def test_fingerprints_are_those_of_their_samples_in_however_many_pieces_and_change_no_value() -> None:
    values = torch.randint(0, 9, (10_000, 3), generator=torch.Generator().manual_seed(1))
    data, before = in_memory(numbers("x", values)), values.clone()
    whole = leaks.fingerprints(data, torch.arange(10_000))
    assert whole[[7_000, 3, 9_999]].tolist() == leaks.fingerprints(data, torch.tensor([7_000, 3, 9_999])).tolist()
    assert torch.equal(values, before)


def test_fingerprints_of_many_samples_do_not_collide() -> None:
    grid = torch.cartesian_prod(*[torch.arange(10.0)] * 5)
    prints = leaks.fingerprints(in_memory(numbers("x", grid)), torch.arange(len(grid)))
    assert len(set(prints.tolist())) == len(grid)
