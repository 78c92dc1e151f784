"""The gestures of the canvas, made with the mouse and the keys."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from dlstudio.core.document import Point
from dlstudio.core.extras import bends, folded
from dlstudio.core.files import dumps, loads
from tests.ui.conftest import Opener
from tests.ui.hand import ALT, CONTROL, SHIFT, Hand
from tests.ui.monkey import Monkey
from tests.ui.scenes import agrees

CHAIN = "input 1x28x28 > conv 6 5x5 > relu > flatten > fc 10"
VECTORS = "input 8 > fc 4 > relu > fc 2"


def lone(hand: Hand, node: str) -> None:
    """Takes the wires of a node off, so that it stands alone."""
    edge = hand.canvas.scene.bounds
    away = Point(edge.x + edge.width / 2, edge.y + edge.height + 200)
    for wire in list(hand.window.session.state.network.wires):
        if node in (wire.source, wire.target):
            hand.drag(hand.into(wire.target, wire.input), away)


def above(hand: Hand) -> Point:
    edge = hand.canvas.scene.bounds
    return Point(edge.x + edge.width / 2, edge.y - 60)


def middle(hand: Hand, text: str) -> Point:
    wire = next(wire for wire in hand.canvas.scene.wires if str(wire) == text)
    return hand.canvas.scene.curve(wire).middle


def history(hand: Hand) -> list[str]:
    return [step.label for step in hand.window.session.state.history.steps()]


# Wiring


def test_a_wire_dropped_on_a_node_finds_the_port_that_it_fits(opened: Opener) -> None:
    hand = opened(VECTORS)
    lone(hand, "relu1")
    hand.drag(hand.out("linear1"), "relu1")
    assert "linear1.y → relu1.x" in hand.wires()
    hand.drag(hand.into("linear2"), "relu1")
    assert "relu1.y → linear2.x" in hand.wires()
    agrees(hand)


def test_ports_that_would_accept_light_up_and_nodes_that_cannot_fade(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.drag(hand.out("flatten1"), above(hand), release=False)
    gesture = hand.canvas.gesture
    assert gesture is not None
    assert {node for node in hand.nodes if gesture.fades(node)} == {"image", "conv1", "relu1"}
    hand.window.grab()
    lit = {spot.node for spot, fits in gesture._fits.items() if fits}  # type: ignore[attr-defined]
    assert "linear1" in lit
    assert "conv1" not in lit
    hand.key(Qt.Key.Key_Escape)
    assert hand.canvas.gesture is None
    assert history(hand) == []


def test_a_wire_whose_shape_does_not_fit_says_why_and_can_be_drawn_all_the_same(opened: Opener) -> None:
    hand = opened("input 10 > fc 4 > relu > fc 2")
    lone(hand, "relu1")
    hand.window.session.do("", _with_conv)
    hand.canvas.fit()
    steps = len(history(hand))
    hand.drag(hand.out("linear1"), hand.into("conv1"), release=False)
    assert hand.canvas.gesture is not None
    assert "It can be wired all the same." in hand.canvas.gesture.hint
    assert hand.canvas.gesture.tone == "warn"
    hand.release(hand.into("conv1"))
    assert "linear1.y → conv1.x" in hand.wires()
    assert hand.canvas.scene.cards["conv1"].severity == "error"
    assert len(history(hand)) == steps + 1


def _with_conv(project):
    from dlstudio.core import edits

    return edits.add(project, "model", edits.new_node(project.networks["model"], "Conv2d"), Point(240, 200))


def test_a_many_port_takes_the_next_number(opened: Opener) -> None:
    from dlstudio.core import edits

    hand = opened(VECTORS)
    hand.window.session.do(
        "", lambda p: edits.add(p, "model", edits.new_node(p.networks["model"], "Concat"), Point(240, 200))
    )
    hand.canvas.fit()
    hand.drag(hand.out("x"), "concat1")
    hand.drag(hand.out("linear1"), "concat1")
    assert {"x.y → concat1.x1", "linear1.y → concat1.x2"} <= hand.wires()
    agrees(hand)


def test_a_taken_input_is_replaced_and_the_lost_wire_is_shown(opened: Opener) -> None:
    hand = opened(VECTORS)
    hand.drag(hand.out("x"), hand.into("linear2"), release=False)
    assert hand.canvas.gesture is not None
    assert {str(wire) for wire in hand.canvas.gesture.doomed} == {"relu1.y → linear2.x"}
    hand.release(hand.into("linear2"))
    assert "x.y → linear2.x" in hand.wires()
    assert "relu1.y → linear2.x" not in hand.wires()
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert "relu1.y → linear2.x" in hand.wires()
    agrees(hand)


def test_control_takes_all_wires_of_an_output_along(opened: Opener) -> None:
    hand = opened(VECTORS)
    hand.drag(hand.out("relu1"), hand.out("linear1"), keys=CONTROL)
    assert "linear1.y → linear2.x" in hand.wires()
    assert "relu1.y → linear2.x" not in hand.wires()
    assert len(history(hand)) == 1


def test_escape_leaves_a_wire_that_was_taken_off_where_it_was(opened: Opener) -> None:
    hand = opened(VECTORS)
    before = hand.wires()
    hand.drag(hand.into("relu1"), above(hand), release=False)
    hand.key(Qt.Key.Key_Escape)
    hand.release(above(hand))
    assert hand.wires() == before
    assert history(hand) == []


def test_a_click_on_a_wired_port_changes_nothing(opened: Opener) -> None:
    hand = opened(VECTORS)
    before = hand.wires()
    hand.click(hand.into("relu1"))
    assert hand.wires() == before
    assert history(hand) == []


def test_the_view_moves_along_at_the_edge(opened: Opener, qtbot: Any) -> None:
    hand = opened(CHAIN)
    before = hand.canvas.camera
    corner = hand.canvas.camera.to_scene(2, hand.canvas.height() / 2)
    hand.drag(hand.out("conv1"), corner, release=False)
    qtbot.waitUntil(lambda: hand.canvas.camera.x < before.x)
    hand.key(Qt.Key.Key_Escape)
    held = hand.canvas.camera
    QTest.qWait(60)
    assert hand.canvas.camera == held


def test_alt_wires_two_nodes_without_aiming(opened: Opener) -> None:
    hand = opened(VECTORS)
    hand.drag("x", "relu1", keys=ALT)
    assert "x.y → relu1.x" in hand.wires()
    assert history(hand) == ["Connect x to relu1"]
    hand.drag("linear2", "relu1", keys=ALT, release=False)
    assert hand.canvas.gesture is not None
    assert hand.canvas.gesture.tone == "bad"
    hand.release("relu1", keys=ALT)
    assert "linear2.y → relu1.x" not in hand.wires()
    agrees(hand)


# Knife and bends


def test_a_lazy_wire_that_is_there_already_says_so(opened: Opener) -> None:
    hand = opened("input 4 > fc 3 > relu > fc 2")
    hand.drag("x", "linear1", keys=ALT, release=False)
    assert hand.canvas.gesture
    assert hand.canvas.gesture.hint == "This wire is there already."
    before = hand.wires()
    hand.release("linear1", keys=ALT)
    assert hand.wires() == before


def test_the_knife_cuts_what_it_crosses_as_one_step(opened: Opener) -> None:
    hand = opened(VECTORS)
    ends = [middle(hand, text) for text in ("x.y → linear1.x", "linear1.y → relu1.x")]
    if ends[0].y == ends[1].y:
        hand.drag("linear1", Point(ends[0].x + 20, ends[0].y + 120))
        ends = [middle(hand, text) for text in ("x.y → linear1.x", "linear1.y → relu1.x")]
    steps = len(history(hand))
    way = Point(ends[0].x - 3 * (ends[1].x - ends[0].x) / 8, ends[0].y - 3 * (ends[1].y - ends[0].y) / 8)
    far = Point(ends[1].x + (ends[1].x - ends[0].x) / 4, ends[1].y + (ends[1].y - ends[0].y) / 4)
    hand.drag(way, far, keys=CONTROL, release=False)
    assert hand.canvas.gesture is not None
    assert len(hand.canvas.gesture.doomed) == 2
    assert hand.canvas.gesture.hint == "Cuts 2 wires"
    hand.release(far, keys=CONTROL)
    assert len(hand.wires()) == 2
    assert len(history(hand)) == steps + 1
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert len(hand.wires()) == 4
    hand.drag(way, far, keys=CONTROL, release=False)
    hand.key(Qt.Key.Key_Escape)
    hand.release(far, keys=CONTROL)
    assert len(hand.wires()) == 4
    agrees(hand)


def test_shift_on_a_wire_bends_it_and_the_bend_can_be_pulled_and_taken_away(opened: Opener) -> None:
    hand = opened(VECTORS)
    session, text = hand.window.session, "linear1.y → relu1.x"
    at = middle(hand, text)
    hand.drag(at, Point(at.x, at.y + 96), keys=SHIFT)
    ((wire, points),) = bends(session.state.sheet).items()
    assert str(wire) == text
    assert history(hand) == ["Bend a wire"]
    assert hand.canvas.scene.curve(wire).distance(points[0]) < 1
    hand.drag(points[0], Point(points[0].x, points[0].y - 160))
    ((wire, moved),) = bends(session.state.sheet).items()
    assert moved[0].y < points[0].y - 100
    agrees(hand)
    hand.double_click(moved[0])
    assert not bends(session.state.sheet)
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert bends(session.state.sheet) == {wire: moved}


def test_a_double_click_on_a_wire_bends_it_and_cutting_it_forgets_the_bend(opened: Opener) -> None:
    hand = opened(VECTORS)
    at = middle(hand, "linear1.y → relu1.x")
    hand.double_click(at)
    assert len(bends(hand.window.session.state.sheet)) == 1
    hand.click(Point(at.x, at.y))
    hand.key(Qt.Key.Key_Delete)
    assert "linear1.y → relu1.x" not in hand.wires()
    assert not bends(hand.window.session.state.sheet)
    hand.drag(hand.out("linear1"), hand.into("relu1"))
    assert not bends(hand.window.session.state.sheet)
    agrees(hand)


def test_escape_takes_a_bend_back(opened: Opener) -> None:
    hand = opened(VECTORS)
    at = middle(hand, "linear1.y → relu1.x")
    hand.drag(at, Point(at.x, at.y + 96), keys=SHIFT, release=False)
    hand.key(Qt.Key.Key_Escape)
    assert not bends(hand.window.session.state.sheet)
    assert history(hand) == []


# Selecting


def test_q_draws_a_lasso(opened: Opener) -> None:
    hand = opened(CHAIN)
    box = hand.canvas.scene.rect("conv1")
    left, top, right, bottom = box.x - 14, box.y - 14, box.x + box.width + 14, box.y + box.height + 14
    QTest.keyPress(hand.canvas, Qt.Key.Key_Q)
    hand.drag(Point(left, top), Point(right, top), Point(right, bottom), Point(left, bottom))
    QTest.keyRelease(hand.canvas, Qt.Key.Key_Q)
    assert hand.chosen == {"conv1"}


def test_a_box_to_the_left_takes_only_what_it_holds(opened: Opener) -> None:
    hand = opened(CHAIN)
    box = hand.canvas.scene.rect("conv1")
    corner, inner = Point(box.x - 12, box.y - 12), Point(box.x + box.width / 2, box.y + box.height + 12)
    hand.drag(corner, inner)
    assert hand.chosen == {"conv1"}
    hand.drag(inner, corner)
    assert hand.chosen == set()


def test_a_box_over_wires_alone_takes_them_and_delete_cuts_them(opened: Opener) -> None:
    hand = opened(VECTORS)
    at = middle(hand, "linear1.y → relu1.x")
    hand.drag(Point(at.x - 6, at.y - 30), Point(at.x + 6, at.y + 30))
    assert {str(wire) for wire in hand.window.session.state.choice.wires} == {"linear1.y → relu1.x"}
    hand.key(Qt.Key.Key_Delete)
    assert "linear1.y → relu1.x" not in hand.wires()


def test_control_and_shift_with_a_box_take_away(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.key(Qt.Key.Key_A, CONTROL)
    box = hand.canvas.scene.rect("conv1")
    hand.drag(
        Point(box.x - 12, box.y - 12), Point(box.x + box.width / 2, box.y + box.height + 12), keys=CONTROL | SHIFT
    )
    assert hand.chosen == hand.nodes - {"conv1"}


# Moving


def test_a_node_comes_to_lie_in_line_with_its_neighbours_and_a_line_shows_it(opened: Opener) -> None:
    hand = opened(CHAIN)
    session = hand.window.session
    hand.drag("relu1", above(hand))
    box, other = hand.canvas.scene.rect("relu1"), hand.canvas.scene.rect("conv1")
    grip = Point(box.x + box.width / 2, box.y + 14)
    hand.drag(grip, Point(grip.x + other.x - box.x + 3, grip.y - 40), release=False)
    assert hand.canvas.gesture is not None
    assert hand.canvas.gesture.lines  # type: ignore[attr-defined]
    hand.release(Point(grip.x + other.x - box.x + 3, grip.y - 40))
    assert session.state.sheet.positions["relu1"].x == other.x


def test_control_pulls_off_a_second_one_as_one_step(opened: Opener) -> None:
    hand = opened(CHAIN)
    before = hand.window.session.state.sheet.positions["conv1"]
    hand.drag("conv1", above(hand), keys=CONTROL)
    assert hand.nodes >= {"conv1", "conv2"}
    assert hand.chosen == {"conv2"}
    assert hand.window.session.state.sheet.positions["conv1"] == before
    assert history(hand) == ["Duplicate conv1"]
    agrees(hand)
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert "conv2" not in hand.nodes
    hand.drag("conv1", above(hand), keys=CONTROL, release=False)
    hand.key(Qt.Key.Key_Escape)
    assert "conv2" not in hand.nodes
    assert history(hand) == []


def test_arrow_keys_move_what_is_selected_and_a_burst_is_one_step(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlstudio.ui.canvas.nudge.PAUSE", 1000.0)  # a busy machine holds the hand up
    hand = opened(CHAIN)
    session = hand.window.session
    before = session.state.sheet.positions["conv1"]
    hand.click("conv1")
    for _ in range(3):
        hand.key(Qt.Key.Key_Right, widget=hand.canvas)
    hand.key(Qt.Key.Key_Down, SHIFT, widget=hand.canvas)
    assert session.state.sheet.positions["conv1"] == Point(before.x + 24, before.y + 40)
    assert history(hand) == ["Move conv1"]
    hand.click("relu1")
    hand.key(Qt.Key.Key_Left, widget=hand.canvas)
    assert history(hand) == ["Move relu1", "Move conv1"]
    hand.key(Qt.Key.Key_Z, CONTROL)
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert session.state.sheet.positions["conv1"] == before
    agrees(hand)


def test_undo_while_something_is_pulled_touches_no_step_before_it(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.drag("relu1", above(hand))
    places = hand.window.session.state.sheet.positions
    hand.drag("conv1", Point(0, 300), release=False)
    hand.key(Qt.Key.Key_Z, CONTROL)
    hand.hover(Point(60, 340))
    hand.release(Point(60, 340))
    assert hand.window.session.state.sheet.positions == places
    assert history(hand) == ["Move relu1"]
    agrees(hand)


# Arranging


@pytest.mark.parametrize(("key", "side"), [(Qt.Key.Key_A, 0), (Qt.Key.Key_W, 1)])
def test_align_lays_edges_in_line(opened: Opener, key: Qt.Key, side: int) -> None:
    hand = opened(CHAIN)
    hand.drag("conv1", above(hand))
    hand.key(Qt.Key.Key_A, CONTROL)
    hand.key(key, ALT)
    assert len({hand.canvas.scene.rect(node)[side] for node in hand.nodes}) == 1
    assert history(hand)[0].startswith("Align")
    agrees(hand)


def test_distribute_makes_the_gaps_equal(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.key(Qt.Key.Key_A, CONTROL)
    hand.key(Qt.Key.Key_H, ALT | SHIFT)
    row = sorted(hand.canvas.scene.rect(node) for node in hand.nodes)
    gaps = [b.x - a.x - a.width for a, b in pairwise(row)]
    assert max(gaps) - min(gaps) <= 1


def test_align_says_why_it_cannot(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1")
    hand.key(Qt.Key.Key_A, ALT)
    assert hand.window.toasts.text.text() == "Select at least two things first."
    assert history(hand) == []


def test_straighten_lays_a_chain_along_its_wires(opened: Opener) -> None:
    hand = opened(VECTORS)
    hand.drag("relu1", Point(*hand.canvas.scene.rect("relu1")[:2])._replace(y=hand.canvas.scene.rect("relu1").y + 200))
    hand.key(Qt.Key.Key_A, CONTROL)
    hand.key(Qt.Key.Key_L, ALT)
    level = [ends.start.y == ends.end.y for ends in hand.canvas.scene.wires.values() if ends.start.x < ends.end.x]
    assert len(level) >= 2
    assert all(level)
    agrees(hand)


def test_tidy_downwards_lays_the_network_from_top_to_bottom(opened: Opener) -> None:
    hand = opened(VECTORS)
    hand.key(Qt.Key.Key_L, SHIFT)
    ys = [hand.canvas.scene.rect(node).y for node in ("x", "linear1", "relu1", "linear2")]
    assert ys == sorted(set(ys))
    agrees(hand)


# Folding


def test_a_folded_node_shows_its_head_and_all_wires_meet_there(opened: Opener) -> None:
    hand = opened(CHAIN)
    tall = hand.canvas.scene.rect("conv1").height
    hand.click("conv1")
    hand.key(Qt.Key.Key_C)
    assert folded(hand.window.session.state.sheet) == {"conv1"}
    box = hand.canvas.scene.rect("conv1")
    assert box.height < tall
    assert hand.canvas.scene.port(hand.out("conv1")).y == box.y + box.height / 2
    agrees(hand)
    hand.key(Qt.Key.Key_C)
    assert hand.canvas.scene.rect("conv1").height == tall
    hand.key(Qt.Key.Key_Z, CONTROL)
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert not folded(hand.window.session.state.sheet)
    agrees(hand)


# All of them


def monkey(hand: Hand, seed: int, count: int, every: int) -> None:
    """Random gestures, after which everything agrees; and each way back through the history as well."""
    one = Monkey(hand, seed)
    for number in range(count):
        one.go()
        if number % every == every - 1:
            agrees(hand)
    session = hand.window.session
    last = session.state.project
    for _ in range(30):
        hand.key(Qt.Key.Key_Z, CONTROL, widget=hand.canvas)
    agrees(hand)
    for _ in range(30):
        hand.key(Qt.Key.Key_Z, CONTROL | SHIFT, widget=hand.canvas)
    agrees(hand)
    assert session.state.project == last
    assert loads(dumps(last)) == last


def test_random_gestures_leave_document_scene_and_history_in_agreement(opened: Opener) -> None:
    monkey(opened(CHAIN), seed=1, count=300, every=30)


@pytest.mark.slow
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("seed", range(10))
def test_many_random_gestures_leave_document_scene_and_history_in_agreement(opened: Opener, seed: int) -> None:
    monkey(opened("lenet-5" if seed % 2 else CHAIN), seed=100 + seed, count=1000, every=50)
