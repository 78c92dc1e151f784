"""Targets: mixed samples with mixed targets, classes drawn equally often, and synonyms that keep a label."""

import json
from collections import Counter
from dataclasses import replace

import pytest
import torch
from torch.nn.functional import cross_entropy

from dlstudio.core.resources import resource
from dlstudio.core.tensor import FEATURE, TIME
from dlstudio.data.augment.augment import shuffled
from dlstudio.data.augment.dice import Dice
from dlstudio.data.augment.synonyms import thesaurus
from dlstudio.data.batches import Batches
from dlstudio.data.columns import classes, numbers
from dlstudio.data.prepare import Part
from tests.data.augmenting import augmented, column, labels, part, pictures, project, random


def plain(count: int = 12) -> Part:
    """Image i is evenly i, and its class is i; so what was mixed can be read off."""
    even = torch.arange(float(count))[:, None, None, None].expand(count, 1, 16, 16).contiguous()
    return part(
        pictures(even), labels(count, "abcdefghijkl"), numbers("size", torch.arange(count) * 10.0, role="target")
    )


@pytest.mark.parametrize("kind", ["Mixup", "CutMix"])
def test_mixed_targets_have_the_shares_of_the_mixed_images(kind: str) -> None:
    made = augmented(plain(), {"kind": kind, "alpha": 1}, seed=3)
    shares = made["label"]
    assert shares.dtype == torch.float32
    assert shares.shape == (12, 12)
    torch.testing.assert_close(shares.sum(1), torch.ones(12))
    means = made["image"].mean((1, 2, 3))
    torch.testing.assert_close(shares @ torch.arange(12.0), means, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(made["size"][:, 0], 10 * means, atol=1e-3, rtol=1e-4)
    assert float(shares.diagonal().min()) < 0.9


def test_a_patch_of_cutmix_is_one_rectangle_of_the_partner() -> None:
    made = augmented(plain(), {"kind": "CutMix"}, seed=1)["image"][:, 0]
    pasted = made != torch.arange(12.0)[:, None, None]
    assert pasted.any()
    assert torch.equal(pasted.sum((1, 2)), pasted.any(2).sum(1) * pasted.any(1).sum(1))


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_cross_entropy_takes_mixed_targets_and_is_the_blend_of_both_losses(share: float) -> None:
    answer, one, two = random(1, 3), torch.tensor([0]), torch.tensor([2])
    blend = share * cross_entropy(answer, one) + (1 - share) * cross_entropy(answer, two)
    torch.testing.assert_close(cross_entropy(answer, torch.tensor([[share, 0.0, 1 - share]])), blend)


def test_mixed_batches_can_be_mixed_again() -> None:
    made = augmented(plain(), {"kind": "Mixup", "alpha": 1}, {"kind": "CutMix"})
    torch.testing.assert_close(made["label"].sum(1), torch.ones(12))


def test_a_batch_of_one_has_nobody_to_mix_with() -> None:
    train = plain()
    made = augmented(train, {"kind": "Mixup"}, take=1)
    assert torch.equal(made["image"], train.dataset.take(train.indices[:1])["image"])
    assert made["label"].tolist() == [[1.0, *[0.0] * 11]]


@pytest.mark.parametrize("alpha", [0.01, 0.2, 1.0, 8.0])
def test_shares_have_the_mean_and_the_variance_of_beta(alpha: float) -> None:
    drawn = Dice(torch.Generator().manual_seed(0)).beta(alpha, 40000)
    assert drawn.isfinite().all()
    assert float(drawn.mean()) == pytest.approx(0.5, abs=0.01)
    assert float(drawn.var()) == pytest.approx(1 / (4 * (2 * alpha + 1)), rel=0.03)


@pytest.mark.parametrize("sizes", [(50, 5, 3), (7, 100, 30), (1, 1, 20)])
def test_AUG_10_REG_25_an_epoch_holds_every_class_equally_often(sizes: tuple[int, ...]) -> None:
    names = torch.repeat_interleave(torch.arange(3), torch.tensor(sizes))
    train = part(column("x", random(len(names), 2), (FEATURE,)), classes("y", names, ("a", "b", "c")))
    train = replace(train, indices=torch.arange(1, len(names)) if sizes[0] > 1 else train.indices)
    drawn = shuffled(project({"kind": "LabelShuffle"}), train)
    feed = Batches(drawn, 8, device="cpu", seed=1, shuffle=True)
    epochs = [torch.cat([batch["y"] for batch in feed.epoch(number)]) for number in range(3)]
    for labels_of_epoch in epochs:
        counts = torch.bincount(labels_of_epoch, minlength=3)
        assert int(counts.sum()) == len(train)
        assert int(counts.max() - counts.min()) <= 1
    assert not torch.equal(epochs[0], epochs[1])
    assert set(feed.order(0).tolist()) <= set(train.indices.tolist())


def test_AUG_10_without_a_label_shuffle_the_part_is_as_it_was() -> None:
    train = plain()
    assert shuffled(project({"kind": "Mixup"}), train) is train


SENTENCE = ("the", "big", "dog", "runs", "quickly", "large", "Big", "Huge", "huge")


def texts(count: int = 200) -> Part:
    words = torch.tensor([0, 1, 2, 3, 4, 6]).repeat(count, 1)
    return part(column("text", words, (TIME,), classes=SENTENCE), labels(count))


def test_AUG_12_only_words_with_synonyms_in_the_vocabulary_are_replaced() -> None:
    made = augmented(texts(), {"kind": "SynonymReplacement", "amount": 1})
    places = [{SENTENCE[i] for i in row} for row in made["text"].T.tolist()]
    assert places == [{"the"}, {"large", "huge"}, {"dog"}, {"runs"}, {"quickly"}, {"Huge"}]
    assert torch.equal(made["label"], texts().dataset.take(torch.arange(200))["label"])


def test_AUG_12_so_many_words_are_replaced_as_the_amount_says() -> None:
    made = augmented(texts(5000), {"kind": "SynonymReplacement", "amount": 0.3})["text"]
    assert float((made[:, 1] != 1).float().mean()) == pytest.approx(0.3, abs=0.02)
    assert Counter(made[:, 1].tolist()).keys() == {1, 5, 8}


def test_AUG_12_the_thesaurus_is_a_short_list_without_repetition() -> None:
    groups = json.loads(resource("data", "thesaurus.json").read_text())["groups"]
    words = [word for group in groups for word in group]
    assert len(groups) > 100
    assert len(set(words)) == len(words)
    assert all(len(group) > 1 and all(word.isalpha() and word.islower() for word in group) for group in groups)
    assert set(thesaurus()["big"]) == {"large", "huge"}
