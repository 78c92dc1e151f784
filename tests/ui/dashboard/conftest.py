"""What tests of the dashboard need: a window on LeNet-5 with a few digits, and waiting until it has trained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt

from dlstudio.core.document import Project
from tests.ui.conftest import Opener
from tests.ui.conftest import lenet as few_digits
from tests.ui.hand import Hand

LOADING = 60_000
"""Milliseconds in which torch is loaded and a few steps are taken on any machine."""


def lenet(**training: Any) -> Project:
    """LeNet-5 on a few digits, two epochs of some steps."""
    return few_digits(**{"epochs": 2, **training})


@pytest.fixture
def endless(opened: Opener, qtbot: Any) -> Iterator[Hand]:
    """A window on LeNet-5 that would train for a long time; at the end nothing trains any more."""
    made = opened(lenet(epochs=1000))
    yield made
    made.window.runner.join()


def trains(hand: Hand, qtbot: Any, step: int = 1) -> None:
    """Presses F5, and waits until so many steps were taken and the panels stand where the training put them."""
    hand.window.canvas.setFocus()
    hand.key(Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: hand.window.runner.step >= step and not hand.window.turns.busy, timeout=LOADING)


def ends(hand: Hand, qtbot: Any, *, stop: bool = True) -> None:
    """Presses Shift+F5 (or waits for the end), until the training is over and its last answers are there."""
    if stop:
        hand.key(Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: not hand.window.runner.alive and not hand.window.viewing.alive, timeout=LOADING)


def shows(hand: Hand, name: str) -> Any:
    """A panel, brought into sight."""
    dock = hand.window.docks[name]
    dock.show()
    dock.raise_()
    hand.window.repaint()
    return hand.window.panels[name]
