"""The folder of a run: made whole, opened, named, and written by one process at a time."""

import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dlstudio.core.document import Project
from dlstudio.core.issue import ProjectProblem
from dlstudio.runs.folder import RunFolder
from tests.runs.conftest import Create

HOLD = """
import os, sys, time
from pathlib import Path
from dlstudio.runs.folder import RunFolder
with RunFolder.open(Path(sys.argv[1])).lock():
    if "fork" in sys.argv and os.fork() == 0:
        time.sleep(60)
    print("held", flush=True)
    time.sleep(60)
"""


def holding(run: RunFolder, *how: str) -> "subprocess.Popen[str]":
    """Another process that writes the run."""
    command = [sys.executable, "-c", HOLD, str(run.path), *how]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def end(process: "subprocess.Popen[str]") -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_a_new_run_holds_everything_that_it_was_started_with(create: Create, project: Project) -> None:
    run = create(seed=7, device="cpu")
    assert run.name == "first"
    assert run.project() == project
    assert run.source() == "import torch\n"
    assert run.settings() == {"seed": 7, "device": "cpu"}
    around = run.environment()
    assert (around["seed"], around["device"]) == (7, "cpu")
    assert {"python", "torch", "dlstudio"} <= set(around["versions"])
    assert around["started"].startswith("20")
    assert run.checkpoints.is_dir()
    assert run.samples.is_dir()
    assert (run.status().status, run.status().step) == ("running", 0)


def test_a_run_that_was_made_can_be_opened(create: Create) -> None:
    run = create()
    assert RunFolder.open(run.path) == run


def test_status_keeps_step_and_epoch_that_are_not_told(create: Create) -> None:
    run = create()
    run.set_status("paused", step=30, epoch=2)
    run.set_status("failed", "The loss became nan.")
    status = RunFolder.open(run.path).status()
    assert (status.status, status.reason, status.step, status.epoch) == ("failed", "The loss became nan.", 30, 2)
    with pytest.raises(ValueError, match="dancing"):
        run.set_status("dancing")


def test_runs_without_a_name_are_counted(create: Create, project: Project) -> None:
    named = Project(name="LeNet-5: digits / β", networks=project.networks)
    assert [create(None, of=named).name for _ in range(3)] == [f"lenet-5-digits-β-{i}" for i in (1, 2, 3)]
    assert create(None, of=Project(name="...")).name == "run-1"
    assert create(None, of=Project(name="con")).name == "run-2"


def test_runs_that_start_at_one_moment_get_names_of_their_own(create: Create, root: Path) -> None:
    threads = [threading.Thread(target=create, args=(None,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(root.iterdir())) == 8


def test_a_name_that_is_taken_is_refused_and_nothing_is_left(create: Create, root: Path) -> None:
    create()
    with pytest.raises(ProjectProblem, match="already a run “first”"):
        create()
    assert [each.name for each in root.iterdir()] == ["first"]


SYSTEMS = ["", " a", "a ", ".hidden", "..", "end.", "a/b", "a\\b", "/etc", "a:b", "what?", "a*", "con", "LPT1.x"]
TERMINALS = ["a\nb", "a\0b", "\u202eabc", "\ud800", "a" * 81, "-rf", "~user"]


@pytest.mark.parametrize("name", [*SYSTEMS, *TERMINALS])
def test_names_that_no_folder_should_have_are_refused(create: Create, root: Path, name: str) -> None:
    with pytest.raises(ProjectProblem, match="cannot be named"):
        create(name)
    assert not root.exists()


@pytest.mark.parametrize("name", ["a", "LeNet 5", "β-2", "学習", "a.b_c-d", "console"])
def test_names_that_people_use_are_taken(create: Create, name: str) -> None:
    assert create(name).path.name == name


def test_what_is_no_run_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello")
    (tmp_path / "empty").mkdir()
    for path, says in (("a.txt", "is a file and no run"), ("empty", "is no run"), ("none", "There is no run")):
        with pytest.raises(ProjectProblem, match=says):
            RunFolder.open(tmp_path / path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"status": "odd"}', '{"status": "running", "step": "x"}', "\0\0"])
def test_a_damaged_state_is_a_sentence(create: Create, text: str) -> None:
    run = create()
    (run.path / "state.json").write_text(text)
    with pytest.raises(ProjectProblem, match="damaged"):
        run.status()


def test_a_state_of_a_newer_version_is_read(create: Create) -> None:
    run = create()
    (run.path / "state.json").write_text(json.dumps({"status": "finished", "step": 3, "mood": "good"}))
    assert run.status().step == 3


def test_a_second_process_is_refused_and_told_which_writes(create: Create) -> None:
    run = create()
    process = holding(run)
    try:
        with pytest.raises(ProjectProblem, match=f"being written by process {process.pid} on "), run.lock():
            pass
        assert run.locked
        assert not run.interrupted
    finally:
        end(process)


def test_a_second_thread_is_refused_too(create: Create) -> None:
    run = create()
    with run.lock(), pytest.raises(ProjectProblem, match="by this process"), run.lock():
        pass
    assert not run.locked
    with run.lock():
        assert run.locked


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_the_lock_of_a_killed_process_is_free_also_while_its_workers_live(create: Create) -> None:
    run = create()
    process = holding(run, "fork")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    try:
        patience = time.monotonic() + 120
        while run.locked and time.monotonic() < patience:  # the worker has just been forked and still lets go
            time.sleep(0.01)
        assert run.interrupted
        with run.lock():
            assert run.locked
    finally:
        end(process)


@pytest.mark.skipif(sys.platform == "win32", reason="its file systems have locks")
def test_without_locks_in_the_file_system_the_note_of_a_dead_process_is_taken_over(
    create: Create, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lockless(_handle: int, *, shared: bool = False) -> bool:
        raise OSError(errno.ENOLCK, "No locks available")

    run = create()
    monkeypatch.setattr("dlstudio.runs.lock._acquire", lockless)
    process = holding(run)
    try:
        assert run.locked
        with pytest.raises(ProjectProblem, match=f"by process {process.pid} on "), run.lock():
            pass
    finally:
        end(process)
    assert not run.locked
    with run.lock(), pytest.raises(ProjectProblem, match="by this process"), run.lock():
        pass
    (run.path / "writer.lock").write_text(json.dumps({"pid": process.pid, "host": "elsewhere", "since": "12:00:00"}))
    with pytest.raises(ProjectProblem, match="on elsewhere"), run.lock():
        pass


def test_a_look_at_the_lock_never_keeps_a_writer_out(create: Create) -> None:
    run = create()
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            _ = run.locked

    looking = threading.Thread(target=look)
    looking.start()
    try:
        for _ in range(200):
            with run.lock():
                pass
    finally:
        over.set()
        looking.join()


def test_a_read_only_run_can_be_read_and_not_written(create: Create, read_only: Callable[[Path], Path]) -> None:
    run = RunFolder(read_only(create().path))
    assert run.status().status == "running"
    assert run.project().networks
    with pytest.raises(ProjectProblem, match="no right to it"), run.lock():
        pass
    with pytest.raises(ProjectProblem, match="no right to it"):
        run.set_status("finished")
    with pytest.raises(ProjectProblem, match="could not be made: you have no right"):
        RunFolder.create(run.path / "runs", Project(), "", settings={})


def test_a_full_disk_leaves_no_half_made_run(small_disk: Path) -> None:
    with pytest.raises(ProjectProblem, match="disk is full"):
        RunFolder.create(small_disk, Project(), "x" * 2_000_000, settings={})
    assert list(small_disk.iterdir()) == []
