"""Every augmentation through one harness, and augmentation of the training part alone."""

from dataclasses import replace
from typing import Any

import pytest
import torch

from dlstudio.catalog.augmentations import augmentations
from dlstudio.core.document import Project
from dlstudio.core.fields import Marker
from dlstudio.core.frozen import Frozen, freeze
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.tensor import CHANNEL, FEATURE, TIME
from dlstudio.data.augment.augment import MOST_READ, build
from dlstudio.data.augment.enlarge import enlarge
from dlstudio.data.augment.operation import operations
from dlstudio.data.batches import Batches
from dlstudio.data.dataset import Lazy
from dlstudio.data.prepare import Part, prepare
from tests.data.augmenting import augmented, built, column, labels, part, pictures, project, random

COUNT = 6
WORDS = ("the", "big", "large", "huge", "dog", "runs", "fast", "quick")
MIXING = ("Mixup", "CutMix")
KINDS = [cls.kind for cls in augmentations if cls.kind != "LabelShuffle"]
STRONG: dict[str, dict[str, Any]] = {"Flip": {"p": 0.5}, "SynonymReplacement": {"amount": 0.9}}
"""Fields with which a small batch is surely changed."""


def samples(kind: str, channels: int) -> Part:
    """Data that the augmentation is for: images where it takes them."""
    forms = augmentations[kind].forms
    if kind == "SynonymReplacement":
        words = torch.arange(COUNT * 10).reshape(COUNT, 10) % len(WORDS)
        return part(column("text", words, (TIME,), classes=WORDS), labels(COUNT))
    if "an image" in forms:
        return part(pictures(random(COUNT, channels, 12, 12)), labels(COUNT))
    return part(column("sound", random(COUNT, channels, 80) - 0.5, (CHANNEL, TIME)), labels(COUNT))


def asked(kind: str) -> dict[str, Any]:
    return {"kind": kind, **STRONG.get(kind, {})}


CASES = [(kind, channels) for kind in KINDS for channels in (1, 3) if not (kind == "PCAJitter" and channels == 1)]


@pytest.mark.parametrize(("kind", "channels"), CASES)
def test_an_augmentation_keeps_shape_kind_and_range(kind: str, channels: int) -> None:
    train = samples(kind, channels)
    before = train.dataset.take(train.indices)
    made = augmented(train, asked(kind))
    name = next(iter(before))
    assert made[name].shape == before[name].shape
    assert made[name].dtype == before[name].dtype
    assert made[name].isfinite().all()
    if name == "image":
        low, high = before[name].amin((0, 2, 3)) - 1e-6, before[name].amax((0, 2, 3)) + 1e-6
        assert ((made[name] >= low[:, None, None]) & (made[name] <= high[:, None, None])).all()


@pytest.mark.parametrize(("kind", "channels"), CASES)
def test_an_augmentation_follows_from_the_generator_alone(kind: str, channels: int) -> None:
    train = samples(kind, channels)
    name = next(iter(train.dataset.columns))
    torch.manual_seed(1)
    one = augmented(train, asked(kind), seed=5)
    torch.manual_seed(2)
    two = augmented(train, asked(kind), seed=5)
    other = augmented(train, asked(kind), seed=6)
    assert all(torch.equal(one[each], two[each]) for each in one)
    assert not torch.equal(one[name], other[name])


@pytest.mark.parametrize(("kind", "channels"), CASES)
def test_an_augmentation_leaves_its_batch_and_the_global_generator_alone(kind: str, channels: int) -> None:
    train = samples(kind, channels)
    augment, batch = built(train, asked(kind)), train.dataset.take(train.indices)
    kept = {name: value.clone() for name, value in batch.items()}
    state = torch.get_rng_state()
    augment(batch, torch.Generator().manual_seed(0))
    assert all(torch.equal(batch[name], kept[name]) for name in kept)
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize(("kind", "channels"), CASES)
def test_a_batch_of_one_works_and_a_chance_of_zero_changes_nothing(kind: str, channels: int) -> None:
    train = samples(kind, channels)
    name = next(iter(train.dataset.columns))
    before = train.dataset.take(train.indices[:1])
    assert augmented(train, asked(kind), take=1)[name].shape == before[name].shape
    never = augmented(train, {**asked(kind), "p": 0.0})
    assert torch.equal(never[name], train.dataset.take(train.indices)[name])


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in MIXING])
def test_labels_stay(kind: str) -> None:
    train = samples(kind, 3)
    assert torch.equal(augmented(train, asked(kind))["label"], train.dataset.take(train.indices)["label"])


@pytest.mark.parametrize("kind", [cls.kind for cls in augmentations if "a map" in cls.forms])
def test_images_without_channels_work(kind: str) -> None:
    train = part(column("image", random(COUNT, 12, 12), ("height", "width")), labels(COUNT))
    if augmentations[kind].channels:
        with pytest.raises(ProjectProblem, match="3 channels"):
            augmented(train, asked(kind))
    else:
        assert augmented(train, asked(kind))["image"].shape == (COUNT, 12, 12)


@pytest.mark.parametrize("kind", [cls.kind for cls in augmentations if "a clip" in cls.forms])
def test_all_frames_of_a_clip_are_changed_alike(kind: str) -> None:
    frame = random(COUNT, 1, 3, 12, 12)
    train = part(column("clip", frame.expand(-1, 2, -1, -1, -1), ("time", "channel", "height", "width")), labels(COUNT))
    made = augmented(train, asked(kind))["clip"]
    assert made.shape == (COUNT, 2, 3, 12, 12)
    assert kind == "GaussianNoise" or torch.equal(made[:, 0], made[:, 1])


def test_every_declared_augmentation_has_one_operation_and_the_other_way_round() -> None:
    assert {cls.kind for cls in augmentations} == operations.keys() | {"LabelShuffle"}


@pytest.mark.parametrize("cls", list(augmentations), ids=lambda cls: cls.kind)
def test_every_declared_augmentation_says_what_it_is_for(cls: Any) -> None:
    assert cls.purpose().endswith(".") or cls.purpose().endswith(")")
    assert cls.title
    assert all(isinstance(field.marker, Marker) and field.marker.help for field in cls.specs.values())


def test_augmentations_work_in_their_order() -> None:
    train = samples("Flip", 3)
    noise, flip = {"kind": "GaussianNoise"}, {"kind": "Flip", "p": 1}
    one, two = augmented(train, noise, flip)["image"], augmented(train, noise)["image"].flip(-1)
    assert torch.equal(one, two)


def test_a_column_that_nobody_uses_is_not_augmented() -> None:
    train = samples("Flip", 3)
    made = built(train, {"kind": "Flip"})({"label": torch.tensor([1])}, torch.Generator())
    assert made.keys() == {"label"}


DIGITS = Project(data=Frozen(freeze({"source": {"kind": "Digits"}, "augment": [{"kind": "Shift"}, {"kind": "Blur"}]})))


def test_AUG_14_validation_and_test_are_bit_identical_with_augmentation_on() -> None:
    plain = prepare(replace(DIGITS, data=DIGITS.data.drop("augment")))
    with_it = prepare(DIGITS)
    build(DIGITS, with_it.train)
    for name in ("validation", "test"):
        one, two = (
            list(Batches(each.parts[name], 64, device="cpu", seed=0, shuffle=False).epoch(0))
            for each in (plain, with_it)
        )
        assert all(torch.equal(a[key], b[key]) for a, b in zip(one, two, strict=True) for key in a)
    raw, changed = (
        next(Batches(with_it.train, 64, device="cpu", seed=0, shuffle=True, augment=each).epoch(0))
        for each in (None, build(DIGITS, with_it.train))
    )
    assert not torch.equal(raw["image"], changed["image"])
    assert torch.equal(raw["digit"], changed["digit"])


def test_an_epoch_that_starts_in_the_middle_gives_the_same_augmented_batches() -> None:
    train = prepare(DIGITS).train
    feed = Batches(train, 256, device="cpu", seed=3, shuffle=True, augment=build(DIGITS, train))
    whole, rest, later = (list(feed.epoch(*place)) for place in ((1,), (1, 2), (2,)))
    assert all(torch.equal(a["image"], b["image"]) for a, b in zip(whole[2:], rest, strict=True))
    assert not torch.equal(whole[0]["image"], later[0]["image"])


def test_AUG_15_an_enlarged_set_holds_the_samples_and_changed_copies() -> None:
    train = samples("Shift", 1)
    train = replace(train, indices=torch.tensor([4, 1, 2]))
    augment = built(train, {"kind": "GaussianNoise"})
    larger = enlarge(train, augment, 4, seed=1)
    everything, before = larger.take(torch.arange(12)), train.dataset.take(train.indices)
    assert len(larger) == 3 * 4
    assert torch.equal(everything["image"][:3], before["image"])
    assert torch.equal(everything["label"], before["label"].repeat(4))
    assert not torch.equal(everything["image"][3:6], everything["image"][6:9])
    assert torch.equal(everything["image"], enlarge(train, augment, 4, seed=1).take(torch.arange(12))["image"])
    assert larger.where(5) == "sample 2"


def test_AUG_15_mixed_targets_and_a_factor_of_zero_are_refused() -> None:
    train = samples("Mixup", 1)
    with pytest.raises(ProjectProblem, match="label would no longer be a number"):
        enlarge(train, built(train, {"kind": "Mixup"}), 2)
    with pytest.raises(ProjectProblem, match="at least 1, not 0"):
        enlarge(train, built(train, {"kind": "Flip"}), 0)


def test_a_sequence_of_features_and_a_vector_take_noise() -> None:
    train = part(column("x", random(COUNT, 20, 3), (TIME, FEATURE)), labels(COUNT))
    for kind in ("SignalNoise", "TimeShift", "TimeStretch", "SpecMask", "GaussianNoise"):
        assert augmented(train, {"kind": kind})["x"].shape == (COUNT, 20, 3)
    row = part(column("x", random(COUNT, 5), (FEATURE,)), labels(COUNT))
    assert not torch.equal(augmented(row, {"kind": "GaussianNoise"})["x"], row.dataset.take(row.indices)["x"])


def test_no_augmentation_is_none() -> None:
    train = samples("Flip", 1)
    assert build(project(), train) is None
    assert build(project({"kind": "LabelShuffle"}), train) is None


class Counted(Lazy):
    """Images that are read one by one, and how often one was."""

    def __init__(self, count: int) -> None:
        self.columns = {"image": pictures(torch.zeros(1, 1, 2, 2))[0]}
        self.count, self.reads = count, 0

    def __len__(self) -> int:
        return self.count

    def read(self, index: int) -> dict[str, torch.Tensor]:
        self.reads += 1
        return {"image": torch.full((1, 2, 2), index / self.count)}


def test_of_images_in_files_not_all_are_read_to_see_their_range() -> None:
    images = Counted(3 * MOST_READ + 1)
    measured = built(Part(images, torch.arange(len(images))), {"kind": "Shift"}).steps[0].scene.measured
    assert images.reads <= MOST_READ
    assert float(measured["low"]) == 0
    assert float(measured["high"]) == pytest.approx(1, abs=0.01)
