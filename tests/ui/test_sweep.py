"""The search for garbage, and how the program is left."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from dlstudio.ui.sweep import EVERY, Sweep, settle, unswept, went

LEAVING = """
import sys
from PySide6.QtCore import QTimer
from dlstudio.ui import app
program = app.application()
def begin():
    window = app.desk().documents[0].window
    window.run_bar.device.background.ask(0)
    QTimer.singleShot(int(sys.argv[1]), window.close)
QTimer.singleShot(0, begin)
sys.exit(app.run(None, None))
"""
START = """
from dlstudio.core.document import Project
from dlstudio.ui.app import application, desk, open_window
program = application()
desk().start(open_window(Project()))
for _ in range(20): program.processEvents()
"""
"""Ends with a window open and pictures of templates under way."""


@pytest.fixture
def sweep(qapp: Any) -> Iterator[Sweep]:
    made = Sweep()
    yield made
    made.stop()


class Circle(QWidget):
    """A widget that holds itself, and tells in which thread it goes."""

    went: list[str] = []

    def __init__(self) -> None:
        super().__init__()
        self.itself = self

    def __del__(self) -> None:
        self.went.append(threading.current_thread().name)


def test_widgets_that_are_garbage_go_in_the_windows_thread(sweep: Sweep, qtbot: Any) -> None:
    Circle.went.clear()
    Circle()
    kept: list[object] = []
    thread = threading.Thread(target=lambda: kept.extend([number] for number in range(20_000)), name="elsewhere")
    thread.start()
    thread.join()
    assert Circle.went == []
    qtbot.waitUntil(lambda: bool(Circle.went))
    assert Circle.went == [threading.main_thread().name]


def test_a_document_that_opens_is_not_held_up_by_what_came_to_stay(sweep: Sweep, qapp: Any) -> None:
    """Only where a document went for good everything is searched again: torch alone is a fifth of a second."""
    settle()
    Circle.went.clear()
    Circle()
    gc.freeze()
    settle()
    assert Circle.went == []
    went()
    settle()
    assert Circle.went == [threading.main_thread().name]


def test_nothing_is_searched_while_much_is_loaded(sweep: Sweep, qtbot: Any) -> None:
    searched: list[str] = []
    look = lambda phase, info: searched.append(phase)  # noqa: E731
    gc.callbacks.append(look)
    try:
        with unswept():
            kept = [[number] for number in range(20_000)]
            qtbot.wait(4 * EVERY)
            meanwhile = list(searched)
            kept += [[number] for number in range(20_000)]
        kept += [[number] for number in range(20_000)]
        qtbot.waitUntil(lambda: bool(searched))
    finally:
        gc.callbacks.remove(look)
    assert meanwhile == []


def test_python_searches_again_when_it_is_over(qapp: QObject) -> None:
    sweep = Sweep()
    assert not gc.isenabled()
    sweep.stop()
    assert gc.isenabled()


@pytest.mark.parametrize("milliseconds", [1, 400])
def test_the_program_can_be_left_while_torch_is_loading(milliseconds: int) -> None:
    done = subprocess.run([sys.executable, "-c", LEAVING, str(milliseconds)], capture_output=True, text=True)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr


def test_the_program_ends_while_pictures_are_drawn() -> None:
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True)
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
