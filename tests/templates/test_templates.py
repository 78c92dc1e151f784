"""Templates: that the files are what their scripts write, and that each is sound, drawn, exact and ready to run."""

import re

import pytest
import torch
from torch import nn

from dlstudio.compiler.check import check
from dlstudio.compiler.cost import summary
from dlstudio.compiler.emit import Source, emit
from dlstudio.compiler.load import build
from dlstudio.core.document import Project
from dlstudio.core.files import dumps, load, loads
from dlstudio.core.frozen import Frozen
from dlstudio.core.resources import resource
from dlstudio.core.templates import duration, template
from tests.templates import scripts
from tests.templates.lessons import lessons

NAMES = sorted(scripts)

every = pytest.mark.parametrize("name", NAMES)

PARAMETERS = {
    "alexnet": 62_378_344,
    "attention": 64_414,
    "autoencoder": 209_968,
    "bidirectional_tagger": 20_551,
    "captioner": 156_122,
    "char_rnn": 128,
    "conv_autoencoder": 1_913,
    "dcgan_generator": 3_576_707,
    "deep_feed_forward": 626,
    "denoising_autoencoder": 402_448,
    "densenet121": 7_978_856,
    "depths": 6 + 626 + 48 + 19 * 272 + 34,
    "frame_tagger": 5_541,
    "gan": 9_027,
    "googlenet": 6_998_552,
    "gpt": 818_176,
    "grid_detector": 61_208,
    "gru_classifier": 22_146,
    "inception": 7_899,
    "language_model": 93_409,
    "lenet5": 61_706,
    "linear_autoencoder": 50_992,
    "linear_regression": 11,
    "localiser": 136_679,
    "logistic_regression": 2,
    "lstm_by_hand": 1_634,
    "lstm_classifier": 28_418,
    "mlp": 101_770,
    "mobilenet": 4_231_976,
    "pentagons": 55,
    "perceptron": 3,
    "plain20": 4_978,
    "radial_basis": 37,
    "residual20": 4_978,
    "resnet152": 60_192_808,
    "resnet18": 11_689_512,
    "resnet50": 25_557_032,
    "sequence_to_sequence": 171_678,
    "siamese": 105_281,
    "sliding_window": 44_426,
    "small_unet": 29_492,
    "small_vgg": 55_042,
    "softmax_regression": 9,
    "sparse_autoencoder": 628_384,
    "spatial_transformer": 58_045,
    "transfer": 61_281,
    "triplet": 105_216,
    "unet": 31_031_810,
    "variational_autoencoder": 404_244,
    "vgg16": 138_357_544,
    "vision_transformer": 139_018,
    "wine": 275,
    "xor": 17,
    "xor_nand": 12,
    "xor_skip": 7,
}
"""What the papers, torchvision and the inventory say; of our own small networks, what the formulas give."""

LEAVES: dict[str, list[tuple[int, ...]]] = {
    "alexnet": [(1000,)],
    "attention": [(9, 30)],
    "autoencoder": [(1, 28, 28)],
    "bidirectional_tagger": [(20, 7)],
    "captioner": [(4, 10)],
    "char_rnn": [(4, 4)],
    "conv_autoencoder": [(1, 28, 28)],
    "dcgan_generator": [(3, 64, 64)],
    "deep_feed_forward": [(2,)],
    "denoising_autoencoder": [(1, 28, 28)],
    "densenet121": [(1000,)],
    "depths": [(2,), (2,), (2,)],
    "frame_tagger": [(8, 5)],
    "gan": [(1,)],
    "googlenet": [(1000,)],
    "gpt": [(64, 65)],
    "grid_detector": [(1, 8, 8), (2, 8, 8), (3, 8, 8), (2, 8, 8)],
    "gru_classifier": [(2,)],
    "inception": [(10,)],
    "language_model": [(100, 65)],
    "lenet5": [(10,)],
    "linear_autoencoder": [(1, 28, 28)],
    "linear_regression": [(1,)],
    "localiser": [(4,), (3,)],
    "logistic_regression": [(1,)],
    "lstm_by_hand": [(2,)],
    "lstm_classifier": [(2,)],
    "mlp": [(10,)],
    "mobilenet": [(1000,)],
    "pentagons": [(1,)],
    "perceptron": [(1,)],
    "plain20": [(2,)],
    "radial_basis": [(1,)],
    "residual20": [(2,)],
    "resnet152": [(1000,)],
    "resnet18": [(1000,)],
    "resnet50": [(1000,)],
    "sequence_to_sequence": [(9, 30)],
    "siamese": [(1,)],
    "sliding_window": [(10,)],
    "small_unet": [(4, 32, 32)],
    "small_vgg": [(10,)],
    "softmax_regression": [(3,)],
    "sparse_autoencoder": [(1, 28, 28), ()],
    "spatial_transformer": [(10,)],
    "transfer": [(5,)],
    "triplet": [(64,)],
    "unet": [(2, 128, 128)],
    "variational_autoencoder": [(1, 28, 28), ()],
    "vgg16": [(1000,)],
    "vision_transformer": [(10,)],
    "wine": [(3,)],
    "xor": [(1,)],
    "xor_nand": [(1,)],
    "xor_skip": [(1,)],
}

TEACHING = {name: {"no-gradient"} for name in ("pentagons", "perceptron", "xor_nand", "xor_skip")}
TEACHING["linear_autoencoder"] = {"linear-twice"}
"""Hints that a template is there to show."""


def on_meta(project: Project, network: str = "model") -> nn.Module:
    """The network without its numbers: the largest costs nothing."""
    with torch.device("meta"):
        return build(project, network).eval()


def samples(source: Source) -> list[torch.Tensor]:
    """Two made-up samples for each input."""
    kinds = {"float": torch.float32, "int": torch.long, "bool": torch.bool}
    return [torch.zeros(2, *x.shape, dtype=kinds[x.dtype], device="meta") for x in source.inputs.values()]


def test_every_script_has_its_file_and_the_other_way_round() -> None:
    assert sorted(path.stem for path in resource("templates").glob("*.dls")) == NAMES


def test_those_with_data_and_no_others_say_how_long_they_train() -> None:
    """Measured by `python -m tests.bench durations --write`, and again when one is added."""
    assert {name for name in NAMES if duration(name) is not None} == {
        name for name in NAMES if template(name).data.get("source")
    }


@every
def test_a_file_is_what_its_script_writes(name: str) -> None:
    project = scripts[name]()
    path = resource("templates", f"{name}.dls")
    assert load(path) == project == loads(dumps(project))
    assert path.read_text("utf-8") == dumps(project)


@every
def test_nothing_is_wrong_or_unwise(name: str) -> None:
    found = check(template(name))
    assert not [issue for issue in found if issue.severity != "hint"]
    assert {issue.code for issue in found} == TEACHING.get(name, set())


@every
def test_a_title_and_a_paragraph_with_its_source(name: str) -> None:
    project = template(name)
    about, *hints = project.notes.split("\n\n")
    assert len(about) >= 80
    assert re.search(r"(1[89]|20)\d\d\)\.$", about)
    assert len(hints) == (name in lessons)
    assert all(2 <= len(re.findall(r"[.!?](?:\s|$)", hint)) <= 4 for hint in hints)
    for network in project.networks.values():
        assert network is project.networks["model"] or network.note


def test_titles_differ() -> None:
    titles = {template(name).name for name in NAMES}
    assert len(titles) == len(NAMES)


@every
def test_where_nodes_lie_is_left_to_the_window_that_shows_them(name: str) -> None:
    assert template(name).sheets == Frozen()


@every
def test_the_source_runs_and_gives_the_shapes_that_the_plan_says(name: str) -> None:
    project = template(name)
    source = emit(project)
    result = on_meta(project)(*samples(source))
    results = result if isinstance(result, tuple) else (result,)
    assert [tuple(each.shape) for each in results] == [(2, *shape) for shape in LEAVES[name]]
    assert [x.shape for x in source.outputs.values()] == LEAVES[name]


@every
def test_parameters_are_those_of_the_paper(name: str) -> None:
    project = template(name)
    count = sum(parameter.numel() for parameter in on_meta(project).parameters())
    assert count == summary(project).parameters == PARAMETERS[name]


@every
def test_no_line_of_the_source_is_too_long(name: str) -> None:
    assert max(map(len, emit(template(name)).text.splitlines())) <= 120
