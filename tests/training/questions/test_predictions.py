"""What is answered to samples, and what they look like: against the model and the data themselves."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

import dlstudio as dl
from dlstudio.core.frozen import Frozen
from dlstudio.data.prepare import prepare
from dlstudio.training.asking.desk import Desk
from dlstudio.training.asking.plates import pack, unpack
from dlstudio.training.asking.question import Question
from dlstudio.training.questions.closeup import Closeup
from dlstudio.training.questions.judged import Judged
from dlstudio.training.questions.predictions import Predictions
from dlstudio.training.questions.rest import Rest
from dlstudio.training.questions.share import LEAST, affordable, places
from dlstudio.training.questions.shown import Shown
from dlstudio.training.run import Run, train
from dlstudio.training.sight import Sight


def asked(template: str, tmp_path: Path, *questions: Question, steps: int = 6, **sets: Any) -> tuple[Run, list[Any]]:
    """A short training, and the last answers to questions, which are those that come back from bytes too."""
    sight = Sight(desk=Desk(standing=questions))
    run = train(dl.template(template), runs=tmp_path, steps=steps, sight=sight, **sets)
    found = [sight.desk.answers[question] for question in questions]
    assert {each.step for each in found} == {steps}
    assert [each.problem for each in found] == [""] * len(found)
    for each in found:
        assert pack(unpack(pack(each.value))) == pack(each.value)
    return run, [each.value for each in found]


def part_of(run: Run, part: str = "validation") -> dict[str, Tensor]:
    """A part of the data as the network is given it."""
    chosen = prepare(run.project).parts[part]
    return chosen.dataset.take(chosen.indices)


def test_the_answers_are_the_argmax_of_the_model(tmp_path: Path) -> None:
    run, [found] = asked("lenet5", tmp_path, Predictions(most=100))
    [said] = found.outputs
    batch = part_of(run)
    with torch.no_grad():
        chances = run.model(best=False)(batch["image"][found.rows]).softmax(1)
    assert (found.part, found.total, len(found.rows)) == ("validation", 500, 100)
    assert found.rows.tolist() == places(500, 100)
    assert torch.equal(said.targets.long(), batch["digit"][found.rows])
    assert torch.equal(said.answers[:, 0].long(), chances.argmax(1))
    assert torch.allclose(said.chances[:, 0].float(), chances.amax(1), atol=2e-3)
    wrong = said.answers[:, 0] != said.targets
    assert torch.equal(said.amounts > 0, wrong)


def test_the_whole_sample_has_all_chances_and_the_input_as_it_is(tmp_path: Path) -> None:
    run, [close, looks] = asked("lenet5", tmp_path, Closeup("validation", 7), Shown("validation", (7, 3)))
    [said] = close.outputs
    image = part_of(run)["image"][7]
    with torch.no_grad():
        chances = run.model(best=False)(image[None]).softmax(1)[0]
    assert said.answers[0].tolist() == chances.argsort(descending=True).tolist()
    assert torch.allclose(said.chances[0], chances.sort(descending=True).values, atol=1e-5)
    [given] = looks.inputs
    low, high = image.min(), image.max()
    wanted = ((image - low) / (high - low) if low < -1e-4 or high > 1.0001 else image) * 255
    assert (given.values[0].float() - wanted).abs().max() <= 0.51
    chosen = prepare(run.project).validation
    assert looks.places == tuple(chosen.dataset.where(int(chosen.indices[row])) for row in (7, 3))


def test_numbers_are_those_of_the_model_and_the_interval_of_r2_holds_them(tmp_path: Path) -> None:
    run, [found, judged] = asked("linear_regression", tmp_path, Predictions(), Judged(whole=True), steps=20)
    batch = part_of(run)
    with torch.no_grad():
        answers = run.model(best=False)(batch["features"])
    [said] = found.outputs
    assert torch.allclose(said.answers, answers, atol=1e-4)
    assert torch.allclose(said.targets, batch["progression"])
    low, high = judged.spreads["y"]
    errors = (batch["progression"] - answers).square().sum() / (
        batch["progression"] - batch["progression"].mean()
    ).square().sum()
    assert judged.outputs[0].numbers["r2"] == pytest.approx(float(1 - errors), abs=1e-4)
    assert low < float(1 - errors) < high


def test_steps_of_a_text_are_counted_and_told_one_by_one(tmp_path: Path) -> None:
    run, [found, close] = asked("language_model", tmp_path, Predictions(most=20), Closeup("validation", 3), steps=3)
    [said] = found.outputs
    batch = part_of(run)
    with torch.no_grad():
        scores = run.model(best=False)(batch["text"])
    scores = scores if scores.shape[1] == batch["text"].shape[1] else scores.movedim(1, -1)
    best = scores.argmax(-1)
    counts = np.zeros((65, 65), int)
    np.add.at(counts, (batch["next"][found.rows].flatten().numpy(), best[found.rows].flatten().numpy()), 1)
    assert said.counts.tolist() == counts.tolist()
    assert int(said.counts.sum()) == len(found.rows) * batch["next"].shape[1]
    [each] = close.outputs
    assert each.answers[:, 0].tolist() == best[3].tolist()
    assert each.targets.tolist() == batch["next"][3].tolist()
    assert torch.allclose(each.chances, scores[3].softmax(-1).topk(5).values, atol=1e-4)


def test_a_lean_verdict_has_the_numbers_of_the_whole_one_without_intervals(tmp_path: Path) -> None:
    _, [lean, whole] = asked("lenet5", tmp_path, Judged(), Judged(whole=True))
    assert (lean.samples, lean.total) == (500, 500)
    assert lean.numbers.items() <= whole.numbers.items()
    assert lean.outputs[0].confusion == whole.outputs[0].confusion
    assert not lean.outputs[0].intervals
    assert whole.outputs[0].intervals["accuracy"][0] <= whole.numbers["accuracy"]


def test_one_part_never_stands_for_another(tmp_path: Path) -> None:
    sight = Sight(desk=Desk(standing=(Predictions("test"), Judged("test"))))
    project = dl.template("lenet5")
    data = project.data.put("split", Frozen({"kind": "Fractions", "validation": 0.1, "test": 0.0}))
    train(replace(project, data=data), runs=tmp_path, steps=1, sight=sight)
    for question in sight.desk.standing:
        assert sight.desk.answers[question].problem.startswith("The test part of the data is empty")


def test_without_targets_there_is_a_sentence(tmp_path: Path) -> None:
    sight = Sight(desk=Desk(standing=(Predictions(),)))
    train(dl.template("triplet"), runs=tmp_path, steps=1, sight=sight)
    assert "nothing right or wrong" in sight.desk.answers[Predictions()].problem


def test_few_samples_are_looked_at_where_each_is_much_work(tmp_path: Path) -> None:
    run = train(dl.template("lenet5"), runs=tmp_path, steps=1)
    rest = Rest(run.path)
    try:
        rest.ask(Predictions())
        subject = rest._at(None)
        assert affordable(subject, 1_000) == 1_000
        assert affordable(subject, 10, 1e-9) == LEAST
    finally:
        rest.close()
