"""Every metric against scikit-learn, numpy or a count by hand, over random answers, however they are cut in batches."""

import math
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from sklearn import metrics as sk
from torch import Tensor

from dlstudio.catalog.losses import losses
from dlstudio.catalog.metrics import CHOSEN, METRICS, quick
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.tensor import CHANNEL, HEIGHT, WIDTH
from dlstudio.core.tensor import Tensor as Shape
from dlstudio.data.dataset import Column
from dlstudio.training.measures.boxes import assigned, mean_average_precision, overlap, suppressed
from dlstudio.training.measures.library import library
from dlstudio.training.measures.meters import Meter, Meters
from dlstudio.training.measures.reading import read
from dlstudio.training.measures.subject import Subject, subject

DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
COUNT, CLASSES = 137, 7


def described(loss: str, y: Shape, column: Column, before: str = "", **fields: Any) -> Subject:
    return subject("out", column, y, losses[loss](**fields), before)


def column(*shape: int, dtype: Any = "float", classes: int = 0, features: tuple[str, ...] = ()) -> Column:
    names = tuple(f"class {each}" for each in range(classes))
    return Column("target", Shape.of(*shape, dtype=dtype), names, "target", features)


def told(asked: Subject, answers: Tensor, targets: Tensor, size: int = 40, device: str = "cpu") -> dict[str, float]:
    """All that can be told of the answers, taken in by batches."""
    meter = Meter(asked, asked.fitting)
    for one, other in zip(answers.to(device).split(size), targets.to(device).split(size), strict=True):
        meter.add(read(asked, one, other))
    return meter.numbers()


def assert_close(found: dict[str, float], expected: dict[str, float], within: float = 1e-5) -> None:
    assert found.keys() >= expected.keys()
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, abs=within, rel=within), name


@pytest.fixture
def scores() -> Tensor:
    return 2 * torch.randn(COUNT, CLASSES, generator=torch.Generator().manual_seed(1))


@pytest.fixture
def chosen(scores: Tensor) -> Tensor:
    """Classes that the scores know something of."""
    noise = torch.randn(scores.shape, generator=torch.Generator().manual_seed(2))
    return (scores + 2 * noise).argmax(1)


CHOICE = described("CrossEntropy", Shape.of(CLASSES), column(dtype="int", classes=CLASSES))


def by_hand(p: Tensor, targets: Tensor) -> dict[str, float]:
    """What scikit-learn says of probabilities and classes."""
    said, right = p.argmax(1).numpy(), targets.numpy()
    macro: dict[str, Any] = {"average": "macro", "zero_division": 0}
    onehot = F.one_hot(targets, p.shape[1]).numpy()
    return {
        "accuracy": sk.accuracy_score(right, said),
        "error_rate": sk.zero_one_loss(right, said),
        "top5_accuracy": sk.top_k_accuracy_score(right, p.numpy(), k=5),
        "precision": sk.precision_score(right, said, **macro),
        "recall": sk.recall_score(right, said, **macro),
        "f1": sk.f1_score(right, said, **macro),
        "roc_auc": sk.roc_auc_score(right, p.double().numpy() / p.double().sum(1, True).numpy(), multi_class="ovr"),
        "average_precision": sk.average_precision_score(onehot, p.numpy(), average="macro"),
        "calibration_error": calibration(p.max(1).values.numpy(), said == right),
    }


def calibration(sureness: Any, right: Any) -> float:
    """Σ over 15 bins of their share × |mean confidence − share right|."""
    bins = np.clip(np.ceil(sureness * 15) - 1, 0, 14)
    apart = [
        abs(sureness[bins == each].mean() - right[bins == each].mean()) * (bins == each).mean() for each in set(bins)
    ]
    return float(sum(apart))


@pytest.mark.parametrize("device", DEVICES)
def test_the_measures_of_classes_are_those_of_scikit_learn_EVA_04(scores: Tensor, chosen: Tensor, device: str) -> None:
    found = told(CHOICE, scores, chosen, device=device)
    assert_close(found, by_hand(scores.softmax(1), chosen))
    assert set(found) == {name for name, metric in METRICS.items() if "class" in metric.answers}
    assert found["accuracy"] == pytest.approx(
        sum(a == b for a, b in zip(scores.argmax(1), chosen, strict=True)) / COUNT
    )


@pytest.mark.parametrize("size", [1, 17, COUNT])
def test_how_the_samples_are_cut_in_batches_is_no_matter(scores: Tensor, chosen: Tensor, size: int) -> None:
    assert_close(told(CHOICE, scores, chosen, size), told(CHOICE, scores, chosen, 64), 1e-6)
    asked, answers, targets = figures(3)
    assert_close(told(asked, answers, targets, max(size, 2)), told(asked, answers, targets, 64), 1e-6)


@pytest.mark.parametrize(
    ("loss", "fields", "before"),
    [
        ("NegativeLogLikelihood", {}, "LogSoftmax"),
        ("NegativeLogLikelihood", {"on": "probabilities"}, "Softmax"),
        ("CrossEntropy", {}, ""),
        ("Focal", {}, ""),
    ],
)
def test_probabilities_are_read_as_the_loss_and_the_last_node_say(
    scores: Tensor, chosen: Tensor, loss: str, fields: dict[str, Any], before: str
) -> None:
    asked = described(loss, Shape.of(CLASSES), column(dtype="int", classes=CLASSES), before, **fields)
    given = {"LogSoftmax": scores.log_softmax(1), "Softmax": scores.softmax(1)}.get(before, scores)
    assert_close(told(asked, given, chosen), by_hand(scores.softmax(1), chosen))


def test_of_scores_that_are_no_probabilities_none_is_told(scores: Tensor, chosen: Tensor) -> None:
    for loss in ("Hinge", "MeanSquare"):
        asked = described(loss, Shape.of(CLASSES), column(dtype="int", classes=CLASSES))
        found = told(asked, scores, chosen)
        assert found["accuracy"] == pytest.approx(sk.accuracy_score(chosen, scores.argmax(1)))
        assert not {"roc_auc", "average_precision", "calibration_error"} & found.keys()


def test_a_class_without_samples_spoils_no_mean(scores: Tensor, chosen: Tensor) -> None:
    """torchmetrics would count it with an area of 0."""
    without = (chosen != 3) & (chosen != 5)
    found = told(CHOICE, scores[without], chosen[without])
    likely, right = scores[without].softmax(1).numpy(), chosen[without].numpy()
    areas = [sk.roc_auc_score(right == each, likely[:, each]) for each in range(CLASSES) if each not in (3, 5)]
    precisions = [sk.average_precision_score(right == each, likely[:, each]) for each in (0, 1, 2, 4, 6)]
    assert_close(found, {"roc_auc": float(np.mean(areas)), "average_precision": float(np.mean(precisions))})
    assert math.isnan(told(CHOICE, scores[:5], torch.full((5,), 2))["roc_auc"])


def test_shares_as_targets_count_by_the_largest(scores: Tensor, chosen: Tensor) -> None:
    asked = described("CrossEntropy", Shape.of(CLASSES), column(CLASSES, features=tuple("abcdefg")))
    shares = 0.9 * F.one_hot(chosen, CLASSES) + 0.1 / CLASSES
    assert told(asked, scores, shares)["accuracy"] == pytest.approx(sk.accuracy_score(chosen, scores.argmax(1)))
    assert asked.answer == "class"


@pytest.mark.parametrize("shape", [(), (1,)])
@pytest.mark.parametrize(("loss", "on"), [("BinaryCrossEntropy", "scores"), ("BinaryCrossEntropy", "probabilities")])
def test_the_measures_of_yes_and_no_are_those_of_scikit_learn(shape: tuple[int, ...], loss: str, on: str) -> None:
    asked = described(loss, Shape.of(*shape), column(dtype="int", classes=2), on=on)
    score = torch.randn(COUNT, *shape, generator=torch.Generator().manual_seed(3))
    noise = torch.randn(COUNT, generator=torch.Generator().manual_seed(4))
    targets = (score.flatten() + noise > 0.5).long()
    p = score.flatten().sigmoid().numpy()
    right, said = targets.numpy(), p > 0.5
    found = told(asked, score if on == "scores" else score.sigmoid(), targets)
    expected = {
        "accuracy": sk.accuracy_score(right, said),
        "precision": sk.precision_score(right, said),
        "recall": sk.recall_score(right, said),
        "f1": sk.f1_score(right, said),
        "roc_auc": sk.roc_auc_score(right, p),
        "average_precision": sk.average_precision_score(right, p),
        "calibration_error": calibration(p, targets.numpy()),
    }
    assert_close(found, expected)


@pytest.mark.parametrize(("loss", "edge"), [("Hinge", 0.0), ("MeanSquare", 0.5)])
def test_yes_lies_above_the_edge_that_the_loss_draws(loss: str, edge: float) -> None:
    asked = described(loss, Shape.of(1), column(dtype="int", classes=2))
    answers = torch.tensor([[edge - 0.1], [edge + 0.1], [edge + 0.2]])
    assert told(asked, answers, torch.tensor([0, 1, 0]))["accuracy"] == pytest.approx(2 / 3)


def test_the_measures_of_several_labels_are_those_of_scikit_learn() -> None:
    asked = described("BinaryCrossEntropy", Shape.of(4), column(4, dtype="bool"))
    scores = torch.randn(COUNT, 4, generator=torch.Generator().manual_seed(5))
    noise = torch.randn(COUNT, 4, generator=torch.Generator().manual_seed(6))
    targets = scores + noise > 0.3
    right, said, p = targets.numpy(), scores.numpy() > 0, scores.sigmoid().numpy()
    expected = {
        "accuracy": 1 - sk.hamming_loss(right, said),
        "exact_match": sk.accuracy_score(right, said),
        "precision": sk.precision_score(right, said, average="macro"),
        "recall": sk.recall_score(right, said, average="macro"),
        "f1": sk.f1_score(right, said, average="macro"),
        "roc_auc": sk.roc_auc_score(right, p, average="macro"),
        "average_precision": sk.average_precision_score(right, p, average="macro"),
    }
    assert_close(told(asked, scores, targets), expected)
    assert asked.answer == "labels"


def test_real_targets_of_a_yes_no_loss_are_labels() -> None:
    asked = described("BinaryCrossEntropy", Shape.of(3), column(3))
    found = told(asked, torch.tensor([[3.0, -2, 1]]), torch.tensor([[1.0, 0, 0]]))
    assert found["accuracy"] == pytest.approx(2 / 3)
    assert found["exact_match"] == 0


def figures(count: int) -> tuple[Subject, Tensor, Tensor]:
    """Answers to targets of different sizes, far from 0."""
    generator = torch.Generator().manual_seed(7)
    sizes = torch.tensor([1.0, 20.0, 1e-4, 5.0])[:count]
    targets = (torch.randn(COUNT, count, generator=generator) + 100) * sizes
    answers = targets + 0.5 * (torch.randn(COUNT, count, generator=generator) + 0.3) * sizes
    return described("MeanSquare", Shape.of(count), column(count)), answers, targets


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("count", [1, 3])
def test_the_measures_of_numbers_are_those_of_scikit_learn_EVA_05(count: int, device: str) -> None:
    asked, answers, targets = figures(count)
    right, said = targets.double().numpy(), answers.double().numpy()
    expected = {
        "mean_absolute_error": sk.mean_absolute_error(right, said),
        "mean_square_error": sk.mean_squared_error(right, said),
        "root_mean_square_error": math.sqrt(sk.mean_squared_error(right, said)),
        "r2": sk.r2_score(right, said),
        "explained_variance": sk.explained_variance_score(right, said),
        "pearson": np.mean([np.corrcoef(right[:, i], said[:, i])[0, 1] for i in range(count)]),
    }
    assert_close(told(asked, answers, targets, device=device), expected)


def test_a_number_that_never_changes_spoils_no_mean() -> None:
    asked = described("MeanSquare", Shape.of(2), column(2))
    targets = torch.stack([torch.arange(10.0), torch.full((10,), 4.0)], 1)
    found = told(asked, targets + 0.1, targets)
    assert found["r2"] == pytest.approx(1 - 0.1 / 82.5, abs=1e-6)
    assert found["pearson"] == pytest.approx(1.0, abs=1e-6)


def test_means_and_rates_are_taken_from_outputs_that_hold_more() -> None:
    gaussian = described("GaussianNLL", Shape.of(2), column(1))
    assert told(gaussian, torch.tensor([[3.0, 9.0]]), torch.tensor([[1.0]]))["mean_absolute_error"] == 2
    poisson = described("Poisson", Shape.of(1), column(1))
    assert told(poisson, torch.zeros(2, 1), torch.tensor([[1.0], [3.0]]))["mean_absolute_error"] == 1


def test_pixels_are_counted_over_all_pictures() -> None:
    shape = Shape((CLASSES, 6, 5), (CHANNEL, HEIGHT, WIDTH))
    mask = Column("target", Shape((6, 5), (HEIGHT, WIDTH), "int"), tuple("abcdefg"))
    asked = described("CrossEntropy", shape, mask)
    generator = torch.Generator().manual_seed(8)
    scores = torch.randn(20, CLASSES, 6, 5, generator=generator)
    targets = (scores + torch.randn(scores.shape, generator=generator)).argmax(1)
    said, right = scores.argmax(1).flatten(), targets.flatten()
    expected = {
        "accuracy": sk.accuracy_score(right, said),
        "mean_iou": sk.jaccard_score(right, said, average="macro"),
        "dice": sk.f1_score(right, said, average="macro"),
    }
    assert_close(told(asked, scores, targets, 3), expected)
    assert asked.answer == "pixels"


def test_a_mask_of_yes_and_no_has_two_classes() -> None:
    shape = Shape((1, 4, 4), (CHANNEL, HEIGHT, WIDTH))
    asked = described("Dice", shape, Column("target", Shape((4, 4), (HEIGHT, WIDTH), "bool")))
    scores = torch.randn(5, 1, 4, 4, generator=torch.Generator().manual_seed(9))
    targets = torch.rand(5, 4, 4, generator=torch.Generator().manual_seed(10)) > 0.4
    said, right = (scores > 0).flatten(), targets.flatten()
    expected = {
        "accuracy": sk.accuracy_score(right, said),
        "mean_iou": sk.jaccard_score(right, said, average="macro"),
    }
    assert_close(told(asked, scores, targets, 2), expected)


def sequences(names: tuple[str, ...], ignored: int = 0) -> Subject:
    tags = Column("target", Shape.of(6, dtype="int"), names, "target")
    return described("CrossEntropy", Shape.of(6, len(names)), tags, ignore_index=ignored)


def spoken(rows: list[list[int]], count: int) -> Tensor:
    """Scores that choose these symbols, each with a probability of ½."""
    return F.one_hot(torch.tensor(rows), count).float() * math.log(count - 1)


def test_padding_is_neither_right_nor_wrong() -> None:
    asked = sequences(("-", "a", "b", "c", "d", "e"))
    said = [[1, 2, 3, 1, 1, 1], [1, 1, 2, 2, 5, 5]]
    right = [[1, 2, 3, 0, 0, 0], [1, 2, 2, 2, 4, 0]]
    found = told(asked, spoken(said, 6), torch.tensor(right), 1)
    assert found["accuracy"] == pytest.approx(6 / 8)
    assert found["exact_match"] == pytest.approx(1 / 2)
    assert found["perplexity"] == pytest.approx(math.exp((6 * math.log(2) + 2 * math.log(10)) / 8), rel=1e-5)
    kept_right, kept_said = [1, 2, 3, 1, 2, 2, 2, 4], [1, 2, 3, 1, 1, 2, 2, 5]
    expected = sk.f1_score(kept_right, kept_said, average="macro", labels=[1, 2, 3, 4, 5], zero_division=0)
    assert found["f1"] == pytest.approx(expected, abs=1e-6)
    assert found["top5_accuracy"] >= found["accuracy"]


def test_texts_are_compared_by_letters_and_by_words() -> None:
    """“ab ab” for “ab ba”: two of five letters changed, one of two words."""
    found = told(sequences((" ", "a", "b"), -1), spoken([[1, 2, 0, 1, 2, 1]], 3), torch.tensor([[1, 2, 0, 2, 1, -1]]))
    assert found["character_error_rate"] == pytest.approx(2 / 5)
    assert found["word_error_rate"] == pytest.approx(1 / 2)


def test_symbols_that_are_words_make_sentences() -> None:
    """The cat sat on a mat / the mat: five runs of one, three of two, two of three and one of four are the target's."""
    asked = sequences(("the", "cat", "sat", "on", "a", "mat"), -1)
    found = told(asked, spoken([[0, 1, 2, 3, 4, 5]], 6), torch.tensor([[0, 1, 2, 3, 0, 5]]))
    assert found["word_error_rate"] == pytest.approx(1 / 6)
    assert found["bleu"] == pytest.approx(((5 / 6) * (3 / 5) * (2 / 4) * (1 / 3)) ** 0.25, abs=1e-6)


def test_a_symbol_held_for_impossible_makes_no_infinite_perplexity() -> None:
    """The logarithm is taken before the exponential: e^200 is a float, and torchmetrics' answer would be inf."""
    scores = torch.zeros(1, 6, 2)
    scores[..., 0] = 200.0
    found = told(sequences(("a", "b"), -1), scores, torch.ones(1, 6, dtype=torch.long))
    assert math.log(found["perplexity"]) == pytest.approx(200.0)


def test_boxes_overlap_by_the_sources_numbers_EVA_06_NUM_79() -> None:
    """1/7 for squares of 2 moved by 1; 3 × 1 moved by 1 is ½ exactly, which is enough."""
    one = torch.tensor([[0.0, 0, 2, 2], [0, 0, 3, 1], [0, 0, 1, 1], [0, 0, 0, 0]])
    other = torch.tensor([[1.0, 1, 3, 3], [1, 0, 4, 1], [2, 2, 3, 3], [0, 0, 0, 0]])
    assert overlap(one, other).tolist() == pytest.approx([1 / 7, 0.5, 0.0, 0.0])
    asked = described("MeanSquare", Shape.of(4), column(4, features=("left", "top", "right", "bottom")))
    found = told(asked, one, other)
    assert found["box_accuracy"] == pytest.approx(1 / 4)
    assert found["mean_iou"] == pytest.approx((1 / 7 + 0.5) / 4)


def test_weaker_boxes_of_the_same_thing_are_suppressed_EVA_07_NUM_80() -> None:
    """0.60 is discarded and an overlap of 0.50 suppressed; torchvision's nms would keep that one."""
    boxes = torch.tensor([[0.0, 0, 3, 1], [1, 0, 4, 1], [10, 0, 13, 1], [0, 0, 3, 1.1], [20, 0, 21, 1]])
    sureness = torch.tensor([0.9, 0.8, 0.7, 0.65, 0.6])
    assert suppressed(boxes, sureness).tolist() == [0, 2]
    assert suppressed(boxes, sureness, enough=0.51).tolist() == [0, 1, 2]
    assert suppressed(boxes[:0], sureness[:0]).tolist() == []


def test_the_field_with_the_middle_and_the_best_anchor_get_the_box_EVA_08_TRN_29() -> None:
    """Middle (0.5, 0.3) on a 3 × 4 grid: row 0, column 2; a flat box takes the flat anchor."""
    box, anchors = torch.tensor([0.3, 0.2, 0.7, 0.4]), torch.tensor([[0.5, 0.2], [0.2, 0.5]])
    row, col, anchor, fit = assigned(box, anchors, (3, 4))
    assert (row, col, anchor) == (0, 2, 1)
    assert fit == pytest.approx(0.8)


def test_codes_are_compared_in_pairs_and_with_a_gallery_EVA_13() -> None:
    """Two classes on a line at 0, 1 and 10, 4: of the two pairs alike, 1 is nearer than 10, 9, 4 and 3, and 6 is
    nearer than 10 and 9, so 6 of 8. With 0 and 10 in the gallery, 1 is nearest to 0 and 4 to 0, which is wrong."""
    asked = Subject("out", "target", "code", classes=("a", "b"))
    found = told(asked, torch.tensor([[0.0], [1], [10], [4]]), torch.tensor([0, 0, 1, 1]), 2)
    assert found == pytest.approx({"roc_auc": 6 / 8, "gallery_accuracy": 1 / 2})


def test_what_needs_further_packages_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    for backend in ("_PYCOCOTOOLS_AVAILABLE", "_FASTER_COCO_EVAL_AVAILABLE"):
        monkeypatch.setattr(library("detection.mean_ap"), backend, False)
    with pytest.raises(ProjectProblem, match=r"pip install dlstudio\[detection\]"):
        mean_average_precision([], [])


def test_a_metric_that_fits_no_output_is_refused() -> None:
    with pytest.raises(ProjectProblem, match=r"by bleu; there can be measured: accuracy"):
        Meters([CHOICE], ["bleu"])


def test_while_training_only_what_is_quick_or_asked_for_is_measured(scores: Tensor, chosen: Tensor) -> None:
    numbers, _, _ = figures(2)
    several = Meters([CHOICE, Subject("height", "tall", "numbers")])
    assert [list(meter.gauges) for meter in several.meters.values()] == [["accuracy"], ["mean_absolute_error"]]
    asked = Meters([CHOICE], ["f1", "error_rate"])
    asked.add({"out": scores}, {"target": chosen})
    assert list(asked.numbers()) == ["f1", "error_rate"]
    asked.reset()
    asked.add({"out": scores}, {"target": scores.argmax(1)})
    assert asked.numbers() == {"f1": pytest.approx(1.0), "error_rate": 0.0}
    assert quick(numbers.fitting) == ("mean_absolute_error",)


def test_every_metric_has_help_and_is_offered() -> None:
    assert CHOSEN.options == tuple(METRICS)
    for name, metric in METRICS.items():
        assert metric.help[0].isupper(), name
        assert metric.answers, name


def test_what_is_quick_never_waits_for_torchmetrics() -> None:
    code = (
        "import sys, torch\n"
        "from dlstudio.training.measures.meters import Meters\n"
        "from dlstudio.training.measures.subject import Subject\n"
        "asked = Meters([Subject('a', 't', 'class', True, classes=('x', 'y')), Subject('b', 'u', 'numbers')])\n"
        "asked.add({'a': torch.eye(2), 'b': torch.eye(2)}, {'t': torch.tensor([0, 0]), 'u': torch.eye(2)})\n"
        "assert asked.numbers() == {'a/accuracy': 0.5, 'b/mean_absolute_error': 0.0}, asked.numbers()\n"
        "assert 'torchmetrics' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
