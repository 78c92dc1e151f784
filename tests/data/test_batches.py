"""Batches: an order that follows from seed and epoch, on the device or read by workers, and the same either way."""

import multiprocessing
import pickle
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from dlstudio.core.issue import ProjectProblem
from dlstudio.data.batches import Batch, Batches, mixed
from dlstudio.data.columns import classes, in_memory, numbers
from dlstudio.data.prepare import Part, Prepared
from dlstudio.data.sampling import class_weights
from tests.data.building import prepared, whole


def numbered(count: int) -> Part:
    return whole(in_memory(numbers("x", torch.arange(float(count)))))


def batches(part: Part, size: int = 4, **more: Any) -> Batches:
    return Batches(part, size, **{"device": "cpu", "seed": 0, "shuffle": True, **more})


def seen(made: Batches, epoch: int = 0, start: int = 0) -> list[list[float]]:
    return [batch["x"].flatten().tolist() for batch in made.epoch(epoch, start)]


def test_NDA_16_the_order_changes_each_epoch_and_each_holds_every_sample() -> None:
    made = batches(numbered(10))
    epochs = [list(chain(*seen(made, number))) for number in range(5)]
    assert all(sorted(epoch) == list(range(10)) for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) == 5


def test_NDA_16_without_shuffling_the_order_stays() -> None:
    assert seen(batches(numbered(6), shuffle=False), 3) == [[0, 1, 2, 3], [4, 5]]


def test_the_order_follows_from_seed_and_epoch_alone() -> None:
    one, two = batches(numbered(50)), batches(numbered(50))
    list(one.epoch(0))
    assert seen(one, 7) == seen(two, 7)
    assert seen(one, 7) != seen(batches(numbered(50), seed=1), 7)


def test_the_data_need_not_be_shuffled_beforehand_to_give_unrelated_epochs() -> None:
    assert len({mixed(seed, epoch) for seed in range(50) for epoch in range(50)}) == 2500


def test_an_epoch_can_be_taken_up_in_its_middle() -> None:
    made = batches(numbered(10))
    assert seen(made, 2, start=1) == seen(made, 2)[1:]
    assert seen(made, 2, start=3) == []


def test_the_last_batch_is_short_or_left_out() -> None:
    assert [len(batch) for batch in seen(batches(numbered(10)))] == [4, 4, 2]
    dropped = batches(numbered(10), drop_last=True)
    assert ([len(batch) for batch in seen(dropped)], len(dropped)) == ([4, 4], 2)
    assert len(batches(numbered(3), drop_last=True)) == 1
    assert len(batches(numbered(0))) == 0
    assert seen(batches(numbered(0))) == []


def test_a_part_gives_its_own_samples_only() -> None:
    part = Part(numbered(10).dataset, torch.tensor([2, 4, 6]))
    assert sorted(seen(batches(part))[0]) == [2, 4, 6]


def test_only_the_wanted_columns_are_gathered() -> None:
    part = whole(in_memory(numbers("x", torch.zeros(4)), numbers("z", torch.zeros(4))))
    [batch] = batches(part, columns=("z",)).epoch(0)
    assert list(batch) == ["z"]


def rows(labels: list[int]) -> Part:
    dataset = in_memory(
        numbers("x", torch.arange(float(len(labels)))), classes("y", torch.tensor(labels), list("abcdef"))
    )
    return whole(dataset)


def test_class_weights_draw_rare_classes_as_often_as_common_ones() -> None:
    part = rows([0] * 900 + [1] * 100)
    made = batches(part, 1000, weights=class_weights(torch.tensor([0] * 900 + [1] * 100)))
    [batch] = made.epoch(0)
    assert 440 < int(batch["y"].sum()) < 560
    assert len(batch["y"]) == 1000


def uneven(**data: Any) -> Prepared:
    return prepared("Points", pattern="pentagon", count=400, data=data)


def test_AUG_10_balanced_sampling_gives_every_class_equally_often_in_each_epoch() -> None:
    made = uneven(sampling="balanced")
    counts = [torch.bincount(torch.cat([b["kind"] for b in batches(made.train, 32).epoch(n)])) for n in range(3)]
    for count in counts:
        assert int(count.sum()) == len(made.train)
        assert int(count.max() - count.min()) <= 1
    one, two = (torch.cat([b["point"] for b in batches(made.train, 32).epoch(n)]) for n in (0, 1))
    assert not torch.equal(one, two)


def test_balanced_sampling_is_for_training_alone() -> None:
    made = uneven(sampling="balanced")
    kinds = torch.cat([batch["kind"] for batch in batches(made.validation, shuffle=False).epoch(0)])
    assert torch.equal(kinds, made.validation.dataset.take(made.validation.indices)["kind"])


def test_shuffling_can_be_turned_off_in_the_project() -> None:
    made = prepared("Iris", data={"shuffle": False})
    [batch] = batches(made.train, 200).epoch(5)
    assert torch.equal(batch["features"], made.train.dataset.take(made.train.indices)["features"])


def noisy(batch: Batch, generator: torch.Generator) -> Batch:
    return {"x": batch["x"] + torch.rand(batch["x"].shape, generator=generator)}


def test_augmentation_is_the_same_when_an_epoch_is_taken_up_again_and_new_in_the_next() -> None:
    made = batches(numbered(10), augment=noisy, shuffle=False)
    assert seen(made, 1, start=2) == seen(made, 1)[2:]
    assert seen(made, 1) != seen(made, 2)
    assert seen(made, 1)[0] != seen(batches(numbered(10), augment=noisy, shuffle=False, seed=1), 1)[0]


@pytest.fixture
def mapped(tmp_path: Path) -> Prepared:
    """Arrays that are looked up on the disk, beside the same ones in memory."""
    generator = np.random.default_rng(0)
    np.save(tmp_path / "x.npy", generator.normal(size=(100, 3)).astype(np.float32))
    np.save(tmp_path / "y.npy", generator.integers(0, 2, 100))
    return prepared("Arrays", tmp_path, file="x.npy", target_file="y.npy", limit=0)


def collected(part: Part, **more: Any) -> list[Tensor]:
    made = batches(part, 16, **more)
    found = [batch["x"] for epoch in range(2) for batch in made.epoch(epoch, 1)]
    made.close()
    return found


def test_samples_on_the_disk_come_in_the_order_of_those_in_memory(mapped: Prepared) -> None:
    assert not mapped.train.dataset.resident
    memory = Part(
        in_memory(*((c, mapped.train.dataset.take(torch.arange(100))[n]) for n, c in mapped.columns.items())),
        mapped.train.indices,
    )
    for one, two in zip(collected(mapped.train), collected(memory), strict=True):
        assert torch.equal(one, two)


def test_workers_read_the_same_batches(mapped: Prepared) -> None:
    for one, two in zip(collected(mapped.train, workers=2), collected(mapped.train), strict=True):
        assert torch.equal(one, two)
    assert multiprocessing.active_children() == []


def test_a_file_that_disappears_while_training_is_named(mapped: Prepared, tmp_path: Path) -> None:
    made = batches(Part(pickle.loads(pickle.dumps(mapped.train.dataset)), mapped.train.indices))
    (tmp_path / "x.npy").unlink()
    with pytest.raises(ProjectProblem, match=r"x\.npy has gone"):
        list(made.epoch(0))


def test_NaN_on_the_disk_is_named_when_it_is_met(tmp_path: Path) -> None:
    values = np.zeros((20, 2), dtype=np.float32)
    values[7, 1] = np.nan
    np.save(tmp_path / "x.npy", values)
    made = prepared("Arrays", tmp_path, file="x.npy", limit=0, data={"split": "Everything"})
    with pytest.raises(ProjectProblem, match=r"x\.npy: row 7 holds NaN"):
        list(batches(made.train, 32).epoch(0))


def test_a_device_gets_one_copy() -> None:
    part = numbered(4)
    assert part.dataset.to("cpu") is part.dataset
    assert part.dataset.to("meta") is part.dataset.to("meta")


def test_bytes_become_numbers_when_they_are_taken() -> None:
    dataset = in_memory(numbers("x", torch.zeros(2, 3)), scales={"x": 0.5})
    dataset.values["x"] = torch.tensor([[0, 1, 2], [3, 4, 255]], dtype=torch.uint8)
    assert dataset.take(torch.tensor([1]))["x"].tolist() == [[1.5, 2.0, 127.5]]
