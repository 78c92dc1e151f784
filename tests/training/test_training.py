"""Whole trainings: they learn, they repeat bit for bit, they go on where they were, and they fail in a sentence."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

import dlstudio as dl
from dlstudio.core.document import Project
from dlstudio.core.files import save
from dlstudio.core.frozen import Value, freeze
from dlstudio.core.issue import ProjectProblem
from dlstudio.training.control import Control
from dlstudio.training.recorder import Numbers
from dlstudio.training.run import Run, open_run, train

NET = "input 1x8x8 > conv 8 3 same > relu > dropout 0.2 > maxpool 2 > flatten > fc 32 > relu > fc 10"


def digits(text: str = NET, **training: Value) -> Project:
    settings = {"kind": "Supervised", "epochs": 3, "device": "cpu", **training}
    return replace(dl.line(text), data=freeze({"source": {"kind": "Digits"}}), training=freeze(settings))


def weights(run: Run, *, best: bool = False) -> dict[str, Tensor]:
    return run.model(best=best).state_dict()


def assert_same(one: dict[str, Tensor], other: dict[str, Tensor]) -> None:
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_digits_are_learnt_and_the_curves_kept(tmp_path: Path) -> None:
    run = train(digits(epochs=25), runs=tmp_path)
    assert run.status == "finished"
    steps, losses = run.metrics("loss")
    assert list(steps) == list(range(1, len(steps) + 1))
    assert 2.0 < losses[0] < 2.7
    assert run.metrics("validation/accuracy")[1][-1] > 0.93
    assert open_run(run.path).project.training["epochs"] == 25


def test_one_seed_gives_one_result_and_another_gives_another(tmp_path: Path) -> None:
    first, again = train(digits(epochs=1), runs=tmp_path), train(digits(epochs=1), runs=tmp_path)
    assert_same(weights(first), weights(again))
    other = train(digits(epochs=1), runs=tmp_path, seed=7)
    assert not torch.equal(weights(first)["conv1.weight"], weights(other)["conv1.weight"])


def test_stopped_in_the_middle_of_an_epoch_it_goes_on_as_if_nothing_had_been(tmp_path: Path) -> None:
    whole = train(digits(epochs=3), runs=tmp_path)
    control = Control()

    def stop_at_30(step: int, _epoch: int, _values: Numbers) -> None:
        if step >= 30:
            control.stop()

    part = train(digits(epochs=3), runs=tmp_path, control=control, listen=stop_at_30)
    assert part.status == "stopped"
    assert 30 <= part.folder.status().step < len(whole.metrics("loss")[0])
    part.resume()
    assert part.status == "finished"
    assert_same(weights(whole), weights(part))
    assert list(part.metrics("loss")[0]) == list(whole.metrics("loss")[0])
    assert list(part.metrics("loss")[1]) == list(whole.metrics("loss")[1])


def test_steps_and_epochs_from_the_caller_go_before_the_projects(tmp_path: Path) -> None:
    assert train(digits(), runs=tmp_path, steps=5).folder.status().step == 5
    assert train(digits(), runs=tmp_path, epochs=1).folder.status().epoch == 1


def test_accumulated_small_batches_are_one_large_batch(tmp_path: Path) -> None:
    """Without dropout and batch statistics, four batches of 32 move the weights as one of 128 does."""
    net = "input 1x8x8 > flatten > fc 16 > tanh > fc 10"
    sgd: dict[str, Value] = {"optimizer": {"kind": "SGD", "lr": 0.1}}
    large = train(digits(net, batch_size=128, **sgd), runs=tmp_path, steps=3)
    small = train(digits(net, batch_size=32, accumulate=4, **sgd), runs=tmp_path, steps=12)
    for name, weight in weights(large).items():
        torch.testing.assert_close(weights(small)[name], weight, atol=1e-6, rtol=1e-5)


def test_frozen_nodes_stay_as_they_are_TRN_21(tmp_path: Path) -> None:
    project = digits(frozen=["conv1", "linear1"])
    fresh = train(project, runs=tmp_path, steps=1)
    later = train(project, runs=tmp_path, steps=20)
    assert torch.equal(weights(fresh)["conv1.weight"], weights(later)["conv1.weight"])
    assert not torch.equal(weights(fresh)["linear2.weight"], weights(later)["linear2.weight"])


def test_clipped_gradients_move_no_further_TRN_24(tmp_path: Path) -> None:
    sgd: dict[str, Value] = {"optimizer": {"kind": "SGD", "lr": 1.0}}
    before = weights(train(digits(regularizers=[{"kind": "ClipNorm", "longest": 1e-9}], **sgd), runs=tmp_path, steps=1))
    after = weights(train(digits(regularizers=[{"kind": "ClipNorm", "longest": 1e-9}], **sgd), runs=tmp_path, steps=4))
    for name in before:
        torch.testing.assert_close(before[name], after[name], atol=1e-8, rtol=0)


def test_numbers_that_are_none_end_it_and_name_step_and_node(tmp_path: Path) -> None:
    project = digits("input 1x8x8 > flatten > wide: fc 32 > fc 10", optimizer={"kind": "SGD", "lr": 1e6})
    with pytest.raises(ProjectProblem, match=r"became (nan|inf) at step \d+.*It began in wide") as told:
        train(project, runs=tmp_path)
    run = open_run(next(path for path in tmp_path.iterdir() if path.is_dir()))
    assert run.status == "failed"
    assert str(run.path) in str(told.value)


@pytest.mark.parametrize(
    ("training", "says"),
    [
        ({"optimizer": {"kind": "Adamm"}}, "Did you mean “Adam”"),
        ({"optimizer": {"kind": "Adam", "lr": -1}}, "lr"),
        ({"epochs": 0}, "epochs"),
        ({"epoch": 3}, "Did you mean “epochs”"),
        ({"device": "tpu"}, "one of"),
        ({"frozen": ["conv9"]}, "no node “conv9”"),
    ],
)
def test_what_cannot_be_trained_is_said_before_anything_is_written(
    training: dict[str, Value], says: str, tmp_path: Path
) -> None:
    with pytest.raises(ProjectProblem, match=says):
        train(digits(**training), runs=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_a_network_that_does_not_fit_the_data_takes_its_size(tmp_path: Path) -> None:
    run = train(digits("input 1x5x5 > flatten > fc 10"), runs=tmp_path, steps=2)
    assert run.project.networks["model"].nodes["image"].fields["size"] == (1, 8, 8)


def test_augmented_and_resumed_it_is_still_the_same_AUG_14(tmp_path: Path) -> None:
    """What is drawn for a batch follows from seed, epoch and batch, so a break changes nothing."""
    augment = [{"kind": "Shift", "column": "image"}, {"kind": "GaussianNoise", "column": "image"}]
    plain = digits(epochs=2)
    project = replace(plain, data=plain.data.put("augment", freeze(augment)))
    whole = train(project, runs=tmp_path)
    part = train(project, runs=tmp_path, steps=13)
    part.resume(steps=10**6)
    assert_same(weights(whole), weights(part))
    assert not torch.equal(weights(whole)["conv1.weight"], weights(train(plain, runs=tmp_path))["conv1.weight"])


def test_the_rate_may_be_changed_while_it_trains_LRS_05(tmp_path: Path) -> None:
    control = Control()
    control.set_rate(0.0)
    still = train(digits(optimizer={"kind": "SGD", "lr": 1.0}), runs=tmp_path, steps=5, control=control)
    first = train(digits(optimizer={"kind": "SGD", "lr": 0.0}), runs=tmp_path, steps=5)
    assert_same(weights(still), weights(first))


CHILD = """
import sys
from pathlib import Path
from dlstudio.core.files import load
from dlstudio.training.run import open_run, train
import torch
torch.set_num_threads(1)
runs = Path(sys.argv[2])
if runs.exists() and any(runs.iterdir()):
    open_run(next(p for p in runs.iterdir() if p.is_dir())).resume()
else:
    train(load(sys.argv[1]), runs=runs, name="killed")
"""


def killed_and_resumed(tmp_path: Path, times: int) -> None:
    project = digits(epochs=30, checkpoint_every=7)
    file, runs = tmp_path / "p.dls", tmp_path / "runs"
    save(project, file)
    command = [sys.executable, "-c", CHILD, str(file), str(runs)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    struck = 0
    for attempt in range(times):
        child = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        struck += wait_for_steps(runs, child, attempt)
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert struck >= min(times, 2), "it had ended before it was killed"
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        whole = train(project, runs=tmp_path / "whole")
    finally:
        torch.set_num_threads(before)
    run = open_run(runs / "killed")
    assert_same(weights(whole), weights(run))
    assert list(run.metrics("loss")[0]) == list(whole.metrics("loss")[0])
    assert list(run.metrics("loss")[1]) == list(whole.metrics("loss")[1])


def wait_for_steps(runs: Path, child: subprocess.Popen[bytes], attempt: int) -> bool:
    """Waits until this child itself trains, then a moment that differs each time; whether it was still at it then."""
    state = runs / "killed" / "state.json"
    before = state.stat().st_mtime_ns if state.exists() else 0
    end = time.monotonic() + 60
    while child.poll() is None and time.monotonic() < end:
        if state.exists() and state.stat().st_mtime_ns != before and list(runs.glob("killed/checkpoints/*")):
            time.sleep(0.37 * attempt % 0.3)
            return child.poll() is None
        time.sleep(0.005)
    return False


def test_killed_with_kill_9_and_resumed_it_ends_with_the_same_bits(tmp_path: Path) -> None:
    killed_and_resumed(tmp_path, 2)


@pytest.mark.slow
def test_killed_twenty_times_it_ends_with_the_same_bits(tmp_path: Path) -> None:
    killed_and_resumed(tmp_path, 20)
