"""The inspector, worked by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

import dlstudio as dl
from dlstudio.core import edits
from dlstudio.core.document import Frame, Rect
from dlstudio.core.sheets import put_frames
from dlstudio.ui.panels.inspector.ends import Ends
from dlstudio.ui.panels.inspector.mark_page import MarkPage
from dlstudio.ui.panels.inspector.network_page import NetworkPage
from dlstudio.ui.panels.inspector.node_page import NodePage
from dlstudio.ui.panels.inspector.origin import source
from dlstudio.ui.panels.inspector.wire_page import WirePage
from dlstudio.ui.session import Choice
from tests.ui.conftest import Opener
from tests.ui.hand import CONTROL, SHIFT, Hand

CHAIN = "input 1x28x28 > conv 6 5x5 > relu > conv 16 3x3 > flatten > fc 10"
WORKED = "input 2 > fc 2 > sigmoid > fc 2"


class Sight:
    """The inspector as it is seen, and a hand on it."""

    def __init__(self, hand: Hand) -> None:
        self.hand, self.session = hand, hand.window.session
        self.panel: Any = hand.window.panels["inspector"]

    @property
    def page(self) -> Any:
        return self.panel.page

    def row(self, name: str) -> Any:
        return self.page.form.form.rows[name]

    def line(self, name: str) -> Any:
        return self.row(name).editor.line

    def type(self, name: str, text: str, *, enter: bool = False) -> None:
        line = self.line(name)
        line.setFocus()
        line.selectAll()
        self.hand.type(text, line)
        if enter:
            self.hand.key(Qt.Key.Key_Return, widget=line)

    def fields(self, node: str) -> dict[str, Any]:
        return dict(self.session.state.network.nodes[node].fields)

    @property
    def undo_label(self) -> str | None:
        return self.session.state.history.undo_label

    def steps(self) -> list[str]:
        return [step.label for step in self.session.state.history.steps()]

    def press(self, text: str) -> None:
        """Clicks a button of the page by its words."""
        button = next(b for b in self.page.findChildren(QPushButton) if b.text() == text and b.isVisible())
        self.hand.press(button)


def test_typing_into_a_field_is_one_step_and_shows_on_the_card(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1")
    sight = Sight(hand)
    assert isinstance(sight.page, NodePage)
    sight.type("kernel_size", "4x3")
    assert sight.fields("conv1")["kernel_size"] == (4, 3)
    sight.type("kernel_size", "3")
    assert "kernel_size" not in sight.fields("conv1")
    sight.type("out_channels", "128")
    assert sight.fields("conv1")["out_channels"] == 128
    assert sight.steps()[0] == "Set conv1 out channels"
    assert sight.steps().count("Set conv1 out channels") == 1
    assert hand.canvas.scene.cards["conv1"].outs[0].text.startswith("128×")


def test_undo_while_the_field_has_the_focus_shows_the_old_value(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1")
    sight = Sight(hand)
    sight.type("out_channels", "77")
    hand.key(Qt.Key.Key_Z, CONTROL, sight.line("out_channels"))
    assert sight.fields("conv1")["out_channels"] == 6
    assert sight.line("out_channels").text() == "6"
    assert sight.undo_label is None


def test_escape_takes_back_and_enter_begins_another_step(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1")
    sight = Sight(hand)
    sight.type("out_channels", "7", enter=True)
    sight.type("out_channels", "99")
    assert sight.steps() == ["Set conv1 out channels"] * 2
    hand.key(Qt.Key.Key_Escape, widget=sight.line("out_channels"))
    assert sight.fields("conv1")["out_channels"] == 7
    assert sight.line("out_channels").text() == "7"
    assert sight.steps() == ["Set conv1 out channels"]


def test_typing_a_value_and_then_the_old_one_leaves_no_step(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1")
    sight = Sight(hand)
    sight.type("out_channels", "8")
    sight.line("out_channels").selectAll()
    hand.type("6", sight.line("out_channels"))
    assert sight.undo_label is None


def test_letters_and_delete_stay_in_the_inspector(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1")
    sight = Sight(hand)
    box = sight.row("bias").editor.box
    box.setFocus()
    hand.key(Qt.Key.Key_Delete, widget=box)
    hand.key(Qt.Key.Key_M, widget=box)
    assert "conv1" in hand.nodes
    assert not sight.session.state.network.nodes["conv1"].muted


def test_a_node_is_renamed_everywhere_and_a_bad_name_is_told(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1")
    sight = Sight(hand)
    naming = sight.page.heading.naming
    naming.line.setFocus()
    naming.line.selectAll()
    hand.type("relu1", naming.line)
    assert naming.told.text() == "There is a node relu1 already."
    naming.line.selectAll()
    hand.type("3x", naming.line)
    assert "cannot be a name" in naming.told.text()
    naming.line.selectAll()
    hand.type("stem", naming.line)
    assert not naming.told.isVisible()
    hand.key(Qt.Key.Key_Return, widget=naming.line)
    assert "stem" in hand.nodes
    assert "stem.y → relu1.x" in hand.wires()
    assert hand.chosen == {"stem"}
    assert sight.undo_label == "Rename conv1 to stem"


def test_several_nodes_are_changed_at_once_as_one_step(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1")
    hand.click("conv2", SHIFT)
    sight = Sight(hand)
    assert sight.line("out_channels").placeholderText() == "mixed"
    sight.type("out_channels", "12")
    assert sight.fields("conv1")["out_channels"] == sight.fields("conv2")["out_channels"] == 12
    assert sight.steps() == ["Set out channels of 2 nodes"]
    hand.click("linear1", SHIFT)
    assert "out_channels" not in sight.page.form.form.rows
    assert "bias_init" in sight.page.form.form.rows


def test_a_number_of_a_shape_tells_where_it_comes_from(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("relu1")
    sight = Sight(hand)
    shape = next(w for w in sight.page.findChildren(QLabel) if w.accessibleName().startswith("Shape of y"))
    height = round(shape.width() * 2.5 / len("6×24×24"))
    QTest.mouseClick(shape, Qt.MouseButton.LeftButton, pos=QPoint(height, shape.height() // 2))
    told = unescape(re.sub(r"<[^>]+>", "", sight.page.shapes.told.text()))
    assert told.startswith("24 = ⌊(28+2·0−5)/1⌋+1")
    assert told.endswith("of conv1. conv1\u00a0→")
    sight.page.shapes.told.linkActivated.emit("conv1")
    assert hand.chosen == {"conv1"}


def test_every_number_of_every_template_has_a_source() -> None:
    from dlstudio.compiler.check import examine

    for name in ("lenet5", "resnet18", "lstm_classifier", "small_unet", "vision_transformer"):
        for plan in examine(dl.template(name)).plans.values():
            for at, tensor in plan.shapes.items():
                for axis, length in enumerate(tensor.shape):
                    found = source(plan, at, axis)
                    assert found.node in plan.network.nodes
                    assert str(length) in found.text, (name, at, axis, found)


def test_cost_tells_the_share_of_the_whole(opened: Opener, qtbot: Any) -> None:
    hand = opened("lenet5")
    hand.click("fc1")
    sight = Sight(hand)
    number, strip, share = sight.page.cost.lines[0]
    assert number.text() == "48,120"
    assert share.text() == "78 %"
    assert strip.value() == 780
    sight.type("out_features", "10")
    qtbot.waitUntil(lambda: number.text() == "4,010", timeout=2000)


def test_issues_of_the_node_are_mended_from_the_inspector(opened: Opener) -> None:
    hand = opened("input 1x8x8 > conv 4 9x9 > flatten > fc 2")
    hand.click("conv1")
    sight = Sight(hand)
    assert len(sight.page.shown) == 1
    fix = sight.page.shown[0].fixes[0]
    sight.press(fix.label)
    assert sight.page.shown == ()
    assert sight.session.state.checked.sound
    assert sight.line("kernel_size").text() != "9×9"


def test_nothing_chosen_shows_the_network_and_renames_it(opened: Opener) -> None:
    hand = opened(CHAIN)
    sight = Sight(hand)
    assert isinstance(sight.page, NetworkPage)
    assert sight.page.totals.facts.values["parameters"].text().replace(",", "").isdigit()
    naming = sight.page.naming
    naming.line.setFocus()
    naming.line.selectAll()
    hand.type("lenet", naming.line)
    hand.key(Qt.Key.Key_Return, widget=naming.line)
    assert sight.session.state.where == "lenet"
    notes = sight.page.note
    notes.setFocus()
    hand.type("made by hand", notes)
    assert sight.session.state.network.note == "made by hand"
    assert sight.undo_label == "Note on lenet"


def test_arguments_of_a_network_are_added_and_used(opened: Opener) -> None:
    hand = opened("input 8 > fc 4 > relu > fc 2")
    sight = Sight(hand)
    hand.press(sight.page.given.head)
    editor = sight.page.arguments.rows["arguments"].editor
    editor.add.setFocus()
    hand.type("width", editor.add)
    hand.key(Qt.Key.Key_Return, widget=editor.add)
    hand.type("16", editor.lines["width"])
    assert sight.session.state.network.arguments == {"width": 16}
    hand.click("linear1")
    sight.type("out_features", "=width*2")
    assert sight.row("out_features").result.text() == "→ 32"
    assert hand.canvas.scene.cards["linear1"].outs[0].text == "32"


def test_a_block_is_given_arguments_entered_and_made_unique(opened: Opener) -> None:
    hand = opened("resnet18")
    sight = Sight(hand)
    block = sight.session.state.network.of_kind("Block")[0].id
    sight.session.choose_nodes(block)
    lines = sight.row("given").editor.lines
    assert "channels" in lines
    sight.press("Make unique")
    assert sight.undo_label == f"Make {block} unique"
    sight.press("Enter")
    assert sight.session.state.trail[-1].block == block


def test_a_wire_shows_what_it_carries_and_is_cut(opened: Opener) -> None:
    hand = opened(CHAIN)
    sight = Sight(hand)
    wire = sight.session.state.network.inbound["conv2"][0]
    sight.session.choose(Choice(wires=frozenset([wire])))
    assert isinstance(sight.page, WirePage)
    assert sight.page.told.text() == "an image 6×24×24"
    sight.press("Disconnect")
    assert str(wire) not in hand.wires()
    assert isinstance(sight.page, NetworkPage)


def test_the_long_name_of_a_neighbour_gives_way_to_the_shape(opened: Opener) -> None:
    name = "a_name_that_somebody_gave_who_wanted_to_be_understood"
    project = edits.rename(dl.line("input 128x256x128x256 > flatten > fc 2"), "model", "linear1", name)
    hand = opened(project)
    hand.click("flatten1")
    ends = Sight(hand).page.shapes.findChildren(Ends)[-1]
    said = unescape(re.sub(r"<[^>]+>", "", ends.text()))
    assert said.startswith("y → a_name")
    assert said.endswith("…")
    assert ends.fontMetrics().horizontalAdvance(said) <= ends.width()
    assert ends.toolTip() == f"→ {name}"
    ends.linkActivated.emit(name)
    assert Sight(hand).session.state.choice.nodes == {name}


def test_a_frame_is_titled_and_coloured(opened: Opener) -> None:
    project = put_frames(dl.line(CHAIN), "model", {"frame1": Frame("", Rect(0, 0, 300, 200))})
    hand = opened(project)
    sight = Sight(hand)
    sight.session.choose(Choice(marks=frozenset(["frame1"])))
    assert isinstance(sight.page, MarkPage)
    sight.page.words.setFocus()
    hand.type("Stem", sight.page.words)
    assert sight.session.state.sheet.frames["frame1"].title == "Stem"
    assert sight.steps() == ["Write frame1"]
    swatch = next(b for b in sight.page.findChildren(QPushButton) if b.accessibleName() == "Colour green")
    hand.press(swatch)
    assert sight.session.state.sheet.frames["frame1"].color == "#009e73"


def test_weights_of_a_worked_example_are_typed_in(opened: Opener) -> None:
    hand = opened(WORKED)
    hand.click("linear1")
    sight = Sight(hand)
    editor = sight.row("weight_init").editor
    combo = editor.combo
    combo.setFocus()
    hand.type("Given", combo)
    assert sight.session.state.checked.sound
    grid = editor.form.rows["values"].editor.grid
    cell = grid.visualRect(grid.model().index(0, 1)).center()
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    QTest.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    QApplication.processEvents()
    hand.type("0.2")
    hand.key(Qt.Key.Key_Return)
    assert sight.fields("linear1")["weight_init"]["values"] == ((0.0, 0.2), (0.0, 0.0))
    assert "0.2" in dl.source(sight.session.state.project)


def test_the_form_stays_when_another_node_of_the_kind_is_chosen(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1")
    sight = Sight(hand)
    line = sight.line("out_channels")
    hand.click("conv2")
    assert sight.line("out_channels") is line
    assert line.text() == "16"
    hand.click("relu1")
    hand.click("conv1")
    assert sight.line("out_channels") is line
    assert line.text() == "6"


def test_an_unknown_kind_and_an_empty_network_are_shown(opened: Opener) -> None:
    project = dl.line(CHAIN)
    strange = replace(project.networks["model"].nodes["relu1"], kind="Hologram")
    hand = opened(edits.change(project, "model", ["relu1"], lambda _: strange))
    hand.click("relu1")
    sight = Sight(hand)
    assert "Hologram" in sight.page.heading.kind.text()
    assert sight.page.form.form is None
    empty = Sight(opened(""))
    assert isinstance(empty.page, NetworkPage)
    assert empty.page.kind.text() == "Network · 0 nodes"


def test_scrubbing_the_label_is_one_step(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1")
    sight = Sight(hand)
    label = sight.row("out_channels").label
    QTest.mousePress(label, Qt.MouseButton.LeftButton, pos=QPoint(4, 8))
    for x in range(8, 48, 8):
        QTest.mouseMove(label, QPoint(x, 8))
    QTest.mouseRelease(label, Qt.MouseButton.LeftButton, pos=QPoint(44, 8))
    assert sight.fields("conv1")["out_channels"] == 15
    assert sight.steps() == ["Set conv1 out channels"]


def test_undo_of_a_wrong_text_takes_back_the_text_alone(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1")
    sight = Sight(hand)
    sight.type("groups", "2", enter=True)
    sight.type("out_channels", "x")
    hand.key(Qt.Key.Key_Z, CONTROL, sight.line("out_channels"))
    assert sight.line("out_channels").text() == "6"
    assert sight.steps() == ["Set conv1 groups"]


def test_the_eye_mutes_and_the_note_is_one_step(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1")
    sight = Sight(hand)
    hand.press(sight.page.heading.mute)
    assert sight.session.state.network.nodes["conv1"].muted
    assert sight.undo_label == "Mute conv1"
    note = sight.page.heading.note
    note.setFocus()
    hand.type("seen first", note)
    assert sight.session.state.network.nodes["conv1"].note == "seen first"
    assert sight.steps()[0] == "Note on conv1"
    assert sight.steps()[1] == "Mute conv1"
    hand.key(Qt.Key.Key_Z, CONTROL, note)
    assert note.toPlainText() == ""
    hand.key(Qt.Key.Key_Tab, widget=note)
    assert note.toPlainText() == ""
    assert not note.hasFocus()


def test_a_choice_made_anew_after_the_focus_was_elsewhere_is_a_step_of_its_own(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1")
    sight = Sight(hand)
    box = sight.row("bias").editor.box
    for _ in range(2):
        box.setFocus()
        hand.key(Qt.Key.Key_Space, widget=box)
        sight.line("groups").setFocus()
    assert sight.steps() == ["Set conv1 bias"] * 2


def test_another_theme_keeps_what_is_shown(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1")
    hand.window.set_theme("light", keep=False)
    hand.settle()
    sight = Sight(hand)
    assert sight.line("out_channels").text() == "6"
    sight.type("out_channels", "9")
    assert sight.fields("conv1")["out_channels"] == 9


def test_a_click_into_the_inspector_leaves_the_keys_of_the_canvas_alone(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1")
    sight = Sight(hand)
    hand.press(sight.line("out_channels"))
    hand.key(Qt.Key.Key_Backspace)
    assert "conv1" in hand.nodes
    hand.canvas.setFocus()
    hand.key(Qt.Key.Key_Backspace)
    assert "conv1" not in hand.nodes
    assert isinstance(sight.page, NetworkPage)
