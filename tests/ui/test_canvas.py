"""The canvas, worked by hand."""

from __future__ import annotations

from PySide6.QtCore import Qt

from dlstudio.core.document import Point
from tests.ui.conftest import Opener
from tests.ui.hand import CONTROL, MIDDLE, SHIFT

CHAIN = "input 1x28x28 > conv 6 5x5 > relu > flatten > fc 10"


def test_a_click_selects_and_a_click_on_the_empty_selects_nothing(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1")
    assert hand.chosen == {"conv1"}
    hand.click("flatten1", SHIFT)
    assert hand.chosen == {"conv1", "flatten1"}
    hand.click("conv1", CONTROL)
    assert hand.chosen == {"flatten1"}
    hand.click(Point(-30, 260))
    assert hand.chosen == set()


def test_a_box_selects_what_it_touches(opened: Opener) -> None:
    hand = opened(CHAIN)
    box = hand.canvas.scene.bounds
    hand.drag(Point(box.x - 20, box.y - 20), Point(box.x + box.width + 20, box.y + box.height + 20))
    assert hand.chosen == hand.nodes


def test_nodes_move_with_the_mouse_as_one_step(opened: Opener) -> None:
    hand = opened(CHAIN)
    session = hand.window.session
    before = session.state.sheet.positions
    hand.click("conv1")
    hand.click("relu1", SHIFT)
    hand.drag("conv1", Point(before["conv1"].x + 200, before["conv1"].y + 214))
    after = session.state.sheet.positions
    moved = {node for node in hand.nodes if after[node] != before[node]}
    assert moved == {"conv1", "relu1"}
    assert session.state.history.undo_label == "Move 2 nodes"
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert session.state.sheet.positions == before
    assert session.state.history.undo_label is None


def test_escape_takes_a_move_back(opened: Opener) -> None:
    hand = opened(CHAIN)
    before = hand.window.session.state.sheet.positions
    hand.drag("conv1", Point(0, 300), release=False)
    hand.key(Qt.Key.Key_Escape)
    assert hand.window.session.state.sheet.positions == before


def test_a_wire_is_pulled_from_either_end(opened: Opener) -> None:
    hand = opened("input 8 > fc 4 > relu > fc 2")
    hand.drag(hand.into("relu1"), Point(0, 400))
    assert "linear1.y → relu1.x" not in hand.wires()
    hand.drag(hand.out("linear1"), hand.into("relu1"))
    assert "linear1.y → relu1.x" in hand.wires()
    hand.key(Qt.Key.Key_Z, CONTROL)
    hand.drag(hand.into("relu1"), hand.out("linear1"))
    assert "linear1.y → relu1.x" in hand.wires()


def test_a_wire_that_would_close_a_circle_is_refused_with_the_reason(opened: Opener) -> None:
    hand = opened("input 8 > fc 4 > relu > fc 2")
    before = hand.wires()
    hand.drag(hand.out("linear2"), hand.into("linear1"), release=False)
    assert hand.canvas.gesture is not None
    assert "linear1" in hand.canvas.gesture.hint
    hand.release(hand.into("linear1"))
    assert hand.wires() == before


def test_deleting_heals_the_wire_and_is_one_step(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("relu1")
    hand.key(Qt.Key.Key_Backspace)
    assert "relu1" not in hand.nodes
    assert "conv1.y → flatten1.x" in hand.wires()
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert "relu1" in hand.nodes
    assert "relu1" in hand.canvas.scene.cards


def test_the_wheel_zooms_at_the_mouse_and_the_middle_button_pans(opened: Opener) -> None:
    hand = opened(CHAIN)
    at = hand.pixel("conv1")
    place = hand.canvas.camera.to_scene(at.x(), at.y())
    hand.wheel(place, -3)
    assert hand.canvas.camera.zoom < 1
    assert abs(hand.pixel(place).x() - at.x()) <= 1
    hand.drag(place, Point(place.x + 100, place.y + 50), button=MIDDLE)
    assert abs(hand.pixel(place).x() - at.x() - 100 * hand.canvas.camera.zoom) <= 2
