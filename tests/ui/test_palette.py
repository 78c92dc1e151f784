"""The palette, worked by hand."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from dlstudio.core.document import Point
from dlstudio.ui.canvas.adding.library import library
from dlstudio.ui.canvas.plane import grown, touch
from dlstudio.ui.panels.palette.palette import Palette
from tests.ui.conftest import Opener
from tests.ui.hand import CONTROL, LEFT, Hand

CHAIN = "input 1x28x28 > conv 6 5x5 > relu > flatten > fc 10"
ENTER, ESCAPE, DOWN = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Down


def palette(hand: Hand) -> Palette:
    panel = hand.window.panels["palette"]
    assert isinstance(panel, Palette)
    return panel


def titles(hand: Hand) -> list[str]:
    return [row.title for row in palette(hand).list.lines.rows]


def look_for(hand: Hand, text: str) -> None:
    hand.key(Qt.Key.Key_F, CONTROL)
    hand.type(text)


def spot(hand: Hand, title: str) -> QPoint:
    """The pixel of the window over a line of the list, scrolled to where it is seen."""
    listed = palette(hand).list
    index = listed.lines.index(titles(hand).index(title))
    listed.scrollTo(index)
    return listed.viewport().mapTo(hand.window, listed.visualRect(index).center())


def pull(hand: Hand, title: str, to: Point, *, release: bool = True) -> None:
    """Drags a line of the palette onto the canvas with the mouse."""
    start, end = spot(hand, title), hand.canvas.mapTo(hand.window, hand.pixel(to))
    QTest.mousePress(hand.handle, LEFT, Qt.KeyboardModifier.NoModifier, start)
    for step in range(1, 9):
        way = QPoint((end.x() - start.x()) * step // 8, (end.y() - start.y()) * step // 8)
        QTest.mouseMove(hand.handle, start + way)
    if release:
        QTest.mouseRelease(hand.handle, LEFT, Qt.KeyboardModifier.NoModifier, end)


def test_it_finds_by_name_word_family_and_with_a_wrong_letter(opened: Opener) -> None:
    hand = opened()
    for text, first in (
        ("max pool", "Max pool 2d"), ("bn", "Batch norm"), ("covn", "Conv 2d"), ("lstm", "LSTM"),
        ("gap", "Global avg pool"), ("fully connected", "Linear"),
    ):  # fmt: skip
        look_for(hand, text)
        assert first in titles(hand)[:4], text
        hand.key(ESCAPE)


def test_the_letters_that_match_are_lit(opened: Opener) -> None:
    hand = opened()
    look_for(hand, "norm")
    row = next(row for row in palette(hand).list.lines.rows if row.title == "Layer norm")
    assert row.marks == (6, 7, 8, 9)


def test_enter_adds_behind_the_selected_node(opened: Opener) -> None:
    hand = opened("input 8 > fc 4")
    hand.click("linear1")
    look_for(hand, "gelu")
    hand.key(ENTER)
    assert {"linear1.y → gelu1.x", "gelu1.y → output.x"} <= hand.wires()
    assert hand.chosen == {"gelu1"}


def test_with_nothing_selected_it_adds_in_the_middle(opened: Opener) -> None:
    hand = opened()
    look_for(hand, "relu")
    hand.key(DOWN)
    hand.key(ENTER)
    (node,) = hand.nodes
    box, seen = hand.canvas.scene.rect(node), hand.canvas.seen
    assert abs(box.x + box.width / 2 - seen.x - seen.width / 2) < 16


def test_families_open_and_close_and_stay_so(opened: Opener) -> None:
    hand = opened()
    assert "ReLU" not in titles(hand)
    QTest.mouseClick(hand.handle, LEFT, Qt.KeyboardModifier.NoModifier, spot(hand, "Activation"))
    assert "ReLU" in titles(hand)
    hand.key(Qt.Key.Key_Left)
    assert "ReLU" not in titles(hand)
    hand.key(Qt.Key.Key_Right)
    assert "ReLU" in titles(opened())


def test_an_entry_pulled_onto_the_canvas_is_a_ghost_and_then_a_node(opened: Opener) -> None:
    hand = opened(CHAIN)
    box = hand.canvas.scene.bounds
    place = Point(box.x + 100, box.y + box.height + 60)
    pull(hand, "Conv 2d", place, release=False)
    assert hand.canvas.adding.ghosts.isVisible()
    assert hand.nodes == {"image", "conv1", "relu1", "flatten1", "linear1", "output"}
    QTest.mouseRelease(
        hand.handle, LEFT, Qt.KeyboardModifier.NoModifier, hand.canvas.mapTo(hand.window, hand.pixel(place))
    )
    assert hand.chosen == {"conv2"}
    assert not hand.canvas.adding.ghosts.isVisible()
    assert hand.window.session.state.history.undo_label == "Add Conv 2d"


def test_escape_gives_a_pull_up(opened: Opener) -> None:
    hand = opened(CHAIN)
    pull(hand, "Conv 2d", Point(0, 300), release=False)
    hand.key(ESCAPE)
    assert not hand.canvas.adding.ghosts.isVisible()
    QTest.mouseRelease(hand.handle, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(600, 500))
    assert "conv2" not in hand.nodes


def test_an_entry_dropped_on_a_wire_goes_between(opened: Opener) -> None:
    hand = opened(CHAIN)
    wire = next(w for w in hand.canvas.scene.wires if w.source == "conv1")
    pull(hand, "Conv 2d", hand.canvas.scene.curve(wire).middle, release=False)
    assert hand.canvas.adding.ghosts.wire == wire
    assert not hand.canvas.adding.ghosts.bad
    QTest.mouseRelease(
        hand.handle, LEFT, Qt.KeyboardModifier.NoModifier,
        hand.canvas.mapTo(hand.window, hand.pixel(hand.canvas.scene.curve(wire).middle)),
    )  # fmt: skip
    assert {"conv1.y → conv2.x", "conv2.y → relu1.x"} <= hand.wires()
    boxes = list(hand.canvas.scene.boxes.values())
    assert not any(touch(grown(a, -1), b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


def test_an_entry_that_does_not_fit_a_wire_says_why(opened: Opener) -> None:
    hand = opened(CHAIN)
    wire = next(w for w in hand.canvas.scene.wires if w.source == "conv1")
    pull(hand, "RBF", hand.canvas.scene.curve(wire).middle, release=False)
    assert hand.canvas.adding.ghosts.bad
    trial = hand.canvas.adding.ghosts.trial
    assert trial is not None
    assert "Flatten" in trial.reason
    hand.key(ESCAPE)


def test_a_template_becomes_a_block_and_its_network_a_part_of_the_project(opened: Opener) -> None:
    hand = opened("input 3x32x32")
    library().finish()
    look_for(hand, "resnet18")
    hand.key(ENTER)
    state = hand.window.session.state
    (block,) = [node for node in state.network.nodes.values() if node.kind == "Block"]
    assert block.fields["network"] == "resnet18"
    assert "resnet18" in state.project.networks
    hand.key(ESCAPE)
    assert "resnet18" in titles(hand)


def test_the_palette_is_worked_by_keys_alone(opened: Opener) -> None:
    hand = opened("input 8")
    hand.key(Qt.Key.Key_F, CONTROL)
    listed = palette(hand).list
    hand.key(Qt.Key.Key_Tab)
    assert hand.focus is listed
    hand.type("t")
    hand.type("anh")
    assert palette(hand).field.text() == "tanh"
    hand.key(ENTER)
    assert "tanh1" in hand.nodes


def test_a_line_is_marked_only_while_keys_would_move_it(opened: Opener) -> None:
    hand = opened("input 8 > fc 4")
    listed = palette(hand).list
    assert not listed.hears
    look_for(hand, "conv")
    assert listed.hears
    hand.key(Qt.Key.Key_Escape)
    assert not listed.hears
