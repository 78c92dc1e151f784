"""What takes long in a thread waits while the window has much to do, and not for ever."""

from __future__ import annotations

from functools import partial
from threading import Thread
from typing import Any
from weakref import ref

import pytest
from PySide6.QtCore import QObject
from shiboken6 import delete

from dlstudio.ui import courtesy
from dlstudio.ui.turns import Turns


@pytest.fixture(autouse=True)
def nothing_of_other_windows() -> None:
    courtesy.first.clear()


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
    assert ref(turns) not in courtesy.first


def test_it_goes_on_at_last_where_the_window_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "MOST", 0.02)
    parent = QObject()
    busy = Turns(parent)
    busy.follow(lambda: None)
    courtesy.after_you()
    assert ref(busy) in courtesy.first


def test_turns_of_a_window_that_is_gone_are_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "MOST", 1e9)
    parent = QObject()
    gone = Turns(parent)
    gone.follow(lambda: None)
    delete(parent)
    courtesy.after_you()
    assert ref(gone) in courtesy.first
