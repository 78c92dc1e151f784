"""The perceptron rule: its corrections, its bound, and what it says when no line parts the classes."""

from pathlib import Path

import pytest
import torch

import dlstudio as dl
from dlstudio.core.document import Project
from dlstudio.core.frozen import Value
from dlstudio.core.issue import ProjectProblem
from dlstudio.training.perceptron import PerceptronRule, bound
from dlstudio.training.run import train
from tests.training.studies import assert_goes_on, project, ready, take

NET = "input 2 > fc 1 > step"


def rule(text: str = NET, gate: str = "and", **training: Value) -> Project:
    table: dict[str, Value] = {"kind": "TruthTable", "gate": gate}
    return project(text, table, **{"kind": "PerceptronRule", "epochs": 30, **training})


def half(**training: Value) -> Project:
    points: dict[str, Value] = {"kind": "Points", "pattern": "half", "noise": 0.0, "count": 200}
    return project(NET, points, **{"kind": "PerceptronRule", "epochs": 100, **training})


def method(made: Project) -> PerceptronRule:
    found = ready(made).method
    assert isinstance(found, PerceptronRule)
    return found


def test_each_mistake_adds_or_takes_away_the_sample_TRN_01() -> None:
    one = method(rule())
    one.step({"x": torch.tensor([[2.0, 3.0]]), "y": torch.tensor([1])})
    assert one.neuron.weight.tolist() == [[2.0, 3.0]]
    assert one.neuron.bias.tolist() == [1.0]
    one.step({"x": torch.tensor([[5.0, 1.0]]), "y": torch.tensor([0])})
    assert one.neuron.weight.tolist() == [[-3.0, 2.0]]
    assert one.neuron.bias.tolist() == [0.0]
    one.step({"x": torch.tensor([[0.0, 1.0], [1.0, 0.0]]), "y": torch.tensor([1, 0])})
    assert one.neuron.weight.tolist() == [[-3.0, 2.0]]
    assert one.corrections == 2


def test_within_a_batch_the_next_sample_meets_the_corrected_weights() -> None:
    one = method(rule())
    found = one.step({"x": torch.tensor([[1.0, 0.0], [2.0, 0.0], [-0.5, 0.0]]), "y": torch.tensor([1, 1, 0])})
    assert float(found["mistakes"]) == 2
    assert one.neuron.weight.tolist() == [[1.5, 0.0]]


@pytest.mark.parametrize("gate", ["and", "or", "nand", "nor"])
@pytest.mark.parametrize("ends", ["step", "sign"])
def test_what_a_line_parts_is_learnt_TRN_01(gate: str, ends: str, tmp_path: Path) -> None:
    run = train(rule(f"input 2 > fc 1 > {ends}", gate), runs=tmp_path)
    assert run.metrics("validation/loss")[1][-1] == 0
    assert "makes no more mistakes" in run.folder.status().reason


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_it_makes_at_most_R_over_gamma_squared_mistakes_NUM_56(seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    true = torch.tensor([0.6, -0.8, 0.1])
    x = torch.randn(400, 2, generator=generator)
    scores = x @ true[:2] + true[2]
    x, fires = x[scores.abs() > 0.1], (scores > 0)[scores.abs() > 0.1]
    one = method(rule())
    mistakes = [float(one.step({"x": x, "y": fires.long()})["mistakes"]) for _ in range(60)]
    assert mistakes[-1] == 0
    assert 0 < one.corrections <= bound(x, fires, true)


def test_the_bound_is_for_weights_that_part_the_samples() -> None:
    x, fires = torch.tensor([[1.0], [-1.0]]), torch.tensor([True, False])
    assert bound(x, fires, torch.tensor([1.0, 0.0])) == pytest.approx(2.0)
    with pytest.raises(ValueError, match="do not part"):
        bound(x, fires, torch.tensor([-1.0, 0.0]))


def test_on_xor_it_never_ends_and_says_so_TRN_02(tmp_path: Path) -> None:
    run = train(rule(gate="xor"), runs=tmp_path)
    reason = run.folder.status().reason
    assert "All 30 epochs are done." in reason
    assert "It is cycling" in reason
    assert run.metrics("cycling")[1][-1] == 1
    assert (run.metrics("mistakes")[1] > 0).all()


def test_it_never_says_cycling_where_a_line_parts_the_classes() -> None:
    for seed in range(3):
        assert take(ready(half(seed=seed)), 100)[-1]["cycling"] == 0


def test_from_drawn_weights_it_learns_too() -> None:
    training = ready(half(first="drawn", rate=0.1))
    assert isinstance(training.method, PerceptronRule)
    assert float(training.method.neuron.weight.detach().abs().sum()) > 0
    take(training, 400)
    assert training.method.evaluate(training.feed.epoch(0))["loss"] < 0.05


def test_it_goes_on_with_the_same_bits() -> None:
    assert_goes_on(half(batch_size=16))


def test_the_template_is_trained_this_way() -> None:
    table: dict[str, Value] = {"kind": "TruthTable", "gate": "or"}
    found = take(ready(project(dl.template("perceptron"), table, kind="PerceptronRule")), 10)
    assert found[-1]["mistakes"] == 0


@pytest.mark.parametrize("text", ["input 2 > fc 3 > relu > fc 1 > step", "input 2 > fc 2 > step", "input 2 > fc 1"])
def test_any_other_network_is_refused(text: str) -> None:
    with pytest.raises(ProjectProblem, match="single neuron"):
        ready(rule(text))


def test_three_classes_are_refused() -> None:
    with pytest.raises(ProjectProblem, match="two classes apart; species has 3"):
        ready(project("input 4 > fc 1 > step", {"kind": "Iris"}, kind="PerceptronRule"))
