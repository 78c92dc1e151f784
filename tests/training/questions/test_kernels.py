"""Kernels are the numbers of the module, live and from the checkpoint, and say what of the whole they are."""

from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

import dlstudio as dl
from dlstudio.core.document import Project
from dlstudio.core.frozen import freeze
from dlstudio.training.asking.desk import Desk
from dlstudio.training.asking.plates import pack, unpack
from dlstudio.training.asking.question import Question
from dlstudio.training.questions.kernels import FILTERS, Kernels, Weights, _cut
from dlstudio.training.run import Run, train
from dlstudio.training.sight import Sight


def digits(text: str) -> Project:
    training = {"kind": "Supervised", "epochs": 1, "device": "cpu"}
    return replace(dl.line(text), data=freeze({"source": {"kind": "Digits"}}), training=freeze(training))


def asked(project: Project, folder: Path, *questions: Question) -> tuple[Run, list[Weights]]:
    sight = Sight(desk=Desk(standing=questions))
    run = train(project, runs=folder, steps=2, sight=sight)
    return run, [sight.desk.answers[question].value for question in questions]


def weight(run: Run, name: str) -> Tensor:
    found: Tensor = run.model(best=False).state_dict()[name].cpu()
    return found


def test_kernels_and_matrices_are_the_weights_of_the_module(tmp_path: Path) -> None:
    text = "input 1x8x8 > conv 70 3 > relu > conv 5 3 > flatten > fc 300 > relu > fc 10"
    questions = Kernels("conv1"), Kernels("conv2", input=7), Kernels("linear1"), Kernels("conv1", weight="bias")
    run, (first, second, matrix, bias) = asked(digits(text), tmp_path, *questions)
    assert torch.equal(first.values, weight(run, "conv1.weight")[:FILTERS])
    assert (first.shape, first.input, first.name) == ((70, 1, 3, 3), -1, "weight")
    assert torch.equal(second.values, weight(run, "conv2.weight")[:, 7:8])
    assert second.input == 7
    assert torch.equal(matrix.values, weight(run, "linear1.weight")[::2])
    assert (matrix.every, matrix.shape) == ((2, 1), (300, 80))
    assert torch.equal(bias.values, weight(run, "conv1.bias"))
    assert first.others == {"weight": (70, 1, 3, 3), "bias": (70,)}
    again = unpack(pack(second))
    assert torch.equal(again.values, second.values)
    assert again.others == second.others


def test_filters_over_colours_are_whole_and_others_are_seen_for_one_input() -> None:
    colors, many = torch.randn(4, 3, 5, 5), torch.randn(4, 6, 5, 5)
    assert torch.equal(_cut(colors, 1)[0], colors)
    assert torch.equal(_cut(many, 99)[0], many[:, 5:])
    wide = torch.randn(400, 500, 1, 1)
    assert torch.equal(_cut(wide, 0)[0], wide[::3, ::3])


def test_a_node_without_weights_says_so(tmp_path: Path) -> None:
    sight = Sight(desk=Desk(standing=(question := Kernels("relu1"),)))
    train(digits("input 1x8x8 > flatten > fc 4 > relu > fc 10"), runs=tmp_path, steps=1, sight=sight)
    assert sight.desk.answers[question].problem == "relu1 has no weights."


def test_a_node_of_one_of_several_networks_is_called_as_in_looks(tmp_path: Path) -> None:
    sight = Sight(desk=Desk(standing=(question := Kernels("critic.fc1"),)))
    run = train(dl.template("gan"), runs=tmp_path, steps=2, sight=sight)
    found = sight.desk.answers[question].value
    assert torch.equal(found.values, run.model("critic", best=False).state_dict()["fc1.weight"].cpu())
