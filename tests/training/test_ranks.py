"""Many processes that train one project: they end where one process ends, agree, and survive each other."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

import dlstudio as dl
from dlstudio.catalog.recipes import recipes
from dlstudio.core.document import Project
from dlstudio.core.files import save
from dlstudio.core.frozen import Value, freeze
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.spec import make
from dlstudio.data.batches import Batches
from dlstudio.data.prepare import prepare
from dlstudio.runs.checkpoints import Checkpoints
from dlstudio.training.control import Control
from dlstudio.training.ranks.crew import even
from dlstudio.training.ranks.fitness import require_shareable
from dlstudio.training.ranks.rank import ALONE, Ranks
from dlstudio.training.run import Run, open_run, train

HERE = Path(__file__).parent
NET = "input 1x8x8 > conv 8 3 same > relu > maxpool 2 > flatten > fc 32 > relu > fc 10"
DIGITS: dict[str, Value] = {"kind": "Digits"}
SGD: dict[str, Value] = {"kind": "SGD", "lr": 0.1, "momentum": 0.9}
TWO = Ranks(1, 2, 1)
PATIENCE = 150


def project(net: str, source: Mapping[str, Value] = DIGITS, **training: Value) -> Project:
    settings = {"kind": "Supervised", "device": "cpu", "epochs": 1, "batch_size": 47, "optimizer": SGD, **training}
    return replace(dl.line(net), data=freeze({"source": source}), training=freeze(settings))


def environment() -> dict[str, str]:
    path = os.pathsep.join([str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": path}


def torchrun(*words: object, restarts: int = 0) -> list[str]:
    start = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    return [*start, "--max-restarts", str(restarts), *map(str, words)]


def run_two(*words: object) -> subprocess.CompletedProcess[str]:
    """Both processes run to their end, or are ended: a test that hangs is a failure."""
    return subprocess.run(torchrun(*words), env=environment(), capture_output=True, text=True, timeout=PATIENCE)


def last(run: Path) -> dict[str, Tensor]:
    return Checkpoints(run / "checkpoints").load_latest().weights


def assert_near(one: dict[str, Tensor], other: dict[str, Tensor]) -> None:
    assert one.keys() == other.keys()
    for name, value in one.items():
        torch.testing.assert_close(other[name], value, atol=1e-5, rtol=0, msg=f"{name} differs")


def studies(text: Path) -> dict[str, Project]:
    """A project for each way to train that gives one answer however many do it; the last batch is uneven in all."""
    text.write_text("the quick brown fox jumps over the lazy dog. " * 30)
    clip: Value = ({"kind": "ClipNorm", "longest": 0.5},)
    lines = "input 16 int > embedding 64 8 > lstm 16 > fc 64"
    source: dict[str, Value] = {"kind": "Text", "file": str(text), "length": 16}
    return {
        "supervised": project(NET, accumulate=3, regularizers=clip, average=0.9),
        "shard": project(NET, sharding="shard", regularizers=clip, average=0.9),
        "autoencoder": project("input 1x8x8 > flatten > fc 8 > tanh > fc 64 > reshape 1x8x8", kind="Autoencoder"),
        "language": project(lines, source, kind="Language", batch_size=11, chunk=8, accumulate=2),
        "metric": project(
            "input 1x8x8 > flatten > fc 8 > tanh > fc 4",
            kind="MetricLearning",
            batch_size=401,
            mining="hard",
            optimizer={"kind": "SGD", "lr": 0.001},
        ),
    }


@pytest.mark.slow
def test_two_processes_end_where_one_ends_with_the_same_whole_batch(tmp_path: Path) -> None:
    projects = tmp_path / "projects"
    projects.mkdir()
    for name, made in studies(tmp_path / "text.txt").items():
        save(made, projects / f"{name}.dls")
    done = run_two(HERE / "many.py", projects, tmp_path / "two")
    assert done.returncode == 0, done.stderr
    for name, made in studies(tmp_path / "text.txt").items():
        one, two = train(made, runs=tmp_path / "one", name=name, probes=False), open_run(tmp_path / "two" / name)
        assert_near(last(one.path), last(two.path))
        for curve in ("loss", "validation/loss"):
            assert two.metrics(curve)[1] == pytest.approx(one.metrics(curve)[1], rel=1e-3)
            assert list(two.metrics(curve)[0]) == list(one.metrics(curve)[0])


def test_a_share_of_each_batch_goes_to_each_and_all_shares_are_the_batch() -> None:
    part = prepare(project(NET)).train
    whole = Batches(part, 50, device="cpu", seed=3, shuffle=True)
    shares = [Batches(part, 50, device="cpu", seed=3, shuffle=True) for _ in range(3)]
    for rank, share in enumerate(shares):
        share.share = (rank, 3)
    assert sum(share.own for share in shares) == len(part)
    for batch, *parts in zip(whole.epoch(2), *(share.epoch(2) for share in shares), strict=True):
        assert sum(share.weight for share in shares) == pytest.approx(1)
        held = [each for each, share in zip(parts, shares, strict=True) if share.weight]
        assert torch.equal(batch["image"], torch.cat([each["image"] for each in held]))
        for each, share in zip(held, shares, strict=False):
            assert share.weight == len(each["image"]) / len(batch["image"])


def test_who_gets_no_sample_of_a_last_batch_gets_one_that_counts_for_nothing() -> None:
    part = prepare(project(NET)).train
    size = next(size for size in range(3, 200) if len(part) % size == 1)
    late = Batches(part, size, device="cpu", seed=0, shuffle=True)
    late.share = (2, 3)
    *_, batch = late.epoch(0)
    assert (len(batch["image"]), late.weight) == (1, 0.0)


@pytest.mark.parametrize("count", [4, 5, 7, 40, 41, 360, 1000])
@pytest.mark.parametrize("batch", [1, 4, 7, 64, 2000])
def test_no_process_is_without_samples_when_it_is_measured(count: int, batch: int) -> None:
    size = even(count, batch, 4)
    assert size is not None
    assert size >= batch
    assert count % size == 0 or count % size >= 4
    assert even(3, batch, 4) is None


@pytest.mark.parametrize(
    ("kind", "settings", "says"),
    [
        ("PerceptronRule", {}, "cannot be shared"),
        ("Supervised", {"optimizer": {"kind": "LBFGS"}}, "LBFGS works on one process only"),
        ("Supervised", {"batch_size": 1}, "at least 2"),
        ("Supervised", {"sharding": "shard", "precision": "fp16"}, "choose bf16"),
        ("Supervised", {"sharding": "shard", "optimizer": {"kind": "Muon"}}, "AdamW"),
        ("Supervised", {"sharding": "shard", "regularizers": [{"kind": "L2"}]}, "L2 needs every weight whole"),
    ],
)
def test_what_many_processes_cannot_do_is_said_in_a_sentence(kind: str, settings: dict[str, Value], says: str) -> None:
    recipe = make(recipes[kind], freeze(settings), {})
    require_shareable(recipe, ALONE)
    with pytest.raises(ProjectProblem, match=says):
        require_shareable(recipe, TWO)


def children(run: Path) -> list[int]:
    """The processes that torchrun started, by what they were started with."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            words = (each / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"dlstudio" in words and str(run.parent).encode() in words and b"torch.distributed.run" not in words:
            found.append(int(each.name))
    return sorted(found)


def wait_for(run: Path, step: int, checkpoints: int = 1) -> None:
    """Until a run is well under way."""
    end = time.monotonic() + PATIENCE / 2
    while time.monotonic() < end:
        kept = list((run / "checkpoints").glob("[0-9]*"))
        if len(kept) >= checkpoints and (run / "state.json").exists() and open_run(run).folder.status().step >= step:
            return
        time.sleep(0.02)
    raise AssertionError("the training did not get under way")


def started(tmp_path: Path, made: Project, *, restarts: int) -> tuple[subprocess.Popen[str], Path]:
    """A training of two processes, some steps and a checkpoint later."""
    save(made, tmp_path / "p.dls")
    words = ("-m", "dlstudio", "train", tmp_path / "p.dls", "--runs", tmp_path / "runs", "--name", "two")
    work = torchrun(*words, restarts=restarts)
    process = subprocess.Popen(work, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for(tmp_path / "runs" / "two", 10)
    return process, tmp_path / "runs" / "two"


LONG = "input 1x8x8 > conv 8 3 same > relu > dropout 0.2 > flatten > fc 10"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="finds the processes in /proc")
def test_a_process_killed_with_9_is_started_again_and_the_end_is_the_same(tmp_path: Path) -> None:
    """Both begin again at the last checkpoint of the same run, in the middle of an epoch, with all random states."""
    made = project(LONG, epochs=8, checkpoint_every=7)
    process, run = started(tmp_path, made, restarts=1)
    os.kill(children(run)[-1], signal.SIGKILL)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    assert any("Going on from step" in line for line in open_run(run).log)
    (tmp_path / "again").mkdir()
    save(made, tmp_path / "again" / "q.dls")
    done = run_two(HERE / "many.py", tmp_path / "again", tmp_path / "whole")
    assert done.returncode == 0, done.stderr
    whole = open_run(tmp_path / "whole" / "q")
    assert_near(last(whole.path), last(run))
    assert list(whole.metrics("loss")[0]) == list(open_run(run).metrics("loss")[0])


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="finds the processes in /proc")
def test_without_restarts_the_other_process_says_it_and_ends(tmp_path: Path) -> None:
    process, run = started(tmp_path, project(LONG, epochs=10_000, checkpoint_every=7), restarts=0)
    os.kill(children(run)[-1], signal.SIGKILL)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode != 0
    assert "Another process of this training ended" in errors
    assert f"--resume {run}" in errors
    assert not open_run(run).folder.locked


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="finds the processes in /proc")
def test_ctrl_c_stops_all_with_a_checkpoint_and_another_number_of_processes_goes_on(tmp_path: Path) -> None:
    process, run = started(tmp_path, project(NET, sharding="shard", epochs=10_000), restarts=0)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=PATIENCE)
    assert "Go on with: dlstudio train --resume" in said
    assert said.count("Go on with") == 1
    state = open_run(run).folder.status()
    assert state.status == "stopped"
    alone: Run = open_run(run).resume(steps=state.step + 5, control=Control())
    assert alone.folder.status().step == state.step + 5
    losses = alone.metrics("loss")[1]
    assert losses[-5:].mean() < losses[:5].mean()
