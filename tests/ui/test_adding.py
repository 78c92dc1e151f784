"""Nodes added by hand: by the search at the cursor, from a wire, on a wire, and by a typed line."""

from __future__ import annotations

from PySide6.QtCore import Qt

from dlstudio.core.document import Point
from dlstudio.ui.canvas.adding.library import library
from dlstudio.ui.canvas.adding.popup import Popup
from dlstudio.ui.canvas.plane import grown, touch
from tests.ui.conftest import Opener
from tests.ui.hand import CONTROL, SHIFT, Hand

CHAIN = "input 1x28x28 > conv 6 5x5 > relu > flatten > fc 10"
ENTER, ESCAPE, TAB, DOWN, UP = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Down, Qt.Key.Key_Up


def popup(hand: Hand) -> Popup:
    found = hand.canvas.adding.popup
    assert found is not None
    assert found.isVisible()
    return found


def offered(hand: Hand) -> list[str]:
    return [offer.title for offer in popup(hand).shown]


def apart(hand: Hand) -> bool:
    """Whether no card lies on another."""
    boxes = list(hand.canvas.scene.boxes.values())
    return not any(touch(grown(a, -1), b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


def aside(hand: Hand) -> Point:
    """A place over all nodes."""
    box = hand.canvas.scene.bounds
    return Point(box.x + 160, box.y - 120)


# The search at the cursor


def test_the_empty_canvas_says_what_to_do(opened: Opener) -> None:
    hand = opened()
    said = hand.canvas.adding.empty
    assert said.isVisible()
    assert "Tab" in said.text()
    hand.key(TAB)
    hand.type("input 4")
    hand.key(ENTER)
    assert hand.nodes == {"x"}
    assert not said.isVisible()


def test_a_double_click_on_the_empty_asks_and_adds_there(opened: Opener) -> None:
    hand = opened(CHAIN)
    place = aside(hand)
    hand.double_click(place)
    hand.type("dropout")
    assert offered(hand)[0] == "Dropout"
    hand.key(ENTER)
    assert "dropout1" in hand.nodes
    assert hand.chosen == {"dropout1"}
    box = hand.canvas.scene.rect("dropout1")
    assert abs(box.x + box.width / 2 - place.x) < 16
    assert abs(box.y - place.y) < 40
    assert hand.canvas.adding.popup is None or not hand.canvas.adding.popup.isVisible()


def test_tab_and_shift_a_open_the_search_and_escape_closes_it(opened: Opener) -> None:
    hand = opened(CHAIN)
    for press in (lambda: hand.key(TAB), lambda: hand.key(Qt.Key.Key_A, SHIFT)):
        press()
        assert popup(hand).field.hasFocus()
        hand.key(ESCAPE)
        assert hand.canvas.adding.popup is None or not hand.canvas.adding.popup.isVisible()
        assert hand.focus is hand.canvas
    assert hand.window.session.state.history.undo_label is None


def test_arrows_choose_and_the_first_lines_are_the_likeliest(opened: Opener) -> None:
    hand = opened("input 3x32x32 > conv 8 3")
    library().finish()
    hand.click("conv1")
    hand.key(TAB)
    assert {"ReLU", "Batch norm"} <= set(offered(hand)[:4])
    second = offered(hand)[1]
    hand.key(DOWN)
    row = popup(hand).list.row
    assert row is not None
    assert row.title == second
    hand.key(ENTER)
    assert len(hand.nodes) == 4


def test_a_line_of_the_grammar_is_the_first_hit(opened: Opener) -> None:
    hand = opened("input 3x32x32 > relu")
    hand.click("relu1")
    hand.key(TAB)
    hand.type("conv 64 3x3 s2")
    first = popup(hand).shown[0]
    assert (first.title, first.detail, first.gives) == ("Conv 2d", "64 filters, 3×3, stride 2", "→ 64×15×15")
    hand.key(ENTER)
    assert hand.window.session.state.network.nodes["conv1"].fields["out_channels"] == 64
    assert hand.window.session.state.history.undo_label == "Type conv1"


def test_what_is_added_behind_a_node_that_leads_on_goes_between(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1")
    hand.key(TAB)
    hand.type("batch norm")
    hand.key(ENTER)
    assert {"conv1.y → batch_norm1.x", "batch_norm1.y → relu1.x"} <= hand.wires()
    assert apart(hand)
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert "conv1.y → relu1.x" in hand.wires()


# A wire let go over the empty


def test_a_wire_let_go_offers_only_what_fits_and_wires_it(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.drag(hand.out("flatten1"), aside(hand))
    titles = offered(hand)
    assert "Linear" in titles
    assert "Conv 2d" not in titles
    hand.type("linear")
    hand.key(ENTER)
    assert "flatten1.y → linear2.x" in hand.wires()
    assert apart(hand)


def test_a_wire_pulled_backwards_offers_what_gives_such_a_thing(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("relu1")
    hand.key(Qt.Key.Key_Delete)
    hand.drag(hand.into("flatten1"), hand.into("flatten1"))
    hand.drag(hand.into("flatten1"), aside(hand))  # takes the wire off
    hand.drag(hand.into("flatten1"), aside(hand))
    assert offered(hand)[0] == "Input"
    assert "Output" not in offered(hand)
    hand.key(ENTER)
    assert "input.y → flatten1.x" in hand.wires()


# On a wire


def test_a_loose_node_moved_onto_a_wire_goes_between(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.double_click(aside(hand))
    hand.type("tanh")
    hand.key(ENTER)
    wire = next(w for w in hand.canvas.scene.wires if w.source == "conv1")
    hand.drag("tanh1", hand.canvas.scene.curve(wire).middle, release=False)
    assert hand.canvas.adding.ghosts.wire == wire
    hand.release(hand.canvas.scene.curve(wire).middle)
    assert {"conv1.y → tanh1.x", "tanh1.y → relu1.x"} <= hand.wires()
    assert apart(hand)
    assert hand.window.session.state.history.undo_label == "Move tanh1"
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert "conv1.y → relu1.x" in hand.wires()


def test_a_node_that_does_not_fit_stays_beside_the_wire_and_says_why(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.double_click(aside(hand))
    hand.type("lstm")
    hand.key(ENTER)
    wire = next(w for w in hand.canvas.scene.wires if w.source == "conv1")
    hand.drag("lstm1", hand.canvas.scene.curve(wire).middle, release=False)
    assert hand.canvas.gesture is not None
    assert "6×24×24" in hand.canvas.gesture.hint
    hand.release(hand.canvas.scene.curve(wire).middle)
    assert "conv1.y → relu1.x" in hand.wires()


# The typed line


def test_a_line_shows_ghosts_with_shapes_and_enter_makes_one_step(opened: Opener) -> None:
    hand = opened("input 3x32x32")
    hand.key(Qt.Key.Key_Slash)
    hand.type("conv 64 3x3 s2 > bn > relu x3 > gap > fc 10")
    trial = hand.canvas.adding.ghosts.trial
    assert trial is not None
    assert hand.canvas.adding.ghosts.isVisible()
    assert [trial.cards[node].outs[0].text for node in trial.new][-2:] == ["64", "10"]
    before = hand.window.session.state.history
    hand.key(ENTER)
    assert len(hand.nodes) == 9
    assert "linear1.y → output.x" in hand.wires()
    assert apart(hand)
    assert hand.chosen == set(trial.new)
    assert not hand.canvas.adding.ghosts.isVisible()
    hand.key(ESCAPE)
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert hand.window.session.state.project is before.project


def test_a_mistake_is_told_under_the_field_with_the_word(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.key(Qt.Key.Key_Space, CONTROL)
    hand.type("relu > blubb 3 > relu")
    bar = hand.canvas.adding.bar
    assert bar.told.isVisible()
    assert "blubb" in bar.told.text()
    hand.key(ENTER)
    assert hand.window.session.state.history.undo_label is None
    hand.key(ESCAPE)
    assert hand.focus is hand.canvas
    assert not bar.told.isVisible()


def test_tab_completes_and_shows_what_a_word_takes(opened: Opener) -> None:
    hand = opened("input 3x32x32 > relu")
    hand.key(Qt.Key.Key_Slash)
    hand.type("drop")
    hand.key(TAB)
    bar = hand.canvas.adding.bar
    assert bar.field.text() == "dropout "
    hand.key(TAB)
    assert bar.field.text() != "dropout "
    hand.key(Qt.Key.Key_A, CONTROL)
    hand.type("conv ")
    assert "conv FILTERS KERNEL s… p…" in bar.words.text()


def test_what_a_layer_does_is_seen_whole_where_the_line_is_short(opened: Opener) -> None:
    hand = opened("input 3x32x32 > relu", size=(800, 600))
    hand.key(Qt.Key.Key_Slash)
    hand.type("relu")
    words = hand.canvas.adding.bar.words
    assert (
        words.fontMetrics().horizontalAdvance("relu Keeps what is positive and sets the rest to zero") > words.width()
    )
    assert words.hasHeightForWidth()
    assert words.height() >= words.heightForWidth(words.width())


def test_lines_come_back_by_up(opened: Opener) -> None:
    hand = opened("input 8")
    hand.key(Qt.Key.Key_Slash)
    for line in ("fc 4", "relu"):
        hand.type(line)
        hand.key(ENTER)
    hand.type("half")
    hand.key(UP)
    hand.key(UP)
    assert hand.canvas.adding.bar.field.text() == "fc 4"
    hand.key(DOWN)
    hand.key(DOWN)
    assert hand.canvas.adding.bar.field.text() == "half"


def test_a_line_goes_on_from_a_node_by_its_name(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.key(Qt.Key.Key_Slash)
    hand.type("conv1 > tanh")
    hand.key(ENTER)
    assert "conv1.y → tanh1.x" in hand.wires()
    assert apart(hand)
