"""Waiting: for the thing itself, and long enough for a machine with much other work."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

from pytestqt.qtbot import QtBot

from dlstudio.training.control import Control
from dlstudio.ui.runner import THREAD, Runner

PATIENCE = 150_000
"""Milliseconds after which what is waited for will never come; whatever comes earlier costs only what it takes."""


class PatientBot(QtBot):
    """Gives up no earlier than after its patience, whatever less a test says."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE) -> None:
        super().waitUntil(callback, timeout=max(timeout, PATIENCE))


def rests(runner: Runner) -> bool:
    """Whether a training that was paused has ended its last step, and the window has taken out what it measured."""
    job = runner.job
    thread = next((each for each in threading.enumerate() if each.name == THREAD), None)
    if job is None or job.sight is None or thread is None:
        return False
    frame = sys._current_frames().get(thread.ident or 0)
    while frame is not None and frame.f_code is not Control.may_step.__code__:
        frame = frame.f_back
    return frame is not None and frame.f_locals["wait"] > 0 and job.control.paused and not job.sight.numbers
