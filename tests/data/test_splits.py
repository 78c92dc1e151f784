"""Splits: disjoint, complete, stratified, repeatable; each fold validates every sample once."""

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dlstudio.catalog.splits import Split, splits
from dlstudio.core.issue import ProjectProblem
from dlstudio.data.columns import classes, numbers
from dlstudio.data.declared import declared
from dlstudio.data.loading import PARTS, Loaded
from dlstudio.data.splitting import SPLITTERS, divide
from tests.data.building import loaded, prepared


def samples(count: int, *, labels: list[int] | None = None) -> Loaded:
    x = numbers("x", torch.arange(float(count)))
    if labels is None:
        return loaded(x)
    return loaded(x, classes("y", torch.tensor(labels), list(map(str, range(max(labels) + 1)))))


def split(kind: str, **fields: Any) -> Split:
    return declared(splits, {"kind": kind, **fields})


def sizes(how: Split, found: Loaded) -> list[int]:
    return [len(part) for part in divide(how, found).values()]


def test_every_split_has_one_implementation() -> None:
    assert {cls.kind for cls in splits} == SPLITTERS.keys()


@given(count=st.integers(1, 200), seed=st.integers(0, 1000), labelled=st.booleans())
def test_EVA_01_the_parts_are_disjoint_and_complete(count: int, seed: int, labelled: bool) -> None:
    found = samples(count, labels=[i % 3 for i in range(count)] if labelled else None)
    parts = divide(split("Fractions", seed=seed), found)
    assert sorted(torch.cat(list(parts.values())).tolist()) == list(range(count))


@given(count=st.integers(10, 300), shares=st.tuples(*[st.integers(1, 9)] * 3))
def test_EVA_01_the_sizes_are_the_shares_to_within_a_sample(count: int, shares: tuple[int, int, int]) -> None:
    found = sizes(split("Fractions", **dict(zip(PARTS, shares, strict=True))), samples(count))
    assert sum(found) == count
    for size, share in zip(found, shares, strict=True):
        assert abs(size - count * share / sum(shares)) <= 1.5


def test_EVA_01_the_usual_split_is_80_10_10() -> None:
    assert sizes(split("Fractions"), samples(1000)) == [800, 100, 100]


def test_a_share_of_nothing_gets_nothing() -> None:
    assert sizes(split("Fractions", validation=0.0, test=0.0), samples(7)) == [7, 0, 0]


def test_no_training_share_is_refused() -> None:
    with pytest.raises(ProjectProblem, match="nothing to learn from"):
        prepared("Iris", data={"split": {"kind": "Fractions", "train": 0}})


@given(seed=st.integers(0, 100), counts=st.lists(st.integers(5, 60), min_size=2, max_size=5))
def test_EVA_01_a_stratified_part_has_the_classes_in_their_shares(seed: int, counts: list[int]) -> None:
    labels = [label for label, count in enumerate(counts) for _ in range(count)]
    found = samples(len(labels), labels=labels)
    for part, share in zip(divide(split("Fractions", seed=seed), found).values(), (0.8, 0.1, 0.1), strict=True):
        here = torch.bincount(torch.tensor(labels)[part], minlength=len(counts))
        for size, count in zip(here.tolist(), counts, strict=True):
            assert abs(size - share * count) <= 2


def test_the_same_seed_splits_the_same_way_and_another_does_not() -> None:
    one, again, other = (divide(split("Fractions", seed=seed), samples(100))["train"] for seed in (1, 1, 2))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)


def test_a_split_by_time_tests_on_the_last_part() -> None:
    parts = divide(split("ByTime"), samples(10))
    assert [part.tolist() for part in parts.values()] == [list(range(8)), [8], [9]]


def test_a_split_by_a_column_goes_by_its_numbers() -> None:
    found = loaded(numbers("when", torch.tensor([3.0, 1.0, 2.0, 9.0, 5.0])))
    assert divide(split("ByTime", column="when"), found)["test"].tolist() == [3]


def test_a_split_by_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(ProjectProblem, match=r"needs the column “date”.*the data has x"):
        divide(split("ByTime", column="date"), samples(10))


@pytest.mark.parametrize("stratify", [True, False])
def test_EVA_03_over_all_folds_every_sample_validates_exactly_once(stratify: bool) -> None:
    found = samples(103, labels=[i % 4 for i in range(103)])
    rounds = [divide(split("KFold", folds=5, fold=fold, stratify=stratify), found) for fold in range(5)]
    assert sorted(torch.cat([parts["validation"] for parts in rounds]).tolist()) == list(range(103))
    for parts in rounds:
        assert sorted(torch.cat([parts["train"], parts["validation"]]).tolist()) == list(range(103))
        assert len(parts["validation"]) in (20, 21)


def test_EVA_03_a_test_part_is_set_aside_before_the_folds() -> None:
    rounds = [divide(split("KFold", folds=3, fold=fold, test=0.2), samples(100)) for fold in range(3)]
    assert len({tuple(parts["test"].tolist()) for parts in rounds}) == 1
    assert len(rounds[0]["test"]) == 20
    validated = torch.cat([parts["validation"] for parts in rounds])
    assert sorted([*validated.tolist(), *rounds[0]["test"].tolist()]) == list(range(100))


def test_more_folds_than_samples_are_refused() -> None:
    with pytest.raises(ProjectProblem, match="5 folds need at least 5 samples, but there are 3"):
        divide(split("KFold"), samples(3))


def test_EVA_01_a_stratified_fold_holds_each_class() -> None:
    found = samples(50, labels=[0] * 40 + [1] * 10)
    for fold in range(5):
        here = divide(split("KFold", folds=5, fold=fold), found)["validation"]
        assert 1 <= int((here >= 40).sum()) <= 3
