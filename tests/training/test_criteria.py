"""Criteria: the loss that an Output names is the loss that trains, with its weights, its padding and soft targets."""

import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

import dlstudio as dl
from dlstudio.catalog.losses import named
from dlstudio.catalog.losses.named import AUTO
from dlstudio.compiler.formula import formula
from dlstudio.core import edits
from dlstudio.core.document import OUTPUT, Project
from dlstudio.core.files import load, save
from dlstudio.core.frozen import Frozen, Value, freeze
from dlstudio.core.issue import Issue, ProjectProblem
from dlstudio.training.criteria import Criterion
from dlstudio.training.supervised import SupervisedMethod
from dlstudio.training.training import Training
from tests.training.studies import assert_goes_on, one_batch, project, ready, take

IRIS = "input 4 > fc 8 > relu > fc 3"
CANCER = "input 30 > fc 1"


def with_loss(text: str, source: str, loss: Value, **training: Value) -> Project:
    made = project(text, {"kind": source}, kind="Supervised", **training)
    output = made.networks["model"].of_kind(OUTPUT)[0].id
    return edits.put(made, "model", output, loss=freeze(loss))


def criterion(training: Training) -> Criterion:
    method = training.method
    assert isinstance(method, SupervisedMethod)
    (term,) = method.terms
    assert isinstance(term, Criterion)
    return term


def issue(made: Project) -> Issue:
    (found,) = [each for each in dl.check(made) if each.severity == "error"]
    return found


@pytest.mark.parametrize("said", ["auto", {"kind": AUTO}, {}, ""])
def test_auto_and_nothing_leave_the_choice_to_the_studio(said: Value) -> None:
    assert criterion(ready(with_loss(IRIS, "Iris", said))).form.kind == "CrossEntropy"
    assert dl.check(with_loss(IRIS, "Iris", said)) == []


def test_files_with_a_word_and_with_fields_are_read_alike(tmp_path: Path) -> None:
    for said in ("auto", "CrossEntropy", {"kind": "CrossEntropy", "label_smoothing": 0.1}):
        made = with_loss(IRIS, "Iris", said)
        save(made, tmp_path / "a.dls")
        again = load(tmp_path / "a.dls")
        assert again == made
        assert dl.check(again) == []


def test_a_line_names_a_loss() -> None:
    assert dl.check(dl.line("input 4 > fc 3 > output loss=MeanSquare")) == []


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("CrosEntropy", "There is no loss “CrosEntropy”. Did you mean “CrossEntropy”?"),
        ("Accuracy", "Train by CrossEntropy"),
        ("Triplet", "The recipe MetricLearning trains by it"),
        ({"kind": "Huber", "dleta": 2.0}, "Huber has no field “dleta”. Did you mean “delta”?"),
        ({"kind": "Huber", "delta": -1}, "The delta must be"),
        ({"kind": "BinaryCrossEntropy", "on": "probabilities", "positive_weight": 2.0}, "works on scores only"),
        (7, "must be a kind with its fields"),
    ],
)
def test_a_wrong_loss_is_an_issue_on_its_output_LOS_01(said: Value, text: str) -> None:
    found = issue(with_loss(IRIS, "Iris", said))
    assert text in found.text
    assert found.node == "output1" or found.node.startswith("out")
    mended = found.fixes[0].edit(with_loss(IRIS, "Iris", said))
    assert dl.check(mended) == []
    with pytest.raises(ProjectProblem):
        ready(with_loss(IRIS, "Iris", said))


@pytest.mark.parametrize(
    ("text", "source", "loss", "says"),
    [
        ("input 4 > fc 2", "Iris", "auto", "3 classes, but the output gives 2 scores. Make them 3"),
        (IRIS, "Iris", "KLDivergence", "Use CrossEntropy"),
        (IRIS, "Iris", {"kind": "CrossEntropy", "class_weights": [1, 2]}, "2 class weights for 3 classes"),
        ("input 10 > fc 2", "Diabetes", "MeanSquare", "compares numbers one by one"),
    ],
)
def test_what_does_not_fit_the_data_is_said_before_start(text: str, source: str, loss: Value, says: str) -> None:
    with pytest.raises(ProjectProblem, match=says) as told:
        ready(with_loss(text, source, loss))
    assert told.value.issues[0].node


@pytest.mark.parametrize(
    ("text", "source", "loss", "source_text"),
    [
        (IRIS, "Iris", "auto", "F.cross_entropy(y, t)"),
        (IRIS, "Iris", {"kind": "CrossEntropy", "label_smoothing": 0.1}, "F.cross_entropy(y, t, label_smoothing=0.1)"),
        (CANCER, "BreastCancer", "auto", "F.binary_cross_entropy_with_logits(y, t.reshape(y.shape).to(y.dtype))"),
        (CANCER + " > sigmoid", "BreastCancer", "auto", "F.binary_cross_entropy(y, t.reshape(y.shape).to(y.dtype))"),
        ("input 30 > fc 1 act=sigmoid", "BreastCancer", "auto", "F.binary_cross_entropy("),
        (IRIS + " > softmax", "Iris", "auto", "F.nll_loss(y.clamp_min(1e-12).log(), t)"),
        ("input 10 > fc 1", "Diabetes", "auto", "F.mse_loss(y, t)"),
        (IRIS, "Iris", "HalfSquare", "reduce_loss(half_square_loss(y, F.one_hot(t, 3).to(y.dtype)), within='sum')"),
    ],
)
def test_the_loss_is_the_text_that_a_script_would_hold(text: str, source: str, loss: Value, source_text: str) -> None:
    training = ready(with_loss(text.replace("act=", "activation="), source, loss))
    term, batch = criterion(training), one_batch(training)
    made = formula(term.form.code(term.answer, term.column.tensor), ("y", "t"))
    assert source_text in made.text
    answer = training.modules["model"](batch["features"])
    assert torch.equal(training.method.step(batch)["loss"], made.function()(answer, batch[term.target]))


def test_an_error_in_a_loss_shows_its_text() -> None:
    made = formula(named(Frozen({"kind": "CrossEntropy"})).code(), ("y", "t")).function()  # type: ignore[union-attr]
    try:
        made(torch.zeros(2, 3), torch.zeros(5))
    except (RuntimeError, ValueError):
        assert "F.cross_entropy(y, t)" in traceback.format_exc()


def test_class_weights_count_classes_in_the_training() -> None:
    weights = (1.0, 5.0, 0.5)
    training = ready(with_loss(IRIS, "Iris", {"kind": "CrossEntropy", "class_weights": weights}))
    batch = one_batch(training)
    answer, target = training.modules["model"](batch["features"]), batch[criterion(training).target]
    expected = F.cross_entropy(answer, target, weight=torch.tensor(weights))
    torch.testing.assert_close(training.method.step(batch)["loss"], expected)


TAGGER = "input 10 int > embedding 28 8 > lstm 16 > fc 28"


def test_ignored_positions_count_in_no_loss_and_no_accuracy_LOS_30() -> None:
    training = ready(with_loss(TAGGER, "Sequences", {"kind": "CrossEntropy", "ignore_index": -1}))
    batch, term = dict(one_batch(training)), criterion(training)
    inputs = [batch[name] for name in training.method.task.wiring.inputs.values()]
    answer = training.modules["model"](*inputs).detach()
    padded = batch[term.target].clone()
    padded[:, 4:] = -1
    expected = F.cross_entropy(answer[:, :4].flatten(0, 1), padded[:, :4].flatten())
    torch.testing.assert_close(term.loss(answer, padded), expected)
    share = (answer[:, :4].argmax(-1) == padded[:, :4]).float().mean()
    found = training.method.evaluate([{**batch, term.target: padded}])
    assert found["loss"] == pytest.approx(float(expected), rel=1e-5)
    assert found["accuracy"] == pytest.approx(float(share), abs=1e-6)


MIXUP: dict[str, Value] = {"augment": [{"kind": "Mixup", "p": 1.0}]}


def mixed(text: str, source: str, loss: Value) -> Project:
    made = with_loss(text, source, loss)
    return replace(made, data=made.data.merge(freeze(MIXUP)))


@pytest.mark.parametrize(
    ("text", "source", "loss"),
    [
        (IRIS, "Iris", "auto"),
        (IRIS, "Iris", {"kind": "CrossEntropy", "label_smoothing": 0.1}),
        (IRIS + " > softmax", "Iris", "auto"),
        (IRIS, "Iris", "HalfSquare"),
        (IRIS, "Iris", "BinaryCrossEntropy"),
        (CANCER, "BreastCancer", "auto"),
        (CANCER + " > sigmoid", "BreastCancer", "HalfSquare"),
    ],
)
def test_mixed_targets_are_compared_by_their_shares_and_whole_ones_as_classes(
    text: str, source: str, loss: Value
) -> None:
    training = ready(mixed(text, source, loss))
    batch, term = one_batch(training), criterion(training)
    target = batch[term.target]
    assert target.shape == (len(target), len(term.column.classes))
    assert ((target > 0) & (target < 1)).any()
    assert take(training, 1)[0]["loss"] > 0
    whole = torch.arange(len(target)) % len(term.column.classes)
    answer = training.modules["model"](batch["features"]).detach()
    shares = F.one_hot(whole, len(term.column.classes)).float()
    torch.testing.assert_close(
        term.weighted(answer, {term.target: shares}), term.weighted(answer, {term.target: whole})
    )


def test_mixing_is_linear_in_the_shares_for_cross_entropies() -> None:
    for text, source, classes in ((IRIS, "Iris", 3), (CANCER, "BreastCancer", 2)):
        training = ready(mixed(text, source, "auto"))
        term = criterion(training)
        answer = training.modules["model"](one_batch(training)["features"]).detach()[:1]
        shares = torch.full((1, classes), 1 / classes)
        each = [term.weighted(answer, {term.target: torch.tensor([c])}) for c in range(classes)]
        torch.testing.assert_close(term.weighted(answer, {term.target: shares}), torch.stack(each).mean())


def test_a_loss_that_knows_no_shares_is_refused_with_mixup() -> None:
    with pytest.raises(ProjectProblem, match="which Hinge cannot compare"):
        ready(mixed(IRIS, "Iris", "Hinge"))
    ready(with_loss(IRIS, "Iris", "Hinge"))


VIB = (
    "input 4 > h: fc 16 > relu > mean: fc 4\nh > spread: fc 4\n"
    "mean > gaussiansample spread > fc 3 > answer: output\nmean > kl spread > prior: output"
)


def test_an_output_of_one_number_without_a_target_is_a_price_LOS_18_LOS_22() -> None:
    made = project(VIB, {"kind": "Iris"}, kind="Supervised")
    made = edits.put(made, "model", "prior", weight=0.01)
    training = ready(made)
    assert dict(training.method.task.wiring.targets) == {"answer": "species"}
    found = take(training, 2)[-1]
    assert found["loss"] == pytest.approx(found["loss/answer"] + found["loss/prior"], rel=1e-5)
    free = take(ready(edits.put(made, "model", "prior", weight=0.0)), 1)[0]
    assert free["loss"] == free["loss/answer"]
    assert set(training.method.evaluate([one_batch(training)])) >= {"loss"}
    assert_goes_on(made, steps=3)


def test_two_losses_are_added_by_their_weights() -> None:
    text = "input 4 > h: fc 8 > fc 3 > one: output\nh > fc 3 > two: output"
    made = edits.put(project(text, {"kind": "Iris"}, kind="Supervised"), "model", "one", target="species")
    made = edits.put(made, "model", "two", target="species", weight=0.5, loss=Frozen({"kind": "HalfSquare"}))
    found = take(ready(made), 1)[0]
    assert found["loss"] == pytest.approx(found["loss/one"] + found["loss/two"], rel=1e-6)


@pytest.mark.parametrize(
    ("target", "network", "loss", "expected"),
    [
        ("class", "input 2 > fc 2", "CrossEntropy", lambda y, t: F.cross_entropy(y, t, reduction="none")),
        ("value", "input 2 > fc 1", "MeanSquare", lambda y, t: (y - t.reshape(y.shape)).square().flatten()),
        ("class", "input 2 > fc 1", "BinaryCrossEntropy",
         lambda y, t: F.binary_cross_entropy_with_logits(y.flatten(), t.float(), reduction="none")),
    ],
)  # fmt: skip
def test_rows_count_by_their_weight_in_training_and_in_validation_LOS_28(
    target: str, network: str, loss: str, expected: Callable[..., Tensor], tmp_path: Path
) -> None:
    lines = ["a,b,w,t", *(f"{i / 7},{(i * 3 % 5) / 5},{i % 4},{i % 2}" for i in range(100))]
    (tmp_path / "rows.csv").write_text("\n".join(lines))
    source = {"kind": "Table", "file": str(tmp_path / "rows.csv"), "roles": {"w": "weight", "t": target}}
    made = project(network, source, kind="Supervised", batch_size=7)
    made = edits.put(made, "model", made.networks["model"].of_kind(OUTPUT)[0].id, loss=loss)
    training = ready(made)
    batch = one_batch(training)
    module = training.modules["model"]
    with torch.no_grad():
        values = expected(module(batch["features"]), batch["t"])
    wanted = (values * batch["w"]).sum() / batch["w"].sum()
    assert float(training.method.step(batch)["loss"].detach()) == pytest.approx(float(wanted), rel=1e-5)
    validation = list(training.validation.epoch(0))
    assert len(validation) > 1
    with torch.no_grad():
        pairs = [(expected(module(b["features"]), b["t"]), b["w"]) for b in validation]
    whole = sum(float((v * w).sum()) for v, w in pairs) / sum(float(w.sum()) for _, w in pairs)
    assert training.method.evaluate(training.validation.epoch(0))["loss"] == pytest.approx(whole, rel=1e-5)


def test_a_weight_below_nothing_is_told_with_its_row(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a,w,t\n1,1,0\n2,-3,1\n")
    source = {"kind": "Table", "file": str(tmp_path / "rows.csv"), "roles": {"w": "weight", "t": "class"}}
    with pytest.raises(ProjectProblem, match=r"rows\.csv, line 3: w “-3” is no weight"):
        ready(project("input 1 > fc 2", source, kind="Supervised"))
