"""What takes long in a thread waits while the window has much to do, and not for ever."""

from __future__ import annotations

from functools import partial
from threading import Thread
from typing import Any

import pytest
from PySide6.QtCore import QObject

from dlstudio.ui import courtesy
from dlstudio.ui.turns import Turns


def test_a_thread_that_loads_much_goes_on_when_the_turns_are_done(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "MOST", 1e9)
    parent = QObject()
    turns = Turns(parent)
    done: list[str] = []
    loaded: list[int] = []
    turns.follow(*[partial(done.append, "turn")] * 3)

    def load() -> None:
        courtesy.after_you()
        loaded.append(len(done))

    thread = Thread(target=load)
    thread.start()
    qtbot.waitUntil(lambda: not thread.is_alive(), timeout=60_000)
    assert loaded == [3]
    assert turns not in courtesy.first


def test_it_goes_on_at_last_where_the_window_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "MOST", 0.02)
    parent = QObject()
    busy = Turns(parent)
    busy.follow(lambda: None)
    courtesy.after_you()
    assert busy in courtesy.first
    courtesy.first.discard(busy)
