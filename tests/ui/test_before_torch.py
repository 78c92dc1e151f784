"""What panels do before torch is in memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest

from dlstudio.data.progress import Cancelled
from dlstudio.ui import loading
from dlstudio.ui.gate import Gate
from dlstudio.ui.job import UNREAD
from dlstudio.ui.loader import Loader
from tests.ui.hand import Hand

OPENS = """
import os, sys, threading
os.environ["QT_QPA_PLATFORM"] = "offscreen"
class Finder:
    held = False
    def find_spec(self, name, path=None, target=None):
        if name == "torch":
            self.held = self.held or threading.current_thread() is threading.main_thread()
sys.meta_path.insert(0, finder := Finder())
from PySide6.QtCore import QEventLoop
from dlstudio.core.templates import template
from dlstudio.ui.app import application, open_window
app, window = application(), open_window(template("lenet5"))
window.arrange("Train")
while window.turns.busy:
    app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
print("answers" in window.panels.made, "dlstudio.training.questions" in sys.modules, finder.held)
window.close()
"""


@pytest.fixture
def torch_comes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Torch is not there before this is set."""
    comes = Event()

    def bring(_: Gate) -> None:
        comes.wait(600)

    monkeypatch.setattr(loading, "loaded", comes.is_set)
    monkeypatch.setattr(loading, "_loader", Loader(bring))
    yield comes
    comes.set()


def test_the_panels_of_a_training_are_opened_without_waiting_for_torch() -> None:
    """Another thread may load it meanwhile."""
    done = subprocess.run([sys.executable, "-c", OPENS], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True False False"


def test_nothing_is_asked_before_torch_is_there(
    opened: Callable[..., Hand], qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = opened("lenet5").window
    window.arrange("Train")
    qtbot.waitUntil(lambda: not window.turns.busy)
    panel: Any = window.panels["answers"]
    asked: list[str] = []

    def questions() -> tuple[()]:
        asked.append(window.session.state.phase)
        return ()

    monkeypatch.setattr(panel, "questions", questions)
    monkeypatch.setattr("dlstudio.ui.panels.seeing.loaded", lambda: False)
    window.session.trains("starting")
    panel.wish()
    assert asked == []
    monkeypatch.setattr("dlstudio.ui.panels.seeing.loaded", lambda: True)
    window.session.trains("training")
    assert asked == ["training"]
    window.session.trains("")


def test_who_waits_for_a_training_reads_what_is_loaded_and_goes_on_when_it_is_there(
    opened: Callable[..., Hand], qtbot: Any, torch_comes: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = Event()

    def train(_: object) -> None:
        reads.wait(600)
        raise Cancelled

    monkeypatch.setattr("dlstudio.ui.job.Job._train", train)
    hand = opened("lenet5")
    bar = hand.window.run_bar
    hand.press(bar.train)
    qtbot.waitUntil(lambda: bar.text.text() == "Loading PyTorch …")
    torch_comes.set()
    qtbot.waitUntil(lambda: bar.text.text() == "Reading the data …")
    reads.set()
    qtbot.waitUntil(lambda: not hand.window.runner.alive)


def test_a_training_is_stopped_while_torch_is_still_on_its_way(
    opened: Callable[..., Hand], qtbot: Any, torch_comes: Event
) -> None:
    hand = opened("lenet5")
    bar, runner = hand.window.run_bar, hand.window.runner
    hand.press(bar.train)
    qtbot.waitUntil(lambda: bar.text.text() == "Loading PyTorch …")
    hand.press(bar.buttons["stop"])
    qtbot.waitUntil(lambda: not runner.alive)
    assert runner.job is not None
    assert runner.job.ended is not None
    assert (runner.job.ended.status, runner.job.ended.text, runner.job.ended.path) == ("stopped", UNREAD, None)
    assert not torch_comes.is_set()
    assert bar.train.isEnabled()


def test_nobody_who_closes_a_window_waits_while_torch_is_still_on_its_way(
    opened: Callable[..., Hand], qtbot: Any, torch_comes: Event
) -> None:
    runner = opened("lenet5").window.runner
    runner.start()
    job = runner.job
    assert job is not None
    qtbot.waitUntil(lambda: job.reading.what == loading.SAID)
    runner.join()
    assert not torch_comes.is_set()
    assert not runner.alive
