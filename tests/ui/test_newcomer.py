"""Somebody who read nothing: every way to a small network leads there; what goes wrong is told where it happened."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

import dlstudio as dl
from dlstudio.core import edits
from dlstudio.core.document import Point, Project
from dlstudio.core.frozen import Frozen
from dlstudio.ui.canvas.adding.library import library
from dlstudio.ui.canvas.explain import Explain
from dlstudio.ui.canvas.plane import grown, touch
from dlstudio.ui.runner import hindrance
from tests.ui.conftest import Opener
from tests.ui.hand import CONTROL, Hand
from tests.ui.test_palette import look_for, pull

LOADING = 60_000
ENTER, TAB, SLASH = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Slash


def place(hand: Hand, across: float, down: float) -> Point:
    """A place by its share of what is seen of the canvas."""
    seen = hand.canvas.seen
    return Point(seen.x + seen.width * across, seen.y + seen.height * down)


def told(hand: Hand) -> Explain:
    """What stands beside a node."""
    (found,) = [each for each in hand.canvas.findChildren(Explain) if each.isVisible()]
    return found


def says(hand: Hand) -> str:
    return " ".join(label.text() for label in told(hand).findChildren(QLabel))


def press_fix(hand: Hand, label: str) -> None:
    button = next(each for each in told(hand).findChildren(QPushButton) if each.text() == label)
    hand.press(button)


def is_quiet(hand: Hand) -> bool:
    """Whether nothing is told beside any node."""
    return not any(each.isVisible() for each in hand.canvas.findChildren(Explain))


def errors(hand: Hand) -> list[str]:
    return [issue.text for issue in hand.window.session.state.checked.issues if issue.severity == "error"]


def search(hand: Hand, text: str) -> None:
    hand.key(TAB)
    hand.type(text)
    hand.key(ENTER)


def finish_with_output(hand: Hand) -> None:
    """Presses what the line at the upper edge offers."""
    line = hand.canvas.adding.next
    assert line.isVisible()
    assert "no Output" in line.text.text()
    hand.press(line.button)
    assert not line.isVisible()


def apart(hand: Hand) -> bool:
    boxes = list(hand.canvas.scene.boxes.values())
    return not any(touch(grown(a, -1), b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


def chain(hand: Hand) -> list[str]:
    """The kinds of the nodes as the network runs."""
    plan = hand.window.session.state.plan
    assert plan is not None
    return [node.kind for node in plan.order]


def test_by_dragging_from_the_palette_alone(opened: Opener) -> None:
    hand = opened()
    for title, x, y in (("Input", 0.3, 0.3), ("Conv 2d", 0.6, 0.3)):
        look_for(hand, title.lower())
        pull(hand, title, place(hand, x, y))
    assert hand.wires() == {"input.y → conv1.x"}
    assert "Conv2d takes an image" in says(hand)
    press_fix(hand, "Make input an image 1×28×28")
    assert is_quiet(hand)
    for title, x, y in (("Linear", 0.6, 0.6), ("Output", 0.85, 0.6)):
        look_for(hand, title.lower())
        pull(hand, title, place(hand, x, y))
        if title == "Linear":
            press_fix(hand, "Insert Flatten")
    assert errors(hand) == []
    assert chain(hand) == ["Input", "Conv2d", "Flatten", "Linear", "Output"]
    assert apart(hand)


def test_by_double_clicks_on_the_empty_alone(opened: Opener) -> None:
    hand = opened()
    for text, x, y in (("input", 0.2, 0.3), ("conv 2d", 0.5, 0.3), ("relu", 0.8, 0.3), ("flatten", 0.2, 0.6)):
        hand.double_click(place(hand, x, y))
        hand.type(text)
        hand.key(ENTER)
        if text == "conv 2d":
            press_fix(hand, "Make input an image 1×28×28")
    assert errors(hand) == ["The network has no Output, so nothing leaves it."]
    finish_with_output(hand)
    assert errors(hand) == []
    assert apart(hand)


def test_by_tab_and_words_and_the_key_that_mends(opened: Opener) -> None:
    hand = opened()
    for text in ("input", "conv 2d"):
        search(hand, text)
    assert not is_quiet(hand)
    hand.key(Qt.Key.Key_Period, CONTROL)
    assert is_quiet(hand)
    for text in ("relu", "max pool", "linear"):
        search(hand, text)
    assert "Put a Flatten between" in says(hand)
    hand.key(Qt.Key.Key_Period, CONTROL)
    for text in ("linear", "output"):
        search(hand, text)
    assert errors(hand) == []
    assert apart(hand)


def test_by_a_line_whose_input_says_no_shape(opened: Opener) -> None:
    hand = opened()
    hand.key(SLASH)
    hand.type("input > conv 8 3x3 > relu > fc 10")
    hand.key(ENTER)
    press_fix(hand, "Make x an image 1×28×28")
    assert "Linear takes" in errors(hand)[0]
    hand.click("linear1")
    hand.key(Qt.Key.Key_Period, CONTROL)
    finish_with_output(hand)
    assert errors(hand) == []


def test_by_wires_pulled_from_an_input(opened: Opener) -> None:
    library().finish()
    hand = opened()
    search(hand, "input")
    hand.drag(hand.out("input"), place(hand, 0.8, 0.5))
    hand.type("conv")
    popup = hand.canvas.adding.popup
    assert popup is not None
    assert (popup.shown[0].title, popup.shown[0].gives) == ("Conv 2d", "does not fit yet")
    hand.key(ENTER)
    assert hand.wires() == {"input.y → conv1.x"}
    press_fix(hand, "Make input an image 1×28×28")
    assert errors(hand) == ["The network has no Output, so nothing leaves it."]


def test_in_the_wrong_order_the_layer_first_and_its_input_last(opened: Opener) -> None:
    hand = opened()
    search(hand, "conv 2d")
    assert "Nothing is wired into the input x of conv1" in says(hand)
    search(hand, "input")
    assert hand.wires() == {"input.y → conv1.x"}
    assert hand.canvas.scene.rect("input").x < hand.canvas.scene.rect("conv1").x
    press_fix(hand, "Make input an image 1×28×28")


def test_a_layer_alone_offers_the_input_that_it_lacks(opened: Opener) -> None:
    hand = opened()
    search(hand, "conv 2d")
    press_fix(hand, "Put an Input before conv1")
    assert hand.window.session.state.network.nodes["input1"].fields["size"] == (1, 28, 28)
    assert errors(hand) == ["The network has no Output, so nothing leaves it."]
    assert apart(hand)


def test_a_second_output_that_nothing_reaches_says_so(opened: Opener) -> None:
    hand = opened()
    for text in ("input 4", "linear", "output", "output"):
        search(hand, text)
    assert "Nothing is wired into the input x of output1" in says(hand)
    press_fix(hand, "Remove output1")
    assert errors(hand) == []


def test_a_wire_that_does_not_fit_says_so_where_it_was_let_go(opened: Opener) -> None:
    hand = opened("input 1x28x28 > conv 8 3x3")
    hand.double_click(place(hand, 0.5, 0.2))
    hand.type("linear")
    hand.key(ENTER)
    hand.key(Qt.Key.Key_Escape)
    hand.drag(hand.out("conv1"), hand.into("linear1"))
    assert "Put a Flatten between" in says(hand)
    hand.key(Qt.Key.Key_Escape)
    assert is_quiet(hand)


@pytest.mark.parametrize("far", [False, True])
def test_what_is_dropped_far_away_stays_alone(opened: Opener, far: bool) -> None:
    hand = opened()
    search(hand, "input 4")
    box = hand.canvas.scene.rect("x")
    at = Point(box.x + (900 if far else 260), box.y)
    hand.canvas.look(hand.canvas.camera.panned(-400, 0))
    look_for(hand, "linear")
    pull(hand, "Linear", at)
    assert bool(hand.wires()) is not far


def test_what_a_fix_brings_is_seen(opened: Opener, qtbot: QtBot) -> None:
    hand = opened()
    for text in ("input 1x28x28", "conv 2d", "linear"):
        search(hand, text)
    press_fix(hand, "Insert Flatten")
    finish_with_output(hand)
    qtbot.waitUntil(lambda: hand.canvas.adding.sight.holds(hand.canvas.scene.rect("output1")))
    assert hand.canvas.adding.sight.holds(hand.canvas.scene.rect("output1"))


@pytest.mark.parametrize("line", ["fc 12", "fc 8"])
def test_a_wrong_number_of_classes_is_told_at_the_output_before_training(
    opened: Opener, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setattr("dlstudio.ui.advice.IDLE", 50)
    hand = opened(on_digits(f"input 1x28x28 > flatten > {line}"))
    state = hand.window.session
    qtbot.waitUntil(lambda: bool(state.state.told), timeout=LOADING)
    wrong = line == "fc 8"
    (issue,) = state.state.issues_here["output"]
    assert "10 classes" in issue.text
    assert hand.window.header.verdict.text() == ("1 error" if wrong else "✓ ready to train")
    assert bool(hindrance(state.state)) is wrong
    hand.press(hand.window.header.verdict)
    press_fix(hand, "Make linear1 10") if is_told(hand) else hand.key(Qt.Key.Key_Period, CONTROL)
    assert state.state.network.nodes["linear1"].fields["out_features"] == 10
    assert not state.state.told
    assert hand.window.header.verdict.text() == "✓ ready to train"


def test_a_loss_that_is_not_meant_for_classes_is_told_at_the_output(
    opened: Opener, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlstudio.ui.advice.IDLE", 50)
    project = on_digits("input 1x28x28 > flatten > fc 10")
    hand = opened(edits.put(project, "model", "output", loss=Frozen({"kind": "MeanSquare"})))
    session = hand.window.session
    qtbot.waitUntil(lambda: bool(session.state.told), timeout=LOADING)
    (issue,) = session.state.told
    assert (issue.severity, issue.node) == ("warning", "output")
    hand.click("output")
    hand.key(Qt.Key.Key_Period, CONTROL)
    assert session.state.network.nodes["output"].fields["loss"]["kind"] == "CrossEntropy"
    assert not session.state.told
    hand.key(Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: session.state.told == (issue,), timeout=LOADING)


def on_digits(line: str) -> Project:
    """A network on a few pictures of ten digits."""
    return replace(dl.line(line), data=Frozen({"source": Frozen({"kind": "MNIST", "size": 200})}))


def is_told(hand: Hand) -> bool:
    return any(each.isVisible() for each in hand.canvas.findChildren(Explain))
