"""Work off the window's thread."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from PySide6.QtCore import QObject

from dlstudio.ui.background import POLL, SELDOM, Background


@pytest.fixture
def parent(qapp: Any) -> QObject:
    return QObject()


def test_of_several_questions_only_the_latest_is_answered(parent: QObject, qtbot: Any) -> None:
    worked: list[int] = []
    shown: list[tuple[int, int]] = []

    def double(number: int) -> int:
        worked.append(number)
        return number * 2

    background = Background(double, lambda n, a: shown.append((n, a)), parent, delay=20)
    for number in range(50):
        background.ask(number)
    qtbot.waitUntil(lambda: not background.busy)
    assert worked == [49]
    assert shown == [(49, 98)]


def test_an_answer_is_not_shown_when_a_newer_question_waits(parent: QObject, qtbot: Any) -> None:
    gate = threading.Event()
    shown: list[int] = []
    background: Background[int, bool] = Background(lambda _: gate.wait(60), lambda n, _: shown.append(n), parent)
    background.ask(1)
    qtbot.waitUntil(lambda: threading.active_count() > 1 and background._thread is not None)
    background.ask(2)
    gate.set()
    qtbot.waitUntil(lambda: not background.busy)
    assert shown == [2]


def test_an_answer_that_takes_long_is_looked_for_ever_more_rarely(parent: QObject, qtbot: Any) -> None:
    gate, shown = threading.Event(), list[int]()
    background: Background[int, bool] = Background(lambda _: gate.wait(60), lambda n, _: shown.append(n), parent)
    looks: list[int] = []
    background._poll.timeout.connect(lambda: looks.append(background._poll.interval()))
    background.ask(1)
    qtbot.waitUntil(lambda: looks[-1:] == [SELDOM])
    gate.set()
    qtbot.waitUntil(lambda: shown == [1])
    assert looks[:4] == [2 * POLL, 4 * POLL, SELDOM, SELDOM][: len(looks[:4])]
    background.ask(2)
    qtbot.waitUntil(lambda: background._thread is not None or shown == [1, 2])
    qtbot.waitUntil(lambda: shown == [1, 2])


def test_work_is_done_elsewhere_and_shown_here(parent: QObject, qtbot: Any) -> None:
    places: list[str] = []
    background: Background[int, None] = Background(
        lambda _: places.append(threading.current_thread().name),
        lambda *_: places.append(threading.current_thread().name),
        parent,
    )
    background.ask(1)
    qtbot.waitUntil(lambda: len(places) == 2)
    assert places == ["dlstudio background", threading.main_thread().name]


def test_a_mistake_of_ours_is_raised_in_the_window(parent: QObject, qtbot: Any) -> None:
    background: Background[int, int] = Background(lambda n: 1 // n, lambda *_: None, parent)
    with qtbot.captureExceptions() as raised:
        background.ask(0)
        qtbot.waitUntil(lambda: not background.busy)
    assert raised[0][0] is ZeroDivisionError


def test_stopping_waits_for_the_thread_and_shows_nothing(parent: QObject, qtbot: Any) -> None:
    shown: list[int] = []
    began, gate = threading.Event(), threading.Event()

    def work(_: int) -> bool:
        began.set()
        return gate.wait(60)

    background: Background[int, bool] = Background(work, lambda n, _: shown.append(n), parent)
    background.ask(1)
    qtbot.waitUntil(began.is_set)
    threading.Timer(0.05, gate.set).start()
    background.stop()
    assert all(thread.name != "dlstudio background" for thread in threading.enumerate())
    qtbot.wait(30)
    assert shown == []
