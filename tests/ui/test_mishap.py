"""Mistakes of the program's own: the work is safe, one sentence is said, and it goes on."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

import dlstudio as dl
from dlstudio.core import files
from dlstudio.ui.app import watch
from dlstudio.ui.files import autosave
from dlstudio.ui.files.question import Question
from dlstudio.ui.mishap import journal
from tests.ui.conftest import Opener
from tests.ui.hand import Hand

CHAIN = "input 8 > fc 4 > relu > fc 2"


@pytest.fixture(autouse=True)
def watched(qapp: Any, capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    """The program watches over itself, as it does when it runs."""
    made = watch()
    yield
    made.stop()


@pytest.fixture
def hand(opened: Opener, tmp_path: Path) -> Hand:
    """A window on a file, with a change that is not saved."""
    path = tmp_path / "chain.dls"
    dl.save(dl.line(CHAIN), path)
    made = opened(dl.load(path), path=path)
    made.click("relu1")
    made.key(Qt.Key.Key_Delete)
    return made


class Broken(QObject):
    """Breaks at every key."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress:
            raise ZeroDivisionError("of a filter")
        return False


def told(hand: Hand) -> Question:
    (question,) = [each for each in hand.window.findChildren(Question) if each.isVisible()]
    return question


def is_told(hand: Hand) -> bool:
    return any(each.isVisible() for each in hand.window.findChildren(Question))


def fail(error: Exception) -> None:
    raise error


def test_a_mistake_in_a_slot_is_told_and_the_work_is_kept_at_once(hand: Hand, qtbot: Any) -> None:
    path = hand.window.session.state.path
    assert path
    QTimer.singleShot(0, lambda: fail(KeyError("in a slot")))
    qtbot.waitUntil(lambda: is_told(hand))
    qtbot.waitUntil(lambda: autosave.left(path) is not None)
    assert "relu1" not in files.load(files.shadow(path)).networks["model"].nodes
    assert "nothing was lost" in told(hand).accessibleDescription()
    hand.press(told(hand).buttons[1])
    assert "in a slot" in QApplication.clipboard().text()
    assert "Python" in QApplication.clipboard().text()
    assert "in a slot" in journal().read_text()
    hand.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, widget=hand.canvas)
    assert "relu1" in hand.nodes


def test_what_fails_again_and_again_is_told_once(hand: Hand, qtbot: Any) -> None:
    broken = Broken()
    hand.canvas.installEventFilter(broken)
    for _ in range(5):
        stroke(hand)
    qtbot.waitUntil(lambda: is_told(hand))
    qtbot.wait(250)
    hand.key(Qt.Key.Key_Escape, widget=told(hand))
    stroke(hand)
    qtbot.wait(250)
    assert not is_told(hand)
    assert journal().read_text().count("ZeroDivisionError: of a filter") == 1
    hand.canvas.removeEventFilter(broken)


def stroke(hand: Hand) -> None:
    """A key, as the system brings it (what breaks would come out of QTest's own)."""
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_F12, Qt.KeyboardModifier.NoModifier)
    QApplication.postEvent(hand.canvas, event)


def test_two_mistakes_are_never_asked_over_each_other(hand: Hand, qtbot: Any) -> None:
    QTimer.singleShot(0, lambda: fail(KeyError("one")))
    QTimer.singleShot(0, lambda: next(iter(())))
    qtbot.waitUntil(lambda: is_told(hand))
    qtbot.wait(250)
    assert told(hand).isVisible()
    assert "StopIteration" in journal().read_text()


def test_a_mistake_in_a_thread_is_told(hand: Hand, qtbot: Any) -> None:
    thread = threading.Thread(target=lambda: fail(ValueError("far away")), name="somewhere")
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: is_told(hand))
    assert "In the thread “somewhere”" in journal().read_text()


def test_the_hooks_are_given_back(qapp: Any) -> None:
    before = sys.excepthook, threading.excepthook
    watch().stop()
    assert (sys.excepthook, threading.excepthook) == before
