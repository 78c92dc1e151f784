"""Training from the window: pressed, seen, paused, stopped, refused, closed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

import dlstudio as dl
from dlstudio.core import edits
from dlstudio.core.frozen import Frozen
from dlstudio.ui.files.question import Question
from dlstudio.ui.panels.curves.panel import Curves
from dlstudio.ui.run_bar import measured
from dlstudio.ui.runner import Runner
from tests.ui.conftest import Opener, lenet
from tests.ui.hand import Hand
from tests.ui.waiting import rests

LOADING = 60_000
"""Milliseconds in which torch is loaded on any machine."""


@pytest.fixture
def hand(opened: Opener, qtbot: Any) -> Iterator[Hand]:
    """A window on LeNet-5 that would train for a long time; at the end nothing trains any more."""
    made = opened(lenet(epochs=1000))
    yield made
    made.window.runner.join()


def runner(hand: Hand) -> Runner:
    return hand.window.runner


def phase(hand: Hand) -> str:
    return hand.window.session.state.phase


def press(hand: Hand, name: str) -> None:
    bar = hand.window.run_bar
    hand.press(bar.train if name == "train" else bar.buttons[name])


def trains(hand: Hand, qtbot: Any, step: int = 1) -> None:
    """Waits until so many steps were taken."""
    qtbot.waitUntil(lambda: runner(hand).step >= step, timeout=LOADING)


def test_pressing_train_trains_lenet_to_its_end(opened: Opener, qtbot: Any) -> None:
    hand = opened(lenet())
    press(hand, "train")
    assert phase(hand) == "starting"
    qtbot.waitUntil(hand.window.docks["dashboard"].isVisible, timeout=LOADING)
    qtbot.waitUntil(lambda: not runner(hand).alive, timeout=LOADING)
    steps, losses = runner(hand).curves["loss"]
    assert steps == list(range(1, len(steps) + 1))
    assert losses[-1] < losses[0]
    panel = hand.window.panels["dashboard"]
    assert isinstance(panel, Curves)
    qtbot.waitUntil(lambda: panel.origin.text().endswith("finished"), timeout=LOADING)
    [training, validation] = panel._lines(["loss", "validation/loss"])
    assert training.steps.tolist() == steps
    assert training.values.tolist() == losses
    assert len(validation.steps) == 1
    assert [stand.measure for stand in panel.stands if stand.isVisible()][:1] == ["loss"]
    assert "accuracy" in hand.window.run_bar.text.text()
    assert hand.window.toasts.now is not None
    assert hand.window.toasts.now.text == "Finished. The one epoch is done."
    job = runner(hand).job
    assert job is not None
    assert job.ended is not None
    assert job.ended.path is not None
    assert dl.open_run(job.ended.path).status == "finished"
    assert phase(hand) == ""


def test_f5_trains_f7_waits_f10_steps_and_shift_f5_stops(hand: Hand, qtbot: Any) -> None:
    hand.key(Qt.Key.Key_F5)
    trains(hand, qtbot, 3)
    assert not hand.window.run_bar.train.isEnabled()
    hand.key(Qt.Key.Key_F7)
    assert phase(hand) == "paused"
    assert hand.window.run_bar.train.text() == "Continue"
    qtbot.waitUntil(lambda: rests(runner(hand)))
    at = runner(hand).step
    hand.key(Qt.Key.Key_F10)
    trains(hand, qtbot, at + 1)
    qtbot.waitUntil(lambda: rests(runner(hand)))
    assert runner(hand).step == at + 1
    press(hand, "train")
    trains(hand, qtbot, at + 5)
    assert phase(hand) == "training"
    hand.key(Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: not runner(hand).alive, timeout=10_000)
    job = runner(hand).job
    assert job is not None
    assert job.ended is not None
    assert job.ended.status == "stopped"


def test_a_single_step_begins_a_training_that_waits(hand: Hand, qtbot: Any) -> None:
    press(hand, "step")
    trains(hand, qtbot, 1)
    qtbot.waitUntil(lambda: rests(runner(hand)))
    assert runner(hand).step == 1
    assert phase(hand) == "paused"
    press(hand, "stop")
    qtbot.waitUntil(lambda: not runner(hand).alive, timeout=10_000)


def test_closing_while_it_trains_asks_and_stops_it(hand: Hand, qtbot: Any) -> None:
    press(hand, "train")
    trains(hand, qtbot)
    hand.window.close()
    assert hand.window.isVisible()
    (question,) = hand.window.findChildren(Question)
    assert "Stop training" in question.accessibleName()
    hand.key(Qt.Key.Key_Escape, widget=question)
    qtbot.waitUntil(lambda: not hand.window.findChildren(Question))
    assert runner(hand).alive
    hand.window.close()
    (question,) = hand.window.findChildren(Question)
    gone: list[bool] = []
    hand.window.destroyed.connect(lambda: gone.append(True))
    hand.press(question.buttons[0])
    qtbot.waitUntil(lambda: bool(gone), timeout=10_000)
    assert not runner(hand).alive
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("dlstudio")]


def test_while_an_error_stands_nothing_can_be_trained_and_the_button_says_which(opened: Opener) -> None:
    hand = opened(lenet())
    session = hand.window.session
    session.do("Break", lambda project: edits.put(project, "model", "conv1", kernel_size=(99, 99)))
    train = hand.window.run_bar.train
    assert not train.isEnabled()
    assert "model/conv1: The kernel covers 99" in train.toolTip()
    hand.key(Qt.Key.Key_F5)
    assert not runner(hand).alive
    session.undo()
    assert train.isEnabled()


def test_without_data_it_says_so_and_the_digits_help(opened: Opener) -> None:
    hand = opened("input 1x28x28 > flatten > fc 10")
    train = hand.window.run_bar.train
    assert not train.isEnabled()
    assert "Choose data first" in train.toolTip()
    verdict, bar = hand.window.header.verdict, hand.window.run_bar
    assert (verdict.text(), bar.data.text()) == ("✓ sound · no data yet", "none yet")
    hand.press(bar.digits)
    assert train.isEnabled()
    assert (verdict.text(), bar.data.text(), bar.digits.isVisible()) == ("✓ ready to train", "MNIST", False)
    assert hand.window.session.state.history.undo_label == "Use the MNIST digits"


def test_from_an_empty_canvas_the_digits_bring_their_input_and_what_is_drawn_behind_it_trains(opened: Opener) -> None:
    hand = opened()
    hand.press(hand.window.run_bar.digits)
    assert hand.nodes == {"image"}
    for layer in ("conv 8 3x3", "relu", "pool", "flatten", "fc 10", "output"):
        hand.key(Qt.Key.Key_Tab)
        hand.type(layer)
        hand.key(Qt.Key.Key_Return)
    assert len(hand.wires()) == 6
    assert hand.window.run_bar.train.isEnabled()


def test_epochs_and_device_are_written_into_the_project(opened: Opener) -> None:
    hand = opened(lenet())
    epochs = hand.window.run_bar.epochs
    assert epochs.value() == 1
    epochs.setFocus()
    epochs.selectAll()
    hand.type("7", epochs)
    hand.key(Qt.Key.Key_Return, widget=epochs)
    assert hand.window.session.state.project.training["epochs"] == 7
    assert hand.window.session.state.history.undo_label == "Train 7 epochs"
    hand.window.session.undo()
    assert epochs.value() == 1
    device = hand.window.run_bar.device
    assert [device.itemText(i) for i in range(device.count())] == ["auto", "cpu"]
    device.setFocus()
    hand.key(Qt.Key.Key_Down, widget=device)
    assert hand.window.session.state.project.training["device"] == "cpu"


def test_what_cannot_be_trained_is_told_in_a_sentence(opened: Opener, qtbot: Any) -> None:
    project = lenet()
    folder = Frozen({"source": Frozen({"kind": "ImageFolder", "folder": "nowhere"})})
    hand = opened(replace(project, data=folder))
    press(hand, "train")
    qtbot.waitUntil(lambda: not runner(hand).alive, timeout=LOADING)
    job = runner(hand).job
    assert job is not None
    assert job.ended is not None
    assert job.ended.status == "failed"
    assert hand.window.toasts.now is not None
    assert hand.window.toasts.now.text.startswith("The training failed. ")
    assert "nowhere" in hand.window.toasts.now.text
    assert hand.window.run_bar.train.isEnabled()


def test_findings_of_the_doctor_stand_among_the_issues(opened: Opener, qtbot: Any) -> None:
    hand = opened(lenet(epochs=1000, optimizer=Frozen({"kind": "Adam", "lr": 10.0})))
    try:
        press(hand, "train")
        qtbot.waitUntil(lambda: bool(hand.window.session.state.findings), timeout=LOADING)
        panel = hand.window.panels["issues"]
        (head,) = [label for label in panel.findChildren(QLabel) if label.text() == "Training"]
        qtbot.waitUntil(head.isVisible)
        text = hand.window.session.state.findings[0].text
        assert any(label.text() == text for label in panel.findChildren(QLabel))
    finally:
        runner(hand).join()


def test_numbers_are_told_as_people_read_them() -> None:
    assert measured({"loss": 0.123456, "validation/loss": 1.0, "validation/accuracy": 0.9412}) == [
        "loss 0.1235",
        "val. accuracy 94.1 %",
    ]
    assert measured({"loss": 5664.2}) == ["loss 5664"]
