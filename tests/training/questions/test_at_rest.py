"""A run's weights are read from its checkpoints, of the step that is nearest, without its data and its network."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

import dlstudio as dl
from dlstudio.core.document import Project
from dlstudio.core.frozen import freeze
from dlstudio.runs.checkpoints import Checkpoints
from dlstudio.training.questions.kernels import Kernels
from dlstudio.training.questions.predictions import Predictions
from dlstudio.training.questions.rest import Rest
from dlstudio.training.questions.stock import Stock, owners
from dlstudio.training.run import Run


def digits(**training: object) -> Project:
    wanted = {"kind": "Supervised", "epochs": 1, "checkpoint_every": 4, "device": "cpu", **training}
    made = dl.line("input 1x8x8 > conv 4 3 > relu > flatten > fc 10")
    return replace(made, data=freeze({"source": {"kind": "Digits"}}), training=freeze(wanted))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return dl.train(digits(), runs=tmp_path, steps=12, probes=False)


def test_the_weights_of_every_kept_step_are_those_in_its_file(run: Run) -> None:
    rest, there = Rest(run.path), Checkpoints(run.path / "checkpoints").list()
    steps = [entry.step for entry in there]
    assert len(steps) > 1
    stock = rest.ask(Stock()).value
    assert stock.steps == tuple(steps)
    assert stock.nodes == {
        "conv1": {"weight": (4, 1, 3, 3), "bias": (4,)},
        "linear1": {"weight": (10, 144), "bias": (10,)},
    }
    for entry in there:
        found = rest.ask(Kernels("conv1"), entry.step)
        assert found.step == entry.step
        assert torch.equal(found.value.values, load_file(entry.path / "weights.safetensors")["model.conv1.weight"])
    assert rest._training is None
    rest.close()


def test_between_two_kept_steps_the_nearer_one_is_seen(run: Run) -> None:
    rest = Rest(run.path)
    steps = rest.ask(Stock()).value.steps
    for at in range(1, steps[-1] + 3):
        away = abs(rest.ask(Kernels("linear1"), at).step - at)
        assert away == min(abs(step - at) for step in steps)
    assert rest.ask(Kernels("linear1")).step == steps[-1]


def test_a_node_that_has_none_and_a_run_that_kept_none_say_so(run: Run) -> None:
    assert Rest(run.path).ask(Kernels("relu1")).problem == "relu1 has no weights."
    for entry in Checkpoints(run.path / "checkpoints").list():
        (entry.path / "weights.safetensors").write_bytes(b"nothing")
    assert "cannot be read" in Rest(run.path).ask(Kernels("conv1")).problem
    for entry in Checkpoints(run.path / "checkpoints").list():
        (entry.path / "manifest.json").unlink()
    said = Rest(run.path).ask(Kernels("conv1")).problem
    assert said == f"The run {run.path.name} has kept no checkpoint, so its weights are not known."


def test_a_run_that_failed_before_it_kept_anything_says_at_which_step(run: Run) -> None:
    for entry in Checkpoints(run.path / "checkpoints").list():
        (entry.path / "manifest.json").unlink()
    run.folder.set_status("failed", "The loss became NaN.", step=3, epoch=0)
    said = Rest(run.path).ask(Predictions()).problem
    assert said == "The run failed at step 3 before anything was answered."


def test_weights_belong_to_the_node_that_holds_them_through_blocks_and_rounds() -> None:
    project = dl.template("resnet18")
    model = dl.build(project)
    names = [f"model.{name}" for name, _ in model.named_parameters()]
    found = owners(names, project)
    for name in names:
        node, weight = found[name]
        assert f"model.{node}.{weight}" == name
        assert dict(model.get_submodule(node).named_parameters()).keys() >= {weight}
    gan = owners(["generator.fc1.weight", "critic.fc1.weight"], dl.template("gan"))
    assert gan["critic.fc1.weight"] == ("critic.fc1", "weight")
    within = owners(["model.attention.query.weight"], dl.line("input 4x8 > fc 4"))
    assert within["model.attention.query.weight"] == ("attention.query", "weight")
