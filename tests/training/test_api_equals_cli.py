"""What a script trains and what the command line trains are the same, bit for bit, also with settings and a break."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch

import dlstudio as dl
from dlstudio.core.document import Project
from dlstudio.core.frozen import freeze
from dlstudio.training.run import Run, open_run

NET = "input 1x8x8 > conv 6 3 > bn > relu > dropout 0.3 > maxpool 2 > flatten > fc 10"
AUGMENT = [{"kind": "Shift", "column": "image"}, {"kind": "GaussianNoise", "column": "image"}]

SCRIPT = """
from dataclasses import replace
import dlstudio as dl

project = dl.load("net.dls")
optimizer = project.training["optimizer"].put("lr", 0.01)
changed = replace(project, training=project.training.merge({"optimizer": optimizer, "batch_size": 50}))
dl.train(changed, runs="script", name="digits", steps=13, seed=7, device="cpu")
dl.open_run("script/digits").resume(steps=40)
"""
COMMANDS = (
    (
        "train net.dls --runs line --name digits --steps 13 --seed 7 --device cpu "
        "--set training.optimizer.lr=0.01 --set training.batch_size=50"
    ),
    "train --resume line/digits --steps 40",
)


def project() -> Project:
    data = {"source": {"kind": "Digits"}, "augment": AUGMENT}
    training = {"kind": "Supervised", "optimizer": {"kind": "Adam", "lr": 0.003}, "patience": 5}
    return dl.Project(networks=dl.line(NET).networks, data=freeze(data), training=freeze(training))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a script and the command line have trained the same project file."""
    folder = tmp_path_factory.mktemp("equal")
    dl.save(project(), folder / "net.dls")
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(Path(dl.__file__).parents[1])}

    def started(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, *arguments]
        pipes: Mapping[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, cwd=folder, env=environment, **pipes)

    script = started("-c", SCRIPT)
    for line in COMMANDS:
        with started("-m", "dlstudio", *line.split()) as command:
            assert command.wait() == 0, command.stderr and command.stderr.read()
    with script:
        assert script.wait() == 0, script.stderr and script.stderr.read()
    return folder


def weights(run: Run) -> dict[str, bytes]:
    """The bytes of the weights of all checkpoints that are kept, the last one last."""
    kept = sorted(run.folder.checkpoints.glob("*/weights.safetensors"))
    return {path.parent.name: path.read_bytes() for path in kept}


def test_a_script_and_the_command_line_end_with_the_same_bytes(trained: Path) -> None:
    one, other = (open_run(trained / way / "digits") for way in ("script", "line"))
    assert one.status == other.status == "finished"
    assert weights(one) == weights(other)
    assert {name.rpartition("-")[2] for name in weights(one)} >= {"13", "40"}
    assert one.names == other.names
    for number in ("loss", "accuracy", "validation/loss", "validation/accuracy"):
        assert [list(values) for values in one.metrics(number)] == [list(values) for values in other.metrics(number)]
    assert one.project == other.project
    assert one.folder.source() == other.folder.source()


def test_the_settings_and_the_break_are_really_there(trained: Path) -> None:
    run = open_run(trained / "line" / "digits")
    assert run.project.training["optimizer"] == freeze({"kind": "Adam", "lr": 0.01})
    assert run.project.training["batch_size"] == 50
    assert list(run.metrics("loss")[0]) == list(range(1, 41))
    assert run.folder.settings()["seed"] == 7


def test_a_break_changes_nothing(trained: Path, tmp_path: Path) -> None:
    """The same in one go, in this process, whose other threads and tests must not matter either."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        whole = dl.train(open_run(trained / "line" / "digits").project, runs=tmp_path, steps=40)
    finally:
        torch.set_num_threads(before)
    broken = open_run(trained / "line" / "digits")
    assert list(whole.metrics("loss")[1]) == list(broken.metrics("loss")[1])
    assert weights(whole).popitem()[1] == weights(broken).popitem()[1]
