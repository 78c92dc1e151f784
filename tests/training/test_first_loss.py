"""Every template that tells K classes apart begins at a loss of about ln K: that of a guess."""

import math

import pytest

import dlstudio as dl
from dlstudio.catalog.losses import classes
from dlstudio.training.criteria import Criterion
from dlstudio.training.training import Training

BY_CLASSES = {"Supervised", "Language"}
QUICK = {
    "bidirectional_tagger", "char_rnn", "deep_feed_forward", "inception", "lenet5", "logistic_regression", "localiser",
    "lstm_by_hand", "mlp", "plain20", "sequence_to_sequence", "wine", "xor",
}  # fmt: skip
"""Those whose data and network are made in a moment; the others take a minute together."""
SURER = {"residual20": 0.8, "softmax_regression": 0.4}
"""Sums of many blocks, or raw coordinates, begin with larger scores, so with a surer and more costly guess."""


def taught() -> list[str]:
    return [n for n in dl.templates() if (p := dl.template(n)).data and p.training.get("kind") in BY_CLASSES]


def guesses(training: Training) -> dict[str, int]:
    """How many classes each output chooses among, by the name of its loss; two where one number says yes or no."""
    terms = [term for term in getattr(training.method, "terms", ()) if isinstance(term, Criterion)]
    if training.recipe.kind == "Language":
        (output,) = training.sources["model"].outputs.values()
        return {"loss": output.channels}
    return {
        "loss" if len(terms) == 1 else f"loss/{term.output}": max(2, term.answer.channels)
        for term in terms
        if type(term.form).__module__ == classes.__name__
    }


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in taught()]
)
def test_the_first_loss_is_that_of_a_guess_TRN_36(name: str) -> None:
    training = Training.ready(dl.template(name))
    try:
        counts = guesses(training)
        numbers = training.method.step(next(iter(training.feed.epoch(0)))) if counts else {}
    finally:
        training.close()
    for loss, count in counts.items():
        assert numbers[loss].item() == pytest.approx(math.log(count), abs=SURER.get(name, 0.2)), (loss, count)


def test_the_classes_of_templates_are_counted() -> None:
    for name, count in {"lenet5": 10, "deep_feed_forward": 2, "xor": 2}.items():
        training = Training.ready(dl.template(name))
        training.close()
        assert guesses(training) == {"loss": count}
