"""What goes wrong in a training thread is told in the window, which stays usable; nothing is left behind."""

from __future__ import annotations

import gc
import threading
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

import dlstudio as dl
from dlstudio.core.frozen import Frozen
from dlstudio.training.supervised import SupervisedMethod
from tests.ui.conftest import Opener
from tests.ui.dashboard.conftest import LOADING, ends, lenet, shows, trains
from tests.ui.hand import Hand


def pressed(hand: Hand, qtbot: Any) -> str:
    """Presses F5 and waits for the end; what was said of it."""
    hand.window.canvas.setFocus()
    hand.key(Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: not hand.window.runner.alive, timeout=LOADING)
    job = hand.window.runner.job
    assert job is not None
    assert job.ended is not None
    assert job.ended.status == "failed"
    assert hand.window.session.state.phase == ""
    assert hand.window.run_bar.train.isEnabled()
    return job.ended.text


def test_a_loss_that_is_no_number_names_its_node(opened: Opener, qtbot: Any) -> None:
    wild = lenet(epochs=50, optimizer=Frozen({"kind": "SGD", "lr": 1000.0}))
    exploding = dl.line("input 1x28x28 > flatten > " + "fc 64 > relu > " * 4 + "fc 10")
    hand = opened(replace(exploding, data=wild.data, training=wild.training))
    shows(hand, "dashboard")
    said = pressed(hand, qtbot)
    assert "became" in said
    assert "It began in" in said
    assert hand.window.toasts.now is not None
    assert said in hand.window.toasts.now.text
    viewing = hand.window.viewing
    qtbot.waitUntil(lambda: not viewing.alive, timeout=LOADING)
    assert viewing.standing is not None
    assert viewing.standing.status == "failed"


def test_memory_that_runs_out_is_told_with_what_to_do(
    opened: Opener, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = opened(lenet(epochs=50))

    def greedy(self: SupervisedMethod, batch: Any) -> Any:
        raise RuntimeError("[enforce fail at alloc_cpu.cpp:117] . DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(SupervisedMethod, "step", greedy)
    said = pressed(hand, qtbot)
    assert "memory" in said
    assert "This machine ran out of memory with a batch of " in said
    monkeypatch.undo()
    trains(hand, qtbot)
    ends(hand, qtbot)


def cycle(hand: Hand, qtbot: Any) -> None:
    trains(hand, qtbot)
    ends(hand, qtbot)


@pytest.mark.parametrize("count", [6, pytest.param(200, marks=pytest.mark.slow)])
def test_starting_and_stopping_leaves_no_thread_timer_or_widget(endless: Hand, qtbot: Any, count: int) -> None:
    for name in ("dashboard", "features"):
        shows(endless, name)
    before, counts = (0, 0, 0), left(endless)
    while counts != before:  # until every panel has made what it shows
        cycle(endless, qtbot)
        cycle(endless, qtbot)
        before, counts = counts, left(endless)
    for _ in range(count):
        cycle(endless, qtbot)
    qtbot.waitUntil(lambda: all(now <= then for now, then in zip(left(endless), before, strict=True)), timeout=LOADING)


def left(hand: Hand) -> tuple[int, int, int]:
    """How many threads, timers and widgets there are."""
    gc.collect()
    QApplication.processEvents()
    threads = sum(thread.name.startswith("dlstudio") for thread in threading.enumerate())
    return threads, len(hand.window.findChildren(QTimer)), len(QApplication.allWidgets())
