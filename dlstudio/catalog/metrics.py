"""Metrics: the numbers by which people judge a network's answers, and for which kinds of answer each is meant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from dlstudio.core.fields import Words
from dlstudio.core.frozen import Frozen

Answer = Literal["class", "yes/no", "labels", "pixels", "sequence", "numbers", "box", "code"]
"""What a network may be asked: one class, yes or no, several labels at once, a class for each pixel or each step,
numbers, the box around a thing, or a code that lies near those of its class."""

CHOOSING: tuple[Answer, ...] = ("class", "yes/no", "labels", "pixels", "sequence")
LIKELY: tuple[Answer, ...] = ("class", "yes/no", "labels")
"""Answers of which all probabilities are kept, so that they can be ranked."""
MEASURED: tuple[Answer, ...] = ("numbers", "box")


@dataclass(frozen=True)
class Metric:
    """One number, what it says, and of which answers it can be told."""

    help: str
    answers: tuple[Answer, ...]
    best: Literal["high", "low"] = "high"
    quick: bool = False
    """Whether it costs next to nothing, so that it is measured while training unless something else is asked for."""
    likely: bool = False
    """Whether the network must give probabilities, by a loss or a last layer that makes them so."""


METRICS: Mapping[str, Metric] = Frozen(
    {
        "accuracy": Metric(
            "The share of right answers. With several labels, of all labels; with pixels or steps, of those that are "
            "no padding",
            CHOOSING,
            quick=True,
        ),
        "error_rate": Metric("The share of wrong answers: 1 − accuracy", CHOOSING, best="low"),
        "exact_match": Metric("The share of samples with every label or every step right", ("labels", "sequence")),
        "top5_accuracy": Metric(
            "How often the right class is among the five likeliest ones; for six classes and more",
            ("class", "sequence"),
        ),
        "precision": Metric("Of what it called so, the share that is so; the mean over the classes", CHOOSING),
        "recall": Metric("Of what is so, the share that it called so; the mean over the classes", CHOOSING),
        "f1": Metric("The harmonic mean of precision and recall; the mean over the classes", CHOOSING),
        "roc_auc": Metric(
            "How often a sample of a class gets a higher probability of it than one of another; ½ is chance",
            (*LIKELY, "code"),
            likely=True,
        ),
        "average_precision": Metric(
            "The area under the curve of precision over recall; better than ROC where yes is rare", LIKELY, likely=True
        ),
        "calibration_error": Metric(
            "How far its confidence is from its share of right answers, in 15 bins: 0.1 means ten points too sure or "
            "too shy",
            ("class", "yes/no"),
            best="low",
            likely=True,
        ),
        "mean_iou": Metric(
            "Overlap over union of what it found and what is there; the mean over the classes, or over the boxes",
            ("pixels", "box"),
        ),
        "dice": Metric("Twice the overlap over both sizes; the mean over the classes", ("pixels",)),
        "box_accuracy": Metric("The share of boxes with an overlap over union of at least ½ (EVA-06)", ("box",)),
        "mean_absolute_error": Metric("How far off it is on average", MEASURED, best="low", quick=True),
        "mean_square_error": Metric("The mean of the squared errors", MEASURED, best="low"),
        "root_mean_square_error": Metric(
            "The root of the mean squared error, in the unit of the target", MEASURED, "low"
        ),
        "r2": Metric("The share of the target's variance that it explains; 0 is no better than the mean", MEASURED),
        "explained_variance": Metric("As r2, but an error that is always the same does not count", MEASURED),
        "pearson": Metric("The correlation of answers and targets: 1 on a rising line, whatever its slope", MEASURED),
        "perplexity": Metric(
            "Among how many equally likely symbols it hesitates: e to the mean cross-entropy in nats",
            ("sequence",),
            best="low",
            likely=True,
        ),
        "character_error_rate": Metric(
            "Letters to change, add or take away, over the letters that there should be", ("sequence",), best="low"
        ),
        "word_error_rate": Metric(
            "Words to change, add or take away, over the words that there should be", ("sequence",), best="low"
        ),
        "bleu": Metric("How many runs of one to four words are those of the target (Papineni 2002)", ("sequence",)),
        "gallery_accuracy": Metric(
            "How often the nearest of a gallery with one sample of each class is of the right class (EVA-13)", ("code",)
        ),
    }
)

CHOSEN = Words(
    options=tuple(METRICS),
    help="What is measured beside the loss after each epoch, where it fits the output; none: accuracy, or the mean "
    "absolute error. All of them cost time; dlstudio eval shows them all after training",
)


def fitting(answer: Answer, classes: int, *, likely: bool) -> tuple[str, ...]:
    """All that can be told of such an answer (among so many classes), in the order of the table."""
    return tuple(
        name
        for name, metric in METRICS.items()
        if answer in metric.answers and (likely or not metric.likely) and (name != "top5_accuracy" or classes > 5)
    )


def quick(names: Iterable[str]) -> tuple[str, ...]:
    """Those that cost next to nothing."""
    return tuple(name for name in names if METRICS[name].quick)
