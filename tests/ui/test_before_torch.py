"""What panels do before torch is in memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

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
