"""A training that leaves as a script needs torch alone and comes to the same losses, or is refused."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import dlstudio as dl
from dlstudio.core.document import Project
from dlstudio.core.frozen import freeze
from dlstudio.core.issue import ProjectProblem
from dlstudio.training.run import Run, train

ASK = "import json, runpy; print(json.dumps(runpy.run_path({!r})['train'](tell=lambda line: None)[1]))"


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


def same_losses(run: Run, tmp_path: Path) -> None:
    """The script of a run passes, and comes to its losses in a process that has torch only."""
    proof = dl.export(run, "training", tmp_path / "script.py")
    assert proof.passed, str(proof)
    assert "dlstudio." not in proof.path.read_text("utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-c", ASK.format(str(proof.path))], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    steps, losses = run.metrics("loss")
    found = eval(done.stdout)
    assert len(found) == steps[-1]
    assert [found[step - 1] for step in steps] == losses.tolist()


@pytest.mark.parametrize(
    ("training", "match"),
    [
        ({"optimizer": {"kind": "LevenbergMarquardt"}}, "sum of squares"),
        ({"schedule": {"kind": "Plateau"}}, "follows what is measured"),
        ({"precision": "bf16"}, "computes in bf16"),
        ({"kind": "MetricLearning"}, "otherwise than with examples"),
    ],
)
def test_what_a_script_cannot_carry_is_refused(training: dict[str, Any], match: str, tmp_path: Path) -> None:
    with pytest.raises(ProjectProblem, match=match):
        dl.export(project(**training), "training", tmp_path / "wine.py")
    assert not any(tmp_path.iterdir())
