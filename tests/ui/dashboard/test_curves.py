"""Curves in the window: every number that was measured, in groups, with what the doctor found where it began."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from dlstudio.core.frozen import Frozen
from dlstudio.ui.panels.curves.doctor import Card
from dlstudio.ui.panels.curves.groups import grouped, label, measure
from dlstudio.ui.panels.curves.overlay import brief
from dlstudio.ui.panels.curves.panel import Curves
from tests.ui.conftest import Opener
from tests.ui.dashboard.conftest import LOADING, ends, lenet, shows, trains


def test_training_and_validation_of_one_measure_stand_together_and_the_rate_comes_last() -> None:
    names = ["learning_rate", "loss", "loss/a", "validation/loss", "validation/accuracy", "loss/b"]
    assert grouped(names) == {
        "loss": ["loss", "loss/a", "loss/b", "validation/loss"],
        "accuracy": ["validation/accuracy"],
        "learning_rate": ["learning_rate"],
    }


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("loss", "training"),
        ("validation/loss", "validation"),
        ("loss/digit", "training digit"),
        ("learning_rate/1", "optimizer 2"),
    ],
)
def test_curves_are_called_by_the_part_of_the_data(name: str, said: str) -> None:
    assert label(name) == said
    assert measure("validation/accuracy") == "accuracy"


def test_a_measure_is_chosen_by_the_keys_and_stays_chosen(opened: Opener, qtbot: Any) -> None:
    hand = opened(lenet(epochs=3))
    panel = shows(hand, "dashboard")
    assert isinstance(panel, Curves)
    assert panel.empty.text() == Curves.EMPTY
    trains(hand, qtbot)
    qtbot.waitUntil(lambda: bool(panel.stands), timeout=LOADING)
    first = panel.stands[0].chosen
    first.setFocus()
    hand.key(Qt.Key.Key_Down, widget=first)
    chosen = panel.stands[0].measure
    assert chosen != "loss"
    ends(hand, qtbot, stop=False)
    qtbot.waitUntil(lambda: panel.origin.text().endswith("finished"), timeout=LOADING)
    assert panel.stands[0].measure == chosen


def test_a_finding_stands_beside_the_curves_and_its_button_is_one_undo_step(opened: Opener, qtbot: Any) -> None:
    hand = opened(lenet(epochs=1000, optimizer=Frozen({"kind": "Adam", "lr": 10.0})))
    panel = shows(hand, "dashboard")
    assert isinstance(panel, Curves)
    try:
        trains(hand, qtbot)
        qtbot.waitUntil(lambda: bool(panel.doctor.findChildren(Card)), timeout=LOADING)
        ends(hand, qtbot)
        qtbot.waitUntil(lambda: panel.origin.text().endswith("stopped"), timeout=LOADING)
        finding = hand.window.viewing.findings[0]
        assert panel.doctor.isVisible()
        assert next(mark.step for mark in panel._marks()) == finding.since_step
        fixes = {fix.label for each in hand.window.viewing.findings for fix in each.fixes}
        before = hand.window.session.state.project
        button = next(each for each in panel.doctor.findChildren(QPushButton) if each.text() in fixes)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert hand.window.session.state.project != before
        hand.window.session.undo()
        assert hand.window.session.state.project is before
    finally:
        hand.window.runner.join()


def test_runs_whose_names_begin_alike_are_told_apart_by_what_follows() -> None:
    assert brief(["lenet-5 with a rate of 0.01", "lenet-5 with a rate of 0.003"]) == {
        "lenet-5 with a rate of 0.01": "…0.01",
        "lenet-5 with a rate of 0.003": "…0.003",
    }
    assert brief(["lenet-5", "mlp"]) == {"lenet-5": "lenet-5", "mlp": "mlp"}
    assert brief(["one run and another", "two"])["two"] == "two"
    assert brief(["alone with a very long name"]) == {"alone with a very long name": "alone with a very long name"}
    assert brief(["lenet-5 of today", "lenet-5 of today again"])["lenet-5 of today"] == "…today"
