"""A run is measured on a part of its data: the numbers, what explains them, and what stands in the way."""

import json
import math
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

import dlstudio as dl
from dlstudio.core.document import Project
from dlstudio.core.frozen import Value, freeze
from dlstudio.core.issue import ProjectProblem
from dlstudio.data.prepare import prepare
from dlstudio.training.evaluation import evaluate_weights
from dlstudio.training.measures.mistakes import MOST
from dlstudio.training.measures.spread import interval
from dlstudio.training.run import Run, train

DIGITS = "input 1x8x8 > flatten > fc 32 > relu > fc 10"


def project(text: str, source: dict[str, Value], **training: Value) -> Project:
    settings = {"kind": "Supervised", "epochs": 3, "device": "cpu", **training}
    return replace(dl.line(text), data=freeze({"source": source}), training=freeze(settings))


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Run:
    made = project(DIGITS, {"kind": "Digits"}, epochs=30, batch_size=32)
    return train(made, runs=tmp_path_factory.mktemp("digits"))


def answers(run: Run, part: str = "test") -> tuple[Tensor, Tensor, list[int]]:
    """What the model says of a part, the targets, and the rows."""
    prepared = prepare(run.project)
    chosen = prepared.parts[part]
    values = chosen.dataset.take(chosen.indices)
    with torch.no_grad():
        return run.model()(values["image"]), values["digit"], chosen.indices.tolist()


def test_the_numbers_are_those_of_a_count_by_hand_EVA_04(digits: Run) -> None:
    said, right, _ = answers(digits)
    found = digits.evaluate()
    (judged,) = found.outputs
    assert (found.part, found.samples, found.run) == ("test", len(right), digits.path.name)
    assert found.numbers["accuracy"] == pytest.approx(float((said.argmax(1) == right).float().mean()))
    assert found.numbers["loss"] == pytest.approx(float(torch.nn.functional.cross_entropy(said, right)), abs=1e-5)
    assert sum(map(sum, judged.confusion)) == len(right)
    for is_, row in enumerate(judged.confusion):
        for by, count in enumerate(row):
            assert count == int(((right == is_) & (said.argmax(1) == by)).sum())
    low, high = judged.intervals["accuracy"]
    assert low < found.numbers["accuracy"] < high
    json.dumps(found.plain())


def test_each_class_has_its_row(digits: Run) -> None:
    from sklearn.metrics import precision_recall_fscore_support

    said, right, _ = answers(digits)
    (judged,) = digits.evaluate().outputs
    expected = zip(*precision_recall_fscore_support(right, said.argmax(1)), strict=True)
    assert list(judged.each) == list(judged.classes)
    for row, values in zip(judged.each.values(), expected, strict=True):
        assert list(row.values()) == pytest.approx(list(values), abs=1e-6)


def test_the_worst_mistakes_are_the_surest_ones_and_name_their_rows(digits: Run) -> None:
    said, right, rows = answers(digits)
    (judged,) = digits.evaluate().outputs
    sure = said.softmax(1)
    order = sure.amax(1).argsort(descending=True).tolist()
    wrong = [at for at in order if said[at].argmax() != right[at]]
    assert [mistake.row for mistake in judged.mistakes] == [rows[at] for at in wrong[:MOST]]
    worst = judged.mistakes[0]
    assert (worst.target, worst.answer) == (str(int(right[wrong[0]])), str(int(said[wrong[0]].argmax())))
    assert worst.amount == pytest.approx(float(sure[wrong[0]].max()), abs=1e-6)
    assert worst.place == f"sample {worst.row}"


def test_the_gap_is_the_loss_on_new_data_less_that_on_what_was_learnt_EVA_02(digits: Run) -> None:
    new, learnt = digits.evaluate("test"), digits.evaluate("train")
    assert new.gap(learnt)["loss"] == pytest.approx(new.numbers["loss"] - learnt.numbers["loss"])
    assert new.gap(learnt)["loss"] > 0


def test_validating_while_training_says_the_same_as_measuring_afterwards(digits: Run) -> None:
    steps, losses = digits.metrics("validation/loss")
    found = digits.evaluate("validation")
    at = list(steps).index(found.step)
    assert losses[at] == min(losses)
    assert found.numbers["loss"] == pytest.approx(losses[at], rel=1e-6)
    assert found.numbers["accuracy"] == pytest.approx(digits.metrics("validation/accuracy")[1][at])
    assert digits.evaluate("validation", best=False).step == steps[-1]


def test_only_what_is_asked_for_is_told(digits: Run) -> None:
    assert set(digits.evaluate(metrics=["f1", "accuracy"]).numbers) == {"loss", "accuracy", "f1"}


def test_a_file_of_weights_is_measured_as_its_run(digits: Run, tmp_path: Path) -> None:
    file = tmp_path / "weights.safetensors"
    save_file(digits.model().state_dict(), file)
    found = evaluate_weights(digits.project, file)
    assert found.numbers == pytest.approx(dict(digits.evaluate().numbers))
    assert found.run == "weights.safetensors"
    save_file({"linear1.weight": torch.zeros(32, 64)}, file)
    with pytest.raises(ProjectProblem, match=r"linear1\.bias"):
        evaluate_weights(digits.project, file)


def test_numbers_have_residuals_and_a_row_each_EVA_05(tmp_path: Path) -> None:
    made = project("input 10 > fc 16 > tanh > fc 1", {"kind": "Diabetes"})
    run = train(made, runs=tmp_path)
    found = run.evaluate("validation")
    (judged,) = found.outputs
    assert judged.residuals is not None
    targets, said = torch.tensor(judged.residuals.targets), torch.tensor(judged.residuals.answers)
    assert len(targets) == found.samples
    errors = said - targets
    assert found.numbers["mean_absolute_error"] == pytest.approx(float(errors.abs().mean()), rel=1e-5)
    assert found.numbers["mean_square_error"] == pytest.approx(found.numbers["loss"], rel=1e-5)
    (row,) = judged.each.values()
    assert row["mean error"] == pytest.approx(float(errors.mean()), rel=1e-4)
    assert row["largest"] == pytest.approx(float(errors.abs().max()), rel=1e-5)
    assert judged.mistakes[0].amount == pytest.approx(row["largest"], rel=1e-5)
    assert judged.confusion == ()
    assert "validation/mean_absolute_error" in run.names


@pytest.mark.parametrize(
    ("text", "source", "training", "told"),
    [
        ("input 2 > fc 8 > tanh > fc 1 > sigmoid", {"kind": "Points", "pattern": "moons"}, {}, {"f1", "roc_auc"}),
        (
            "input 1x8x8 > flatten > fc 8 > relu > fc 64 > reshape 1x8x8",
            {"kind": "Digits"},
            {"kind": "Autoencoder"},
            {"reconstruction", "r2"},
        ),
        (
            "input 6 int > embed 3 8 > lstm 16 > fc 3",
            {"kind": "Sequences", "task": "reverse", "symbols": 3, "length": 6, "count": 200},
            {},
            {"perplexity", "exact_match", "character_error_rate"},
        ),
        (
            "input 3x16x16 > conv 4 3 same > relu > conv 4 1",
            {"kind": "Shapes", "task": "mask", "size": 16, "count": 60},
            {},
            {"mean_iou", "dice"},
        ),
    ],
)
def test_what_is_told_follows_from_the_output(
    text: str, source: dict[str, Value], training: dict[str, Value], told: set[str], tmp_path: Path
) -> None:
    run = train(project(text, source, epochs=1, **training), runs=tmp_path)
    found = run.evaluate("validation")
    assert told <= found.numbers.keys()
    assert all(math.isfinite(value) for value in found.numbers.values())
    json.dumps(found.plain())


def test_a_text_is_read_window_by_window(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("the cat sat on the mat and the dog sat on the cat. " * 40, "utf-8")
    made = project(
        "input 20 int > embed 20 8 > lstm 16 > fc 20",
        {"kind": "Text", "file": "text.txt", "length": 20},
        kind="Language",
        chunk=7,
        epochs=2,
        metrics=("top5_accuracy",),
    )
    run = train(made, runs=tmp_path / "runs", folder=tmp_path)
    found = run.evaluate("validation")
    assert found.numbers["perplexity"] == pytest.approx(math.exp(found.numbers["loss"]), rel=1e-4)
    assert found.numbers["top5_accuracy"] == pytest.approx(run.metrics("validation/top5_accuracy")[1][-1], abs=1e-6)
    assert found.outputs[0].mistakes[0].target in "the cat sat on the mat and the dog sat on the cat. " * 40


def test_codes_are_told_apart_one_by_one_and_in_a_gallery_EVA_13(tmp_path: Path) -> None:
    found = train(project(DIGITS, {"kind": "Digits"}, kind="MetricLearning", epochs=4), runs=tmp_path).evaluate()
    (judged,) = found.outputs
    assert found.numbers["roc_auc"] > 0.8
    assert found.numbers["gallery_accuracy"] > 0.5
    passing = [row["friends pass"] for row in judged.each.values()]
    assert passing == sorted(passing)
    assert judged.mistakes == ()


def test_a_method_whose_answers_are_neither_right_nor_wrong_tells_its_own_numbers(tmp_path: Path) -> None:
    made = project("input 2 > fc 1 > step", {"kind": "Points", "pattern": "gaussians"}, kind="PerceptronRule", epochs=1)
    found = train(made, runs=tmp_path).evaluate()
    assert found.numbers["accuracy"] == 1 - found.numbers["loss"]
    assert found.outputs == ()


def emptied(run: Run, tmp_path: Path) -> Run:
    shutil.copytree(run.path, tmp_path / "run")
    shutil.rmtree(tmp_path / "run" / "checkpoints")
    return dl.open_run(tmp_path / "run")


def test_a_run_without_a_checkpoint_has_nothing_to_measure(digits: Run, tmp_path: Path) -> None:
    with pytest.raises(ProjectProblem, match="has no checkpoint yet"):
        emptied(digits, tmp_path).evaluate()


def test_a_part_that_is_none_or_empty_is_refused(tmp_path: Path) -> None:
    made = project("input 2 > fc 4 > tanh > fc 1 > sigmoid", {"kind": "TruthTable", "gate": "xor"}, epochs=1)
    split = {"kind": "Fractions", "train": 1.0, "validation": 0.0, "test": 0.0}
    run = train(replace(made, data=made.data.put("split", freeze(split))), runs=tmp_path)
    with pytest.raises(ProjectProblem, match=r"The test part of the data is empty \(4 in train, 0 in validation"):
        run.evaluate()
    with pytest.raises(ProjectProblem, match="no part “tests” of the data; there are train, validation, test"):
        run.evaluate("tests")
    assert run.evaluate("train").samples == 4


@pytest.mark.parametrize("change", [lambda rows: rows[:-5], lambda rows: [*rows[:-1], rows[0]]])
def test_data_that_has_changed_is_noticed(change: Callable[[list[str]], list[str]], tmp_path: Path) -> None:
    generator = torch.Generator().manual_seed(0)
    rows = [f"{a:.3f},{b:.3f},{'yes' if a > b else 'no'}" for a, b in torch.rand(60, 2, generator=generator).tolist()]
    rows.sort(key=lambda row: row.endswith("yes"))
    file = tmp_path / "table.csv"
    file.write_text("\n".join(["a,b,c", *rows]))
    made = project("input 2 > fc 2", {"kind": "Table", "file": "table.csv", "roles": {"c": "target"}}, epochs=1)
    run = train(made, runs=tmp_path / "runs", folder=tmp_path)
    before = run.evaluate()
    file.write_text("\n".join(["a,b,c", *change(rows)]))
    with pytest.raises(ProjectProblem, match=r"is not what the run .* was trained with"):
        run.evaluate()
    assert run.evaluate(any_data=True).samples in (before.samples, before.samples - 1)


def test_the_interval_is_the_one_that_theory_gives_EVA_12() -> None:
    """p ± 1.96·√(p(1 − p)/n) for n samples of which a share p is right; the bell curve for many of them."""
    for count, within in ((1000, 0.004), (40_000, 1e-6)):
        right = (torch.arange(count) % 10 < 8).float()
        half = 1.96 * math.sqrt(0.8 * 0.2 / count)
        assert interval(right, torch.ones(count)) == pytest.approx((0.8 - half, 0.8 + half), abs=within)
