"""Updates: penalties, limits, rates by node, schedules that wait, averages, and optimizers that ask several times."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from dlstudio.core import edits
from dlstudio.core.document import Project
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.checkpoints import Checkpoints
from dlstudio.training.run import Run, train
from dlstudio.training.suited import suited
from dlstudio.training.supervised import SupervisedMethod
from dlstudio.training.training import Training
from dlstudio.training.update import Updater
from tests.training.studies import assert_goes_on, one_batch, project, ready, take, weights

NET = "input 4 > fc 8 > tanh > fc 3"
SGD: dict[str, Value] = {"kind": "SGD", "lr": 0.1}


def iris(text: str = NET, **training: Value) -> Project:
    return project(text, {"kind": "Iris"}, **{"kind": "Supervised", "optimizer": SGD, **training})


def updater(training: Training) -> Updater:
    assert isinstance(training.method, SupervisedMethod)
    return training.method.update


def one_step(made: Project) -> tuple[dict[str, Tensor], dict[str, Tensor], dict[str, float]]:
    """Weights before and after one step, and what was told."""
    training = ready(made)
    before = weights(training.method)
    found = take(training, 1)[0]
    return before, weights(training.method), found


def regular(kind: str, **fields: Value) -> Project:
    return iris(regularizers=[{"kind": kind, **fields}])


@pytest.mark.parametrize(
    ("kind", "fields", "pull"),
    [
        ("L1", {"strength": 0.3}, lambda w: 0.3 * w.sign()),
        ("L2", {"strength": 0.3}, lambda w: 0.3 * w),
        ("L2", {"strength": 0.3, "factor": "whole"}, lambda w: 0.6 * w),
        ("ElasticNet", {"l1": 0.1, "l2": 0.2}, lambda w: 0.1 * w.sign() + 0.2 * w),
    ],
)
def test_a_step_with_a_penalty_is_the_closed_formula_REG_01_REG_02_REG_03_LOS_31(kind, fields, pull) -> None:
    before, plain, _ = one_step(iris())
    _, held, _ = one_step(regular(kind, **fields))
    for name, weight in before.items():
        pulled = pull(weight) if name.endswith("weight") else torch.zeros_like(weight)
        torch.testing.assert_close(held[name], plain[name] - 0.1 * pulled, atol=1e-7, rtol=0)


def test_loss_and_penalty_are_told_apart_LOS_18() -> None:
    before, _, found = one_step(regular("L2", strength=0.3))
    _, _, plain = one_step(iris())
    assert found["loss"] == plain["loss"]
    expected = 0.15 * sum(float(w.square().sum()) for n, w in before.items() if n.endswith("weight"))
    assert found["penalty"] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("kind", ["L1", "L2"])
def test_a_strength_of_0_changes_not_a_bit_REG_04(kind: str) -> None:
    plain, held = ready(iris()), ready(regular(kind, strength=0))
    assert take(plain, 5) == take(held, 5)
    assert all(torch.equal(w, weights(held.method)[n]) for n, w in weights(plain.method).items())


def test_a_penalty_acts_on_the_nodes_that_it_names() -> None:
    _, plain, _ = one_step(iris())
    _, held, _ = one_step(regular("L2", strength=0.3, nodes=["linear2"]))
    assert [n for n in plain if not torch.equal(plain[n], held[n])] == ["linear2.weight"]


def test_the_weights_of_a_neuron_stay_within_their_length_REG_16_OPT_26() -> None:
    momentum: dict[str, Value] = {"kind": "SGD", "lr": 1.0, "momentum": 0.9}
    training = ready(iris(regularizers=[{"kind": "MaxNorm", "c": 0.5}], optimizer=momentum))
    for _ in range(5):
        take(training, 1)
        for name, weight in weights(training.method).items():
            if name.endswith("weight"):
                assert float(weight.norm(dim=1).max()) <= 0.5 + 1e-6


def test_gradients_are_cut_on_both_sides_and_counted_TRN_24() -> None:
    before, plain, _ = one_step(iris())
    _, cut, found = one_step(regular("ClipValue", threshold=0.01))
    steps = {name: (before[name] - plain[name]) / 0.1 for name in before}
    for name, weight in before.items():
        torch.testing.assert_close((weight - cut[name]) / 0.1, steps[name].clamp(-0.01, 0.01), atol=1e-6, rtol=0)
    assert found["gradients cut"] == sum(int((step.abs() > 0.01).sum()) for step in steps.values())


def test_all_gradients_are_shortened_together_and_their_length_told() -> None:
    before, plain, _ = one_step(iris())
    _, short, found = one_step(regular("ClipNorm", longest=0.05))
    length = torch.cat([(before[n] - plain[n]).flatten() / 0.1 for n in before]).norm()
    assert found["gradient length"] == pytest.approx(float(length), rel=1e-3)
    moved = torch.cat([(before[n] - short[n]).flatten() / 0.1 for n in before])
    assert float(moved.norm()) == pytest.approx(0.05, rel=1e-3)


def test_small_batches_with_a_penalty_add_up_to_a_large_one() -> None:
    large = ready(regular("L2", strength=0.3))
    parts = ready(iris(regularizers=[{"kind": "L2", "strength": 0.3}], accumulate=4))
    batch = {name: value[:64] for name, value in one_batch(large).items()}
    large.method.step(batch)
    for first in range(0, 64, 16):
        parts.method.step({name: value[first : first + 16] for name, value in batch.items()})
    for name, weight in weights(large.method).items():
        torch.testing.assert_close(weights(parts.method)[name], weight, atol=1e-6, rtol=1e-5)


def test_a_node_may_learn_slower_than_the_others() -> None:
    before, plain, _ = one_step(iris())
    _, slow, _ = one_step(iris(rates={"linear1": 0.1}))
    for name, weight in before.items():
        share = 0.1 if name.startswith("linear1") else 1.0
        torch.testing.assert_close(slow[name], weight + share * (plain[name] - weight), atol=1e-7, rtol=1e-5)


def test_weight_decay_may_spare_biases_and_scales() -> None:
    text = "input 4 > fc 8 > batchnorm > tanh > fc 3"
    decaying: dict[str, Value] = {"kind": "SGD", "lr": 0.1, "weight_decay": 0.5}
    _, plain, _ = one_step(iris(text))
    _, everything, _ = one_step(iris(text, optimizer=decaying))
    _, spared, _ = one_step(iris(text, optimizer=decaying, decay_on="weights"))
    learnt = [name for name in plain if name.endswith(("weight", "bias"))]
    matrices = {"linear1.weight", "linear2.weight"}
    assert {n for n in learnt if not torch.equal(plain[n], spared[n])} == matrices
    assert {n for n in learnt if not torch.equal(plain[n], everything[n])} > matrices
    assert_goes_on(iris(text, optimizer={"kind": "AdamW", "weight_decay": 0.1}, decay_on="weights"), steps=3)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"rates": {"linear9": 0.1}}, "There is no node “linear9”, which rates names; there is"),
        ({"rates": {"linear1": -1}}, "The rate of linear1 must be a factor from 0 on, not -1"),
        ({"regularizers": [{"kind": "L2", "nodes": ["conv1"]}]}, "no node “conv1”, which the regularizer L2 names"),
        ({"regularizers": [{"kind": "L3"}]}, "There is no regularizer “L3”"),
        ({"regularizers": [{"kind": "L2", "strengh": 1}]}, "Did you mean “strength”"),
        ({"regularizers": [{"kind": "MaxNorm", "c": 0}]}, "must be above 0"),
    ],
)
def test_wrong_settings_are_said_before_start(settings: dict[str, Value], says: str) -> None:
    with pytest.raises(ProjectProblem, match=says):
        ready(iris(**settings))


ADAM: dict[str, Value] = {"kind": "Adam", "lr": 0.01}


def test_what_an_optimizer_remembers_belongs_to_the_name_of_a_weight() -> None:
    """Another order of the groups, or a node that no longer learns, does not mix up the moments."""
    one = ready(iris(optimizer=ADAM))
    take(one, 5)
    kept = deepcopy(one.method.state())
    assert set(kept["updaters"]["model"]["optimizer"]) == {f"model.{name}" for name in weights(one.method)}
    moments: dict[str, Any] = {}
    for settings in ({"rates": {"linear1": 0.5}}, {"frozen": ["linear1"]}):
        other = ready(iris(optimizer=ADAM, **settings))
        other.method.load(kept)
        moments = other.method.state()["updaters"]["model"]["optimizer"]
        for name, each in moments.items():
            expected = kept["updaters"]["model"]["optimizer"][name]["exp_avg"]
            assert torch.equal(each["exp_avg"], expected)
    assert "model.linear1.weight" not in moments


PLATEAU: dict[str, Value] = {"kind": "Plateau", "patience": 1, "ratio": 0.5}


def test_the_rate_falls_when_validation_stands_still_LRS_04() -> None:
    training = ready(iris(schedule=PLATEAU))
    take(training, 1)
    rates = []
    for loss in (1.0, 1.0, 1.0, 1.0, 1.0):
        training.method.judged(loss)
        take(training, 1)
        rates.append(updater(training).rate)
    assert rates == pytest.approx([0.1, 0.1, 0.05, 0.05, 0.025])
    again = ready(iris(schedule=PLATEAU))
    again.method.load(deepcopy(training.method.state()))
    take(again, 1)
    assert updater(again).rate == pytest.approx(0.025)
    assert dict(updater(again).waiting) == dict(updater(training).waiting)


def test_a_schedule_may_wait_for_another_measure_LRS_04() -> None:
    training = ready(iris(schedule={**PLATEAU, "metric": "accuracy", "better": "higher", "patience": 0}))
    for _ in range(2):
        measured = training.method.evaluate([one_batch(training)])
        training.method.judged(measured["loss"])
    take(training, 1)
    assert updater(training).rate == pytest.approx(0.05)
    strange = ready(iris(schedule={**PLATEAU, "metric": "beauty"}))
    with pytest.raises(ProjectProblem, match="waits for “beauty”, which is not measured; there is: loss"):
        strange.method.judged(1.0)


def test_a_run_lowers_its_rate_by_what_it_validates_LRS_04_LRS_05(tmp_path: Path) -> None:
    stuck = iris(schedule={**PLATEAU, "patience": 0}, optimizer={"kind": "SGD", "lr": 1e-12}, epochs=3)
    run = train(stuck, runs=tmp_path)
    assert state(run)["updaters"]["model"]["schedule"]["factor"] == pytest.approx(0.25)


def state(run: Run) -> dict[str, Any]:
    found = Checkpoints(run.folder.checkpoints)
    entry = found.latest()
    assert entry is not None
    _, kept = found.load(entry)
    method: dict[str, Any] = kept["method"]
    return method


def test_the_average_is_what_is_validated_and_what_the_model_has(tmp_path: Path) -> None:
    made = iris(average=0.9, epochs=2, optimizer={"kind": "SGD", "lr": 0.5})
    run = train(made, runs=tmp_path)
    average = state(run)["average"]
    model = run.model(best=False)
    for name, weight in model.state_dict().items():
        assert torch.equal(weight, average[f"model.{name}"])
    training = ready(made)
    take(training, 4)
    own, found = weights(training.method), training.method.evaluate([one_batch(training)])
    assert all(torch.equal(w, weights(training.method)[n]) for n, w in own.items())
    plain = ready(made)
    plain.put_weights(training.method.state()["average"])
    update = updater(plain)
    update.average = {}
    assert plain.method.evaluate([one_batch(plain)])["loss"] == pytest.approx(found["loss"], rel=1e-6)
    assert_goes_on(made, steps=3)


def test_the_average_soon_forgets_the_start() -> None:
    training = ready(iris(average=0.999, optimizer={"kind": "SGD", "lr": 0.5}))
    start = weights(training.method)["linear2.weight"]
    take(training, 30)
    mean = training.method.state()["average"]["model.linear2.weight"]
    end = weights(training.method)["linear2.weight"]
    assert float((mean - end).norm()) < 0.5 * float((mean - start).norm())


def fit(optimizer: dict[str, Value], loss: str = "HalfSquare", **training: Value) -> Project:
    made = project(
        "input 4 > fc 5 > tanh > fc 3 > out: output",
        {"kind": "Iris"},
        kind="Supervised",
        optimizer=optimizer,
        **training,
    )
    return edits.put(made, "model", "out", loss=Frozen({"kind": loss}))


WHOLE = 2**24


def test_levenberg_marquardt_gets_farther_than_descent_in_as_many_steps_OPT_21() -> None:
    def lost(optimizer: dict[str, Value]) -> float:
        return take(ready(fit(optimizer, batch_size=WHOLE)), 16)[-1]["loss"]

    assert lost({"kind": "LevenbergMarquardt"}) < 0.3 * lost({"kind": "SGD", "lr": 0.1})
    assert_goes_on(fit({"kind": "LevenbergMarquardt"}, batch_size=WHOLE), steps=2)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"loss": "CrossEntropy"}, "needs a sum of squares, and the loss CrossEntropy is none"),
        ({"regularizers": [{"kind": "L2"}]}, "does not go with regularizers: penalties"),
        ({"regularizers": [{"kind": "ClipNorm"}]}, "does not go with regularizers: limits on gradients"),
        ({"accumulate": 2}, "does not go with accumulate"),
        ({"rates": {"linear1": 0.1}}, "it treats all weights alike"),
    ],
)
def test_what_least_squares_cannot_take_is_said_before_start_OPT_21(settings: dict, says: str) -> None:
    with pytest.raises(ProjectProblem, match=says):
        ready(fit({"kind": "LevenbergMarquardt"}, **settings))


def test_a_matrix_over_too_many_weights_is_refused_OPT_19() -> None:
    found = suited(iris("input 4 > fc 900 > fc 3", optimizer={"kind": "Newton"}, batch_size=WHOLE), ("loss",))
    (issue,) = found
    assert issue.code == "optimizer-size"
    assert "at most 2,000 weights; there are 7,203" in issue.text
    assert issue.fixes[0].edit(iris()).training["optimizer"] == "Adam"


@pytest.mark.parametrize("kind", ["Rprop", "LBFGS", "BFGS"])
def test_optimizers_for_the_full_batch_warn_with_smaller_ones_OPT_13(kind: str) -> None:
    (issue,) = suited(iris(optimizer={"kind": kind}), ("gradient",))
    assert (issue.severity, issue.code) == ("warning", "optimizer-batch")
    mended = issue.fixes[0].edit(iris(optimizer={"kind": kind}))
    assert suited(mended, ("gradient",)) == []
    assert len(ready(mended).feed) == 1
    found = take(ready(mended), 4)
    assert found[-1]["loss"] < found[0]["loss"]


def test_penalties_reach_optimizers_that_ask_again_and_again() -> None:
    whole: dict[str, Value] = {"optimizer": {"kind": "LBFGS"}, "batch_size": WHOLE}
    free, held = ready(iris(**whole)), ready(iris(**whole, regularizers=[{"kind": "L2", "strength": 0.1}]))
    take(free, 5)
    assert take(held, 5)[-1]["penalty"] > 0
    lengths = [sum(float(w.square().sum()) for w in weights(each.method).values()) for each in (free, held)]
    assert lengths[1] < 0.1 * lengths[0]


def test_all_optimizers_are_known_to_those_who_watch() -> None:
    training = ready(iris())
    assert training.method.optimizers() == [updater(training).optimizer]


def test_a_training_in_batches_says_what_such_an_optimizer_would_rather_have(tmp_path: Path) -> None:
    def said(batch_size: int) -> list[str]:
        told: list[str] = []
        made = project("input 4 > fc 3", {"kind": "Iris"}, kind="Supervised", optimizer="LBFGS", batch_size=batch_size)
        train(made, runs=tmp_path, steps=1, tell=lambda each: told.append(str(each)))
        return [each for each in told if "LBFGS" in each]

    assert len(said(16)) == 1
    assert said(1000) == []
