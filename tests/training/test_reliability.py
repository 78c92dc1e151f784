"""What goes wrong outside of a training ends it in one clear sentence, and nothing that was learnt is lost."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor

import dlstudio as dl
from dlstudio.core.document import Project
from dlstudio.core.files import save
from dlstudio.core.frozen import Value, freeze
from dlstudio.core.issue import ProjectProblem
from dlstudio.data import labelled
from dlstudio.runs.checkpoints import Checkpoints
from dlstudio.runs.repair import repair
from dlstudio.training import randomness
from dlstudio.training.control import Control
from dlstudio.training.doctor import Finding
from dlstudio.training.loop import Position
from dlstudio.training.recorder import Numbers
from dlstudio.training.rewind import origin
from dlstudio.training.run import Run, open_run, train
from dlstudio.training.training import Training
from tests.runs.conftest import read_only, small_disk  # noqa: F401

NET = "input 1x8x8 > flatten > wide: fc 32 > relu > out: fc 10"


def digits(text: str = NET, **training: Value) -> Project:
    settings = {"kind": "Supervised", "epochs": 2, "device": "cpu", **training}
    return replace(dl.line(text), data=freeze({"source": {"kind": "Digits"}}), training=freeze(settings))


def only(runs: Path) -> Run:
    return open_run(next(path for path in runs.iterdir() if path.is_dir()))


def weights(run: Run) -> dict[str, Tensor]:
    return run.model(best=False).state_dict()


def same(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return all(torch.equal(one[name], other[name]) for name in one)


def command(*words: str | Path, before: str = "") -> "subprocess.Popen[str]":
    """`dlstudio` with these words, in a process of its own that does something first."""
    script = f"import sys; {before}\nfrom dlstudio.cli import main; sys.exit(main())"
    whole = [sys.executable, "-c", script, *map(str, words)]
    return subprocess.Popen(whole, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def one_sentence(stderr: str) -> str:
    """What a command complained of, which must be one line and no traceback."""
    assert "Traceback" not in stderr
    [line] = stderr.strip().splitlines()
    assert line.startswith("dlstudio: ")
    return line


def test_a_full_disk_ends_it_and_the_last_checkpoint_goes_on_when_there_is_room(small_disk: Path) -> None:  # noqa: F811
    """0.7 of the disk's 1 MB are taken, so that one checkpoint (0.1 MB) fits and a few numbers, but no three."""
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(700_000))
    project = digits(checkpoint_every=1, epochs=1)
    with pytest.raises(ProjectProblem, match=r"the disk is full; free some space") as told:
        train(project, runs=small_disk / "runs")
    assert len(str(told.value).splitlines()) == 1
    run = only(small_disk / "runs")
    kept = Checkpoints(run.folder.checkpoints).latest()
    assert kept is not None
    ballast.unlink()
    run.resume(steps=kept.step + 1)
    assert run.status == "finished"
    assert same(weights(run), weights(train(project, runs=small_disk.parent / "whole", steps=kept.step + 1)))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no file's size")
def test_a_file_that_may_not_grow_is_told_in_one_line_and_exit_code_1(tmp_path: Path) -> None:
    limit = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))"
    )
    save(digits(), tmp_path / "p.dls")
    child = command("train", tmp_path / "p.dls", "--runs", tmp_path / "runs", before=limit)
    _, stderr = child.communicate(timeout=120)
    assert child.returncode == 1
    assert "the disk is full" in one_sentence(stderr)
    assert only(tmp_path / "runs").project.training["epochs"] == 2


def test_a_read_only_place_is_said_before_anything_is_trained(
    tmp_path: Path,
    read_only: Callable[[Path], Path],  # noqa: F811
) -> None:
    run = train(digits(), runs=tmp_path / "runs", steps=3)
    names = weights(run).keys()
    locked = read_only(tmp_path / "runs")
    with pytest.raises(ProjectProblem, match="could not be made: you have no right"):
        train(digits(), runs=locked, steps=3)
    with pytest.raises(ProjectProblem, match="could not be written: you have no right"):
        open_run(locked / run.path.name).resume()
    assert weights(open_run(locked / run.path.name)).keys() == names


def test_of_a_truncated_checkpoint_the_one_before_is_used_and_it_says_so(tmp_path: Path) -> None:
    project = digits(checkpoint_every=7)
    whole = train(project, runs=tmp_path)
    run = train(project, runs=tmp_path, steps=21)
    newest = max(run.folder.checkpoints.iterdir()) / "weights.safetensors"
    newest.write_bytes(newest.read_bytes()[:100])
    said: list[str | Finding] = []
    run.resume(tell=said.append)
    words = [text for text in said if isinstance(text, str)]
    assert "step-21 is damaged" in words[0]
    assert words[1] == "Going on from step 14 in epoch 1."
    assert [line for line in run.log if "is damaged" in line]
    assert same(weights(whole), weights(run))
    assert list(run.metrics("loss")[0]) == list(whole.metrics("loss")[0])


def test_damaged_metrics_are_said_with_what_mends_them_and_the_weights_are_untouched(tmp_path: Path) -> None:
    whole = train(digits(), runs=tmp_path)
    run = train(digits(), runs=tmp_path, steps=30)
    before = weights(run)
    run.folder.metrics.write_bytes(b"no database" * 1000)
    with pytest.raises(ProjectProblem, match=r"are damaged: dlstudio runs repair .* keeps what can be read"):
        run.resume()
    assert same(before, weights(run))
    repair(run.folder)
    run.resume(steps=10**6)
    assert same(weights(whole), weights(run))


@pytest.mark.parametrize("rate", [1e12, 1e38])
def test_where_numbers_cease_to_be_numbers_it_stops_and_keeps_the_last_good_weights(
    tmp_path: Path, rate: float
) -> None:
    """With a checkpoint at each step even the step whose loss was still a number but spoilt the weights is seen."""
    control = Control()

    def spoil(step: int, _epoch: int, _values: Numbers) -> None:
        if step >= 20:
            control.set_rate(rate)

    project = digits(checkpoint_every=1, optimizer={"kind": "SGD", "lr": 0.1}, epochs=20)
    with pytest.raises(ProjectProblem, match=r"became -?(nan|inf) at step \d+\. It began in (wide|out)") as told:
        train(project, runs=tmp_path, control=control, listen=spoil)
    run = only(tmp_path)
    assert run.status == "failed"
    stopped = int(str(told.value).split(" at step ")[1].split(".")[0])
    kept = Checkpoints(run.folder.checkpoints).latest()
    assert kept is not None
    assert 20 <= kept.step <= stopped
    assert max(run.metrics("loss")[0]) <= stopped
    assert all(bool(torch.isfinite(tensor).all()) for tensor in weights(run).values())
    assert {each.node for each in run.findings if each.code == "not-a-number"} in ({"wide"}, {"out"})


def test_the_node_is_named_in_which_numbers_broke_and_not_the_first_that_was_spoilt_by_it(tmp_path: Path) -> None:
    """By the time it shows, no weight is a number; taken again from the checkpoint, the middle one breaks first."""
    net = "input 1x8x8 > flatten > wide: fc 32 > relu > narrow: fc 4 > out: fc 10"
    training = Training.ready(digits(net))
    good = {name: tensor.clone() for name, tensor in training.weights().items()}
    good["model.wide.bias"].fill_(1e38)
    good["model.narrow.weight"].fill_(10.0)
    state = {
        "position": Position().state(),
        "method": training.method.state(),
        "random": randomness.state(training.device),
    }
    checkpoints = Checkpoints(tmp_path)
    checkpoints.save(0, weights=good, state=state)
    training.put_weights({name: torch.full_like(tensor, torch.nan) for name, tensor in good.items()})
    assert origin(training, checkpoints.load_latest(), 3) == "narrow"


SHORT = """
import resource
import torch
torch.set_num_threads(1)
torch.nn.functional.conv2d(torch.zeros(1, 1, 8, 8), torch.zeros(1, 1, 3, 3))
from dlstudio.training import run
taken = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (taken + 500 * 2**20,) * 2)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process")
def test_out_of_memory_names_a_batch_that_really_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What 40,000 units give for 1,024 samples takes 164 MB, several times over; 500 MB may be taken.

    The limit is one of addresses, of which each thread's own heap would set aside 64 MB and use next to none."""
    monkeypatch.setenv("MALLOC_ARENA_MAX", "1")
    net = "input 1x8x8 > flatten > fc 40000 > tanh > fc 10"
    save(digits(net, batch_size=1024, epochs=1), tmp_path / "p.dls")
    child = command("train", tmp_path / "p.dls", "--runs", tmp_path / "runs", "--no-probes", before=SHORT)
    _, stderr = child.communicate(timeout=240)
    assert child.returncode == 1
    line = one_sentence(stderr)
    assert "ran out of memory with a batch of 1024. A batch of " in line
    fits = int(line.split("A batch of ")[1].split()[0])
    assert fits in (512, 256, 128, 64, 32)
    assert f"with accumulate {1024 // fits} it learns the same." in line


def pictures(folder: Path) -> Path:
    """Two classes of 32 small pictures each."""
    for name, shade in (("dark", 60), ("light", 180)):
        (folder / name).mkdir(parents=True)
        for i in range(32):
            Image.new("L", (8, 8), shade + i).save(folder / name / f"{i}.png")
    return folder


def streamed(folder: Path, monkeypatch: pytest.MonkeyPatch, **training: Value) -> Project:
    """A project that reads each picture when it is needed."""
    monkeypatch.setattr(labelled, "AT_MOST", 0)
    source = {"kind": "ImageFolder", "folder": str(pictures(folder)), "size": (8, 8), "color": "grey"}
    settings = {"kind": "Supervised", "epochs": 4, "device": "cpu", "batch_size": 4, **training}
    made = dl.line("input 1x8x8 > flatten > fc 8 > relu > fc 2")
    return replace(made, data=freeze({"source": source}), training=freeze(settings))


def test_data_that_disappear_while_it_trains_cost_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = streamed(tmp_path / "pictures", monkeypatch)
    whole = train(project, runs=tmp_path / "whole")
    away = tmp_path / "away"

    def lose(step: int, _epoch: int, _values: Numbers) -> None:
        if step >= 3 and not away.exists():
            (tmp_path / "pictures").rename(away)

    with pytest.raises(ProjectProblem, match=r"pictures.*\.png") as told:
        train(project, runs=tmp_path / "runs", listen=lose)
    assert "The run is kept in" in str(told.value)
    run = only(tmp_path / "runs")
    assert run.status == "failed"
    kept = Checkpoints(run.folder.checkpoints).latest()
    assert kept is not None
    assert kept.step == run.folder.status().step >= 3
    away.rename(tmp_path / "pictures")
    run.resume()
    assert same(weights(whole), weights(run))


def started(tmp_path: Path) -> tuple[Run, "subprocess.Popen[str]"]:
    """A training that would go on for long, and its process."""
    save(digits(epochs=10**6), tmp_path / "p.dls")
    child = command("train", tmp_path / "p.dls", "--runs", tmp_path / "runs", "--name", "long")
    end, state = time.monotonic() + 120, tmp_path / "runs" / "long" / "state.json"
    while not (state.exists() and open_run(state.parent).folder.status().step):
        assert time.monotonic() < end
        assert child.poll() is None
        time.sleep(0.02)
    return open_run(state.parent), child


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_second_writer_is_refused_and_a_signal_leaves_a_checkpoint(tmp_path: Path, number: signal.Signals) -> None:
    run, child = started(tmp_path)
    with pytest.raises(ProjectProblem, match=rf"is being written by process {child.pid} on .*: wait until it ends"):
        run.resume()
    with pytest.raises(ProjectProblem, match="There is already a run “long”"):
        train(digits(), runs=tmp_path / "runs", name="long")
    child.send_signal(number)
    stdout, stderr = child.communicate(timeout=240)
    assert child.returncode == 128 + number
    assert stderr == ""
    assert f"Go on with: dlstudio train --resume {run.path}" in stdout
    kept = Checkpoints(run.folder.checkpoints).latest()
    assert kept is not None
    assert run.status == "stopped"
    assert run.folder.status().step == kept.step == run.metrics("loss")[0][-1]


def handles() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208


@pytest.mark.skipif(sys.platform != "linux", reason="open files are counted in /proc")
@pytest.mark.parametrize("workers", [0, 1])
def test_however_it_ends_no_thread_process_or_file_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    import multiprocessing

    project = streamed(tmp_path / "pictures", monkeypatch, workers=workers)
    train(project, runs=tmp_path / "first", steps=2)  # starts what torch and Python keep for good
    threads, files = set(threading.enumerate()), handles()

    def stop(_step: int, _epoch: int, _values: Numbers) -> None:
        raise ProjectProblem("Enough.")

    def lose(_step: int, _epoch: int, _values: Numbers) -> None:
        shutil.rmtree(tmp_path / "pictures", ignore_errors=True)

    control = Control()
    control.stop()
    train(project, runs=tmp_path / "stopped", control=control)
    with pytest.raises(ProjectProblem, match="Enough"):
        train(project, runs=tmp_path / "failed", listen=stop)
    with pytest.raises(ProjectProblem):
        train(project, runs=tmp_path / "lost", listen=lose)
    for thread in set(threading.enumerate()) - threads:
        thread.join(timeout=120)  # one that is ending takes a moment on a machine with other work
    assert set(threading.enumerate()) <= threads
    assert not multiprocessing.active_children()
    assert handles() <= files
