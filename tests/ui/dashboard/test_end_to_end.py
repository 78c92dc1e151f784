"""From the start page to a trained LeNet-5 by clicks alone, with everything seen on the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

import dlstudio as dl
from dlstudio.ui.app import desk
from dlstudio.ui.panels.answers.panel import Answers
from dlstudio.ui.panels.curves.panel import Curves
from dlstudio.ui.panels.features.panel import FeatureMapsPanel
from dlstudio.ui.panels.setup.live import Live
from dlstudio.ui.panels.setup.setup import Setup
from tests.ui.conftest import Opener
from tests.ui.dashboard.conftest import LOADING
from tests.ui.hand import CONTROL, Hand
from tests.ui.test_start import page, tile, wait
from tests.ui.waiting import rests


@pytest.fixture
def hand(opened: Opener) -> Iterator[Hand]:
    made = opened("")
    made.key(Qt.Key.Key_N, CONTROL)
    yield made
    for document in list(desk().documents):
        document.window.runner.join()
        document.session.was_saved(Path("nowhere.dls"))
        document.window.close()
    QApplication.processEvents()


def shot(panel: FeatureMapsPanel) -> Any:
    return np.stack([tile.values for tile in panel.wall.rows[0].tiles])


def test_lenet_is_trained_by_clicks_and_seen(hand: Hand, qtbot: Any) -> None:
    start = page(hand)
    assert start is not None
    wait(lambda: bool(start.grid.tiles))
    start.roll.ensureWidgetVisible(tile(start, "LeNet-5"))
    hand.press(tile(start, "LeNet-5"))
    bar, viewing, runner = hand.window.run_bar, hand.window.viewing, hand.window.runner
    hand.press(bar.train)
    panels = hand.window.panels

    def made() -> bool:
        return {"dashboard", "features", "answers", "setup"} <= panels.made.keys()

    qtbot.waitUntil(made, timeout=LOADING)
    curves, features, answers, setup = (panels[name] for name in ("dashboard", "features", "answers", "setup"))
    assert isinstance(curves, Curves)
    assert isinstance(features, FeatureMapsPanel)
    assert isinstance(answers, Answers)
    assert isinstance(setup, Setup)

    qtbot.waitUntil(lambda: runner.step > 60 and bool(features.wall.rows), timeout=LOADING)
    assert curves.in_sight
    assert features.in_sight
    assert answers.in_sight
    losses = viewing.series["loss"].values
    assert losses[-10:].mean() < losses[:10].mean()
    before = shot(features)
    qtbot.waitUntil(lambda: bool((shot(features) != before).any()), timeout=LOADING)
    qtbot.waitUntil(lambda: answers.board is not None, timeout=LOADING)

    hand.press(bar.buttons["pause"])
    qtbot.waitUntil(lambda: bar.train.text() == "Continue", timeout=LOADING)
    qtbot.waitUntil(lambda: rests(runner), timeout=LOADING)
    at = runner.step
    hand.press(bar.buttons["step"])
    qtbot.waitUntil(lambda: runner.step == at + 1, timeout=LOADING)

    QTest.keyClick(setup.findChildren(Live)[0].slider, Qt.Key.Key_PageDown)
    assert runner.rate < 1.0
    hand.press(bar.train)
    qtbot.waitUntil(lambda: runner.step > at + 20, timeout=LOADING)
    rates = viewing.series["learning_rate"].values
    assert rates[-1] < rates[0]

    hand.press(bar.buttons["stop"])
    qtbot.waitUntil(lambda: not runner.alive and not viewing.alive, timeout=LOADING)
    path, stopped = viewing.path, runner.step
    assert path is not None
    assert viewing.origin == f"{path.name} · step {stopped:,} · stopped"
    run = dl.open_run(path)
    assert run.status == "stopped"
    counted = run.evaluate("validation", best=False).outputs[0].confusion
    qtbot.waitUntil(
        lambda: answers.board is not None and answers.board.counts.tolist() == [list(row) for row in counted],
        timeout=LOADING,
    )

    hand.window.do("resume")
    qtbot.waitUntil(lambda: runner.alive and runner.step > stopped, timeout=LOADING)
    assert viewing.path == path
    assert viewing.series["loss"].steps[0] == 1
