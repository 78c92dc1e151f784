"""Choices: the measures of answers that choose: one class, yes or no, several labels, pixels, steps."""

from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from dlstudio.training.measures.gauge import Gauge, Library, Ranked, Share
from dlstudio.training.measures.library import library
from dlstudio.training.measures.reading import Reading
from dlstudio.training.measures.subject import Subject
from dlstudio.training.measures.words import spelled

EXACT = 100
"""With more classes, curves are taken at 200 edges rather than at every sample: all scores would have to be kept."""
BINS = 15

COUNTED: Mapping[str, str] = {"precision": "Precision", "recall": "Recall", "f1": "F1Score", "dice": "F1Score"}
RANKED: Mapping[str, str] = {"roc_auc": "AUROC", "average_precision": "AveragePrecision"}
TEXTS: Mapping[str, tuple[str, str]] = {
    "character_error_rate": ("CharErrorRate", "letters"),
    "word_error_rate": ("WordErrorRate", "words"),
    "bleu": ("BLEUScore", "words"),
}


def choice_gauge(name: str, subject: Subject) -> Gauge:
    """The gauge of a metric of answers that choose."""
    if name == "accuracy":
        return Share(lambda r: (r.right.sum(), r.weights.sum()))
    if name == "error_rate":
        return Share(lambda r: (r.weights.sum() - r.right.sum(), r.weights.sum()))
    if name == "exact_match":
        return Share(lambda r: ((r.right.sum(1) == r.weights).sum(), torch.tensor(len(r.targets))))
    if name == "perplexity":
        return Share(_surprise, torch.exp)
    if name in TEXTS:
        kind, unit = TEXTS[name]
        made = getattr(library("text"), kind)()
        return Library(made, lambda r: spelled(r, subject.classes, unit, nested=name == "bleu"))
    return _classified(name, subject)


def _classified(name: str, subject: Subject) -> Gauge:
    """A metric of torchmetrics.classification."""
    several, classes = subject.answer == "labels", len(subject.classes)
    form = "Multiclass" if subject.answer not in ("labels", "yes/no") else "Multilabel" if several else "Binary"
    size: dict[str, Any] = {} if form == "Binary" else {"num_labels" if several else "num_classes": classes}
    average: dict[str, Any] = {} if form == "Binary" else {"average": "macro"}
    if name in COUNTED:
        return _made(f"{form}{COUNTED[name]}", decided, **size, **average)
    if name in RANKED:
        edges = {"thresholds": 200} if classes > EXACT else {}
        each = {} if form == "Binary" else {"average": "none"}
        return Ranked(_metric(f"{form}{RANKED[name]}", **size, **each, **edges), _likely, classes)
    if name == "calibration_error":
        return _made(f"{form}CalibrationError", _likely, **size, n_bins=BINS, norm="l1")
    if name == "top5_accuracy":
        return _made(f"{form}Accuracy", _flat, **size, average="micro", top_k=5)
    assert name == "mean_iou"
    return _made(f"{form}JaccardIndex", decided, **size, average="macro")


def _surprise(reading: Reading) -> tuple[Tensor, Tensor]:
    """Not torchmetrics', whose logarithm is that of a probability that may already have become 0."""
    scores, targets = reading.flat
    return F.cross_entropy(scores, targets, reduction="sum"), torch.tensor(len(targets))


def _made(name: str, view: Any, **arguments: Any) -> Gauge:
    return Library(_metric(name, **arguments), view)


def _metric(name: str, **arguments: Any) -> Any:
    """Each rank measures its own share; whoever asked puts them together."""
    return getattr(library(), name)(**arguments, validate_args=False, sync_on_compute=False)


def _flat(reading: Reading) -> tuple[Tensor, Tensor]:
    return reading.flat


def decided(reading: Reading) -> tuple[Tensor, Tensor]:
    """What is answered, against the targets; labels keep their columns."""
    if not reading.choice:
        return _columns(reading.decided), _columns(reading.targets)
    answers, targets = reading.flat
    return answers.argmax(1), targets


def _likely(reading: Reading) -> tuple[Tensor, Tensor]:
    """Probabilities, against the targets."""
    if not reading.choice:
        return _columns(reading.answers), _columns(reading.targets)
    answers, targets = reading.flat
    return answers.softmax(1), targets


def _columns(values: Tensor) -> Tensor:
    """Several labels as they are; a single yes or no without the axis of labels."""
    return values.squeeze(1) if values.shape[1] == 1 else values
