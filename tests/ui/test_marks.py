"""Frames and notes, kept views, and what stands over the canvas, worked by hand."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

import dlstudio as dl
from dlstudio.core.document import Point
from dlstudio.core.extras import bends, folded, views
from dlstudio.core.files import dumps, loads
from dlstudio.ui.canvas.explain import Explain
from dlstudio.ui.canvas.hover import tip, under
from dlstudio.ui.canvas.writing import Writing
from tests.ui.conftest import Opener
from tests.ui.hand import CONTROL, SHIFT, Hand
from tests.ui.scenes import agrees

CHAIN = "input 1x28x28 > conv 6 5x5 > relu > flatten > fc 10"


def framed(hand: Hand, *nodes: str, title: str = "Front") -> str:
    """A frame with a title around some nodes."""
    hand.click(nodes[0])
    for node in nodes[1:]:
        hand.click(node, SHIFT)
    hand.key(Qt.Key.Key_J, CONTROL)
    hand.type(title)
    hand.key(Qt.Key.Key_Return)
    return next(name for name, frame in hand.canvas.scene.frames.items() if frame.title == title)


def noted(hand: Hand, words: str) -> str:
    """A note over the network."""
    edge = hand.canvas.scene.bounds
    hand.hover(Point(edge.x + 100, edge.y - 80))
    hand.key(Qt.Key.Key_N)
    hand.type(words)
    hand.key(Qt.Key.Key_Return, CONTROL)
    return next(name for name, note in hand.canvas.scene.notes.items() if note.title == words)


def title_of(hand: Hand, name: str) -> Point:
    rect = hand.canvas.scene.frames[name].rect
    return Point(rect.x + 30, rect.y + 12)


def undo(hand: Hand) -> None:
    hand.key(Qt.Key.Key_Z, CONTROL)


def steps(hand: Hand) -> list[str]:
    return [step.label for step in hand.window.session.state.history.steps()]


def test_a_frame_is_drawn_around_the_selection_and_its_title_typed_in_place(opened: Opener) -> None:
    hand = opened(CHAIN)
    name = framed(hand, "conv1", "relu1")
    rect = hand.canvas.scene.frames[name].rect
    for node in ("conv1", "relu1"):
        box = hand.canvas.scene.rect(node)
        assert rect.x < box.x
        assert box.x + box.width < rect.x + rect.width
    assert steps(hand) == ["Title a frame", "Frame the selection"]
    hand.double_click(title_of(hand, name))
    hand.type("Head")
    hand.key(Qt.Key.Key_Escape)
    assert hand.canvas.scene.frames[name].title == "Front"
    undo(hand)
    undo(hand)
    assert not hand.canvas.scene.frames
    agrees(hand)


def test_the_title_of_a_frame_selects_and_moves_all_that_is_in_it(opened: Opener) -> None:
    hand = opened(CHAIN)
    name = framed(hand, "conv1", "relu1")
    hand.click(Point(hand.canvas.scene.bounds.x - 40, hand.canvas.scene.bounds.y - 40))
    before, frame = dict(hand.canvas.scene.boxes), hand.canvas.scene.frames[name].rect
    hand.click(title_of(hand, name))
    inside = {"conv1", "relu1"}
    assert inside <= hand.chosen
    held = set(hand.chosen)
    at = title_of(hand, name)
    hand.drag(at, Point(at.x, at.y + 160))
    after = hand.canvas.scene.boxes
    assert {node for node in hand.nodes if after[node] != before[node]} == held
    assert hand.canvas.scene.frames[name].rect.y > frame.y + 100
    undo(hand)
    assert hand.canvas.scene.boxes == before
    assert hand.canvas.scene.frames[name].rect == frame
    agrees(hand)


def test_a_frame_is_resized_by_its_corner_and_deleted_without_what_is_in_it(opened: Opener) -> None:
    hand = opened(CHAIN)
    name = framed(hand, "conv1", "relu1")
    nodes, rect = hand.nodes, hand.canvas.scene.frames[name].rect
    corner = Point(rect.x + rect.width, rect.y + rect.height)
    hand.drag(corner, Point(corner.x + 40, corner.y + 48))
    now = hand.canvas.scene.frames[name].rect
    assert now.width > rect.width
    assert now.height > rect.height
    assert steps(hand)[0] == f"Resize {name}"
    hand.drag(Point(now.x + now.width, now.y + now.height), corner, release=False)
    hand.key(Qt.Key.Key_Escape)
    assert hand.canvas.scene.frames[name].rect == now
    hand.click(Point(now.x + now.width, now.y + now.height / 2 + 30))
    assert hand.window.session.state.choice.marks == {name}
    assert not hand.chosen
    hand.key(Qt.Key.Key_Delete)
    assert not hand.canvas.scene.frames
    assert hand.nodes == nodes
    undo(hand)
    assert hand.canvas.scene.frames[name].rect == now


def test_remove_frame_leaves_what_was_selected_with_it(opened: Opener) -> None:
    hand = opened(CHAIN)
    name = framed(hand, "conv1", "relu1")
    nodes = hand.nodes
    hand.click(title_of(hand, name))
    hand.key(Qt.Key.Key_J, CONTROL | SHIFT)
    assert not hand.canvas.scene.frames
    assert hand.nodes == nodes


def test_a_note_is_written_moved_coloured_resized_and_saved(opened: Opener) -> None:
    hand = opened(CHAIN)
    name = noted(hand, "Edges first")
    rect = hand.canvas.scene.notes[name].rect
    at = Point(rect.x + 40, rect.y + 40)
    hand.drag(at, Point(at.x - 80, at.y - 40))
    moved = hand.canvas.scene.notes[name].rect
    assert (moved.width, moved.height) == (rect.width, rect.height)
    assert moved.x < rect.x
    hand.drag(Point(moved.x + moved.width, moved.y + 40), Point(moved.x + moved.width + 64, moved.y + 40))
    assert hand.canvas.scene.notes[name].rect.width > moved.width
    hand.key(Qt.Key.Key_C, SHIFT)
    assert hand.canvas.scene.notes[name].color
    project = hand.window.session.state.project
    assert loads(dumps(project)).sheet("model").notes == hand.canvas.scene.notes
    hand.double_click(Point(moved.x + 40, moved.y + 40))
    hand.key(Qt.Key.Key_A, CONTROL)
    hand.type("Parts later")
    hand.click(Point(moved.x - 60, moved.y - 60))
    assert hand.canvas.scene.notes[name].title == "Parts later"
    assert not hand.canvas.findChildren(Writing) or not hand.canvas.findChildren(Writing)[0].isVisible()
    agrees(hand)


def test_bends_folds_and_views_are_in_the_file_and_follow_a_new_name(opened: Opener) -> None:
    from dlstudio.core.edits import rename

    hand = opened(CHAIN)
    wire = next(wire for wire in hand.canvas.scene.wires if str(wire) == "conv1.y → relu1.x")
    hand.double_click(hand.canvas.scene.curve(wire).middle)
    hand.click("conv1")
    hand.key(Qt.Key.Key_C)
    hand.key(Qt.Key.Key_1, CONTROL)
    hand.window.session.do("Rename", lambda project: rename(project, "model", "conv1", "edges"))
    sheet = loads(dumps(hand.window.session.state.project)).sheet("model")
    assert {str(wire) for wire in bends(sheet)} == {"edges.y → relu1.x"}
    assert folded(sheet) == {"edges"}
    assert set(views(sheet)) == {"1"}
    agrees(hand)


def test_a_copy_keeps_the_bends_and_folds_of_what_was_copied(opened: Opener) -> None:
    hand = opened(CHAIN)
    wire = next(wire for wire in hand.canvas.scene.wires if str(wire) == "conv1.y → relu1.x")
    hand.double_click(hand.canvas.scene.curve(wire).middle)
    hand.click("conv1")
    hand.key(Qt.Key.Key_C)
    hand.click("relu1", SHIFT)
    hand.key(Qt.Key.Key_D, CONTROL)
    sheet = hand.window.session.state.sheet
    assert {str(wire) for wire in bends(sheet)} == {"conv1.y → relu1.x", "conv2.y → relu2.x"}
    assert folded(sheet) == {"conv1", "conv2"}
    first, second = (sheet.positions[node] for node in ("conv1", "conv2"))
    ((old,), (new,)) = (points for _, points in sorted(bends(sheet).items()))
    assert (new.x - old.x, new.y - old.y) == (second.x - first.x, second.y - first.y)
    agrees(hand)


def test_a_view_is_kept_under_a_number_and_found_again(opened: Opener, qtbot: Any) -> None:
    hand = opened(CHAIN)
    hand.key(Qt.Key.Key_3)
    assert "No view is kept under 3" in hand.window.toasts.text.text()
    hand.wheel("conv1", 3)
    kept = hand.canvas.camera
    hand.key(Qt.Key.Key_2, CONTROL)
    hand.key(Qt.Key.Key_F)
    hand.wheel("linear1", -2)
    assert hand.canvas.camera != kept
    hand.key(Qt.Key.Key_2)
    qtbot.waitUntil(lambda: not hand.canvas.moving)
    assert abs(hand.canvas.camera.x - kept.x) < 1e-6
    assert abs(hand.canvas.camera.zoom - kept.zoom) < 1e-6


def test_a_click_on_a_badge_tells_what_is_wrong_and_mends_it(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("flatten1")
    hand.key(Qt.Key.Key_Delete)
    node = "linear1"
    box = hand.canvas.scene.rect(node)
    badge = Point(box.x + box.width - 3, box.y)
    hand.click(badge)
    told = hand.canvas.findChild(Explain)
    assert told is not None
    assert told.isVisible()
    hand.key(Qt.Key.Key_Escape, widget=hand.canvas)
    assert not told.isVisible()
    hand.click(badge)
    told = next(each for each in hand.canvas.findChildren(Explain) if each.isVisible())
    errors = hand.canvas.scene.cards[node].issues
    button = told.findChildren(QPushButton)[0]
    hand.press(button)
    assert hand.canvas.scene.cards[node].issues < errors
    assert steps(hand) == [button.text(), "Delete flatten1"]
    assert not any(each.isVisible() for each in hand.canvas.findChildren(Explain))
    agrees(hand)


def test_ports_wires_and_badges_say_what_they_are(opened: Opener) -> None:
    hand = opened(CHAIN)
    scene, state = hand.canvas.scene, hand.window.session.state
    spot = hand.out("conv1")
    assert tip(state, under(scene, scene.port(spot), 1.0)).splitlines()[:2] == ["conv1.y", "an image 6×24×24"]
    spot = hand.into("conv1")
    assert "an image 1×28×28 from image" in tip(state, under(scene, scene.port(spot), 1.0))
    wire = next(wire for wire in scene.wires if str(wire) == "conv1.y → relu1.x")
    assert tip(state, under(scene, scene.curve(wire).middle, 1.0)) == "conv1.y → relu1.x\nan image 6×24×24"


def test_every_template_can_be_framed_whole_and_undone(opened: Opener) -> None:
    hand = opened(dl.template("lenet-5"))
    hand.key(Qt.Key.Key_A, CONTROL)
    hand.key(Qt.Key.Key_J, CONTROL)
    hand.key(Qt.Key.Key_Escape)
    hand.key(Qt.Key.Key_F)
    (name,) = hand.canvas.scene.frames
    hand.click(title_of(hand, name))
    assert hand.chosen == hand.nodes
    undo(hand)
    assert not hand.canvas.scene.frames
    assert steps(hand) == []


def test_a_frame_whose_nodes_are_all_copied_comes_along_into_another_project(opened: Opener) -> None:
    hand = opened(CHAIN)
    framed(hand, "conv1", "relu1")
    hand.click("conv1")
    hand.click("relu1", SHIFT)
    hand.key(Qt.Key.Key_C, CONTROL)
    other = opened()
    other.key(Qt.Key.Key_V, CONTROL)
    (frame,) = other.canvas.scene.frames.values()
    assert frame.title == "Front"
    assert other.chosen == {"conv1", "relu1"}
    assert other.window.session.state.choice.marks == {"frame1"}
    box = other.canvas.scene.rect("conv1")
    assert frame.rect.x < box.x < frame.rect.x + frame.rect.width
    undo(other)
    assert not other.canvas.scene.frames
    assert not other.nodes


def test_a_frame_stays_where_only_some_of_its_nodes_are_copied(opened: Opener) -> None:
    hand = opened(CHAIN)
    framed(hand, "conv1", "relu1")
    hand.click("conv1")
    hand.key(Qt.Key.Key_D, CONTROL)
    assert hand.chosen == {"conv2"}
    assert len(hand.canvas.scene.frames) == 1


def test_a_note_alone_is_duplicated_and_a_pulled_off_copy_takes_its_frame(opened: Opener) -> None:
    hand = opened(CHAIN)
    name = noted(hand, "Why five by five?")
    rect = hand.canvas.scene.notes[name].rect
    hand.click(Point(rect.x + 20, rect.y + 12))
    hand.key(Qt.Key.Key_D, CONTROL)
    assert [note.title for note in hand.canvas.scene.notes.values()] == ["Why five by five?"] * 2
    assert hand.window.session.state.history.undo_label == "Duplicate 1 thing"
    framed(hand, "conv1", "relu1")
    hand.click("conv1")
    hand.click("relu1", SHIFT)
    box = hand.canvas.scene.rect("conv1")
    hand.drag("conv1", Point(box.x + 90, box.y + 180), keys=CONTROL)
    assert len(hand.canvas.scene.frames) == 2
    agrees(hand)
