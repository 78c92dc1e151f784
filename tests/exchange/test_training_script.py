"""A training that leaves as a script needs torch alone and comes to the same numbers, or is refused."""

import json
import re
import runpy
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

import dlstudio as dl
from dlstudio.core.document import Project
from dlstudio.core.frozen import freeze
from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.subject import subject
from dlstudio.exchange.training_file import TrainingWriter
from dlstudio.training.run import Run, train
from tests.exchange.small import small

ASK = "import json, runpy; print(json.dumps(runpy.run_path({!r})['train'](tell=lambda line: None)[1]))"
"""A script's own record of its steps."""


def project(text: str = "input 13 > fc 16 > dropout 0.2 > relu > fc 3", **training: Any) -> Project:
    settings = {"kind": "Supervised", "epochs": 3, "batch_size": 32, "device": "cpu", **training}
    data = {"source": {"kind": "Wine"}, "transforms": [{"kind": "Standardize"}]}
    return replace(dl.line(text), data=freeze(data), training=freeze(settings))


@pytest.mark.parametrize(
    "training",
    [
        pytest.param(
            {"optimizer": {"kind": "AdamW", "lr": 0.01}, "schedule": {"kind": "Cosine", "warmup": 3}},
            id="cosine",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            {
                "optimizer": {"kind": "SourceMomentum", "lr": 0.05},
                "schedule": {"kind": "Step", "every": 1, "gamma": 0.5},
                "accumulate": 2,
                "regularizers": [
                    {"kind": "L1", "strength": 0.001},
                    {"kind": "ClipNorm"},
                    {"kind": "MaxNorm", "c": 1.0},
                ],
                "seed": 5,
            },
            id="our own optimizer, penalties, limits",
        ),
    ],
)
def test_the_script_reaches_bit_for_bit_the_losses_of_the_run(training: dict[str, Any], tmp_path: Path) -> None:
    same_losses(train(project(**training), runs=tmp_path, probes=False), tmp_path)


def shortened(name: str, **training: Any) -> Project:
    """A template with a hundred digits and two epochs."""
    made = dl.template(name)
    source = made.data["source"]
    source = source.put("size", 100) if source["kind"] == "MNIST" else source
    settings = made.training.merge({"epochs": 2, "device": "cpu", **training})
    return replace(made, data=made.data.put("source", source), training=settings)


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(shortened("lenet5"), id="moved pictures"),
        pytest.param(shortened("transfer"), id="warped pictures", marks=pytest.mark.slow),
        pytest.param(shortened("linear_regression"), id="an optimizer that asks"),
        pytest.param(shortened("denoising_autoencoder"), id="spoilt inputs"),
        pytest.param(shortened("variational_autoencoder"), id="a price", marks=pytest.mark.slow),
        pytest.param(project(average=0.9), id="averaged weights"),
    ],
)
def test_what_a_template_asks_for_is_carried_bit_for_bit(made: Project, tmp_path: Path) -> None:
    same_losses(train(made, runs=tmp_path, probes=False), tmp_path)


CHANGES = (
    {"kind": "Rotate"}, {"kind": "RandomCrop"}, {"kind": "ElasticDistortion"}, {"kind": "GaussianNoise"},
    {"kind": "SaltPepper"}, {"kind": "Blur"}, {"kind": "Erase"}, {"kind": "Flip", "direction": "both"},
)  # fmt: skip


def test_many_changes_of_a_picture_are_carried_together(tmp_path: Path) -> None:
    made = shortened("lenet5", epochs=1)
    same_losses(train(replace(made, data=made.data.put("augment", CHANGES)), runs=tmp_path, probes=False), tmp_path)


def same_here(asked: Project, folder: Path) -> None:
    """The script of a training comes to the numbers of its run; both in this process, which is quick."""
    threads = torch.get_num_threads()
    run = train(asked, runs=folder, probes=False)
    writer = TrainingWriter()
    writer.write(None, subject(run, writer.network(asked, "model")), folder / "script.py")
    _, found = runpy.run_path(str(folder / "script.py"))["train"](tell=lambda _line: None)
    torch.set_num_threads(threads)
    same_numbers(run, found)


def same_numbers(run: Run, found: list[dict[str, float]]) -> None:
    """Every number that a script measured is the one of the run, to the last bit."""
    assert found
    for name in found[-1]:
        steps, values = run.metrics(name)
        assert len(found) >= steps[-1]
        assert [found[step - 1][name] for step in steps] == values.tolist()


def same_losses(run: Run, tmp_path: Path) -> None:
    """The script of a run passes, and comes to its losses in a process that has torch only."""
    proof = dl.export(run, "training", tmp_path / "script.py")
    assert proof.passed, str(proof)
    assert "dlstudio." not in proof.path.read_text("utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-c", ASK.format(str(proof.path))], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    same_numbers(run, json.loads(done.stdout))


PICTURES = "input 1x8x8 > conv 4 3x3 > batchnorm > relu > flatten > fc 10"
DIGITS = {"source": {"kind": "Digits"}, "split": {"kind": "Fractions", "train": 0.05, "validation": 0.05}}
WINE = "input 13 > first: fc 16 > relu > fc 3"
CODES = "input 13 > fc 8"


def made(text: str = WINE, data: dict[str, Any] | None = None, **training: Any) -> Project:
    """A network on a few wines, or on other data."""
    return replace(project(text, **training), **({"data": freeze(data)} if data else {}))


def digits(text: str = PICTURES, *augment: dict[str, Any], **training: Any) -> Project:
    """A network on a few small digits."""
    return made(text, {**DIGITS, "augment": augment}, **{"epochs": 1, **training})


ADAM = {"kind": "Adam", "lr": 0.1}


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(
            made(optimizer=ADAM, epochs=9, schedule={"kind": "Plateau", "patience": 0, "ratio": 0.5}), id="plateau"
        ),
        pytest.param(made(optimizer=ADAM, epochs=30, patience=1), id="patience"),
        pytest.param(
            made(optimizer=ADAM, epochs=30, patience=1, average=0.9, evaluate_every=2), id="patience, average"
        ),
        pytest.param(made(precision="bf16"), id="bf16"),
        pytest.param(made(precision="fp16", regularizers=[{"kind": "ClipNorm"}]), id="fp16"),
        pytest.param(made(frozen=("first",)), id="frozen"),
        pytest.param(made(learning="last"), id="last layers"),
        pytest.param(digits(learning="last"), id="held statistics"),
        pytest.param(
            made(
                rates={"first": 0.1},
                decay_on="weights",
                optimizer={"kind": "AdamW", "lr": 0.01},
                schedule={"kind": "OneCycle"},
            ),
            id="rates",
        ),
        pytest.param(shortened("linear_regression", optimizer={"kind": "LevenbergMarquardt"}), id="least squares"),
        pytest.param(digits(PICTURES, {"kind": "Mixup"}), id="mixup"),
        pytest.param(digits(PICTURES, {"kind": "CutMix"}, {"kind": "Shift"}), id="cutmix"),
        pytest.param(digits(PICTURES, {"kind": "LabelShuffle"}), id="label shuffle"),
        pytest.param(made(WINE, {"source": {"kind": "Wine"}, "sampling": "weighted"}), id="weighted"),
        pytest.param(made(WINE, {"source": {"kind": "Wine"}, "sampling": "balanced"}), id="balanced"),
        pytest.param(made(CODES, kind="MetricLearning"), id="triplets"),
        pytest.param(
            made(CODES, kind="MetricLearning", mining="hard", normalize=True, loss={"kind": "Contrastive"}), id="pairs"
        ),
        pytest.param(made(CODES, kind="MetricLearning", loss={"kind": "CosineEmbedding"}), id="angles"),
    ],
)
def test_what_a_training_asks_for_is_carried_bit_for_bit(asked: Project, tmp_path: Path) -> None:
    same_here(asked, tmp_path)


@pytest.mark.parametrize(
    ("name", "training"),
    [
        pytest.param("gan", {}, id="gan"),
        pytest.param(
            "gan",
            {"loss": "wasserstein", "clip_weights": 0.01, "critic_steps": 3, "schedule": {"kind": "Cosine"}},
            id="wasserstein",
        ),
        pytest.param(
            "gan",
            {"loss": "least squares", "gradient_penalty": 10.0, "critic_optimizer": {"kind": "RMSprop"}},
            id="gradient penalty",
        ),
        pytest.param("char_rnn", {"chunk": 3, "average": 0.9, "epochs": 12}, id="states in chunks"),
        pytest.param("gpt", {}, id="a text at once", marks=pytest.mark.slow),
        pytest.param("perceptron", {"patience": 1, "epochs": 9}, id="perceptron rule"),
        pytest.param("triplet", {"epochs": 1}, id="encoder"),
    ],
)
def test_every_recipe_is_carried_bit_for_bit(name: str, training: dict[str, Any], tmp_path: Path) -> None:
    made = small(name)
    settings = made.training.merge(freeze({"epochs": 2, "device": "cpu", **training}))
    same_here(replace(made, training=settings), tmp_path)


def test_a_script_starts_from_the_weights_that_the_run_started_from(tmp_path: Path) -> None:
    before = train(made(seed=3), runs=tmp_path, name="before", probes=False)
    start = {"kind": "Weights", "from": str(before.path), "rename": {"first": "start"}}
    after = made("input 13 > start: fc 16 > relu > fc 3", start=start)
    same_here(after, tmp_path)


def test_a_script_says_nothing_that_its_training_does_not_need(tmp_path: Path) -> None:
    """No constant decides anything in it, no name is unused or unknown, and it is short."""
    for name, asked in {"plain": made(), "codes": made(CODES, kind="MetricLearning"), "gan": small("gan")}.items():
        writer = TrainingWriter()
        writer.write(None, subject(asked, writer.network(asked, "model")), tmp_path / f"{name}.py")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "E,F,I,W,B,UP,SIM", "--line-length"]
    done = subprocess.run([*command, "120", str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    text = (tmp_path / "plain.py").read_text("utf-8")
    assert len(text.split("\n")) < 220
    assert not {"AVERAGE", "PATIENCE", "autocast", "augmented", "LUCK"} & set(re.findall(r"\w+", text))


@pytest.mark.parametrize(
    ("training", "match"),
    [
        ({"schedule": {"kind": "Plateau", "metric": "accuracy"}}, "follows the accuracy"),
        ({"learning": "none"}, "nothing of its model learns"),
    ],
)
def test_what_a_script_cannot_carry_is_refused(training: dict[str, Any], match: str, tmp_path: Path) -> None:
    with pytest.raises(ProjectProblem, match=match):
        dl.export(project(**training), "training", tmp_path / "wine.py")
    assert not any(tmp_path.iterdir())
