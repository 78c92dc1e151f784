"""Runs inside which nobody looked, and runs that failed before anything was seen: the window says what is true."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from PySide6.QtCore import Qt
from safetensors.torch import load_file

import dlstudio as dl
from dlstudio.runs.checkpoints import Checkpoints
from dlstudio.training.supervised import SupervisedMethod
from dlstudio.ui.panels.layers.kernels_view import told
from dlstudio.ui.panels.layers.weights import Weights
from tests.ui.conftest import Opener
from tests.ui.dashboard.conftest import LOADING, lenet, shows
from tests.ui.hand import Hand


@pytest.fixture(scope="module")
def headless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was trained without a look inside, with some checkpoints."""
    run = dl.train(lenet(checkpoint_every=8), runs=tmp_path_factory.mktemp("runs"), steps=20, probes=False)
    return Path(run.path)


def watched(opened: Opener, qtbot: Any, path: Path) -> tuple[Hand, Weights]:
    hand = opened(lenet())
    panel = shows(hand, "weights")
    assert isinstance(panel, Weights)
    hand.window.viewing.watch(path)
    qtbot.waitUntil(lambda: panel.kernels.shown is not None and not hand.window.viewing.alive, timeout=LOADING)
    return hand, panel


def values(panel: Weights) -> torch.Tensor:
    """The numbers that are drawn."""
    assert panel.kernels.shown is not None
    return panel.kernels.shown.values


def shape(panel: Weights) -> tuple[int, ...]:
    """The shape of the weight that is drawn; nothing where none is."""
    return tuple(panel.kernels.shown.shape) if panel.kernels.shown is not None else ()


def held(path: Path, step: int, name: str) -> torch.Tensor:
    """A weight in the file of a checkpoint."""
    entry = next(each for each in Checkpoints(path / "checkpoints").list() if each.step == step)
    return load_file(entry.path / "weights.safetensors")[f"model.{name}"]


def test_kernels_of_a_run_without_looks_are_those_of_its_checkpoints(
    opened: Opener, qtbot: Any, headless: Path
) -> None:
    _, panel = watched(opened, qtbot, headless)
    steps = [entry.step for entry in Checkpoints(headless / "checkpoints").list()]
    assert [panel.nodes.itemText(i) for i in range(panel.nodes.count())] == ["conv1", "conv2", "fc1", "fc2", "fc3"]
    assert panel.kernels.shown is not None
    assert torch.equal(panel.kernels.shown.values, held(headless, steps[-1], "conv1.weight"))
    qtbot.waitUntil(lambda: "kept: " + ", ".join(map(str, steps)) in panel.kernels.origin.text(), timeout=LOADING)
    assert not any(spread.isVisible() for spread in panel.spreads.values())
    panel.nodes.setCurrentText("fc1")
    panel.nodes.activated.emit(panel.nodes.currentIndex())
    last = held(headless, steps[-1], "fc1.weight")
    qtbot.waitUntil(lambda: shape(panel) == (120, 400), timeout=LOADING)
    assert torch.equal(panel.kernels.shown.values, last[:, ::3])
    assert panel.origin.text().endswith("finished")


def test_an_earlier_step_shows_the_nearest_kept_weights_with_their_step(
    opened: Opener, qtbot: Any, headless: Path
) -> None:
    hand, panel = watched(opened, qtbot, headless)
    steps = [entry.step for entry in Checkpoints(headless / "checkpoints").list()]
    assert len(steps) > 1
    at = steps[0] + 1
    hand.window.viewing.seek(at)
    qtbot.waitUntil(lambda: f"of step {steps[0]}, the nearest to {at}" in panel.kernels.origin.text(), timeout=LOADING)
    assert panel.kernels.shown is not None
    assert torch.equal(panel.kernels.shown.values, held(headless, steps[0], "conv1.weight"))
    hand.window.viewing.seek(None)
    first = held(headless, steps[-1], "conv1.weight")
    qtbot.waitUntil(lambda: shape(panel) == tuple(first.shape) and torch.equal(values(panel), first), timeout=LOADING)


def test_other_panels_of_such_a_run_do_not_promise_a_look(opened: Opener, qtbot: Any, headless: Path) -> None:
    hand, _ = watched(opened, qtbot, headless)
    for name in ("layers", "features"):
        panel = shows(hand, name)
        qtbot.waitUntil(lambda panel=panel: "before anything was seen inside" in panel.empty.text(), timeout=LOADING)
        assert panel.empty.text() == "The run ended at step 20 before anything was seen inside."


def test_a_run_that_failed_says_at_which_step_and_that_nothing_was_answered(
    opened: Opener, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = opened(lenet(epochs=50))
    names = ("answers", "space", "weights", "features")

    def broken(self: SupervisedMethod, batch: Any) -> Any:
        raise RuntimeError("[enforce fail at alloc_cpu.cpp:117] . DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(SupervisedMethod, "step", broken)
    hand.window.canvas.setFocus()
    hand.key(Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: hand.window.runner.job is not None and not hand.window.runner.alive, timeout=LOADING)
    qtbot.waitUntil(lambda: not hand.window.viewing.alive, timeout=LOADING)
    for name in names:
        panel = shows(hand, name)
        qtbot.waitUntil(
            lambda panel=panel: panel.empty.text().startswith("The run failed at step 0 before anything was "),
            timeout=LOADING,
        )
        assert panel.body.currentIndex() == 0


def test_the_step_of_the_weights_is_said_only_where_it_is_news() -> None:
    assert told(8, 8, ()) == ()
    assert told(8, 8, (4, 8))[0] == "of step 8 · kept: 4, 8"
    assert told(8, 11, (4, 8))[0] == "of step 8, the nearest to 11 that is kept · kept: 4, 8"
    assert told(1200, 1300, ())[0] == "of step 1,200, the nearest to 1,300 that is kept"
    assert told(9, 9, tuple(range(1, 10)))[0] == "of step 9 · kept: … 4, 5, 6, 7, 8, 9"
