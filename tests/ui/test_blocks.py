"""Blocks and networks, worked by hand."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton

from dlstudio.compiler.check import check
from dlstudio.core.document import BLOCK, Point
from dlstudio.ui.ask import Ask
from tests.ui.conftest import Opener
from tests.ui.hand import CONTROL, RIGHT, SHIFT, Hand

CHAIN = "input 1x28x28 > conv 6 5x5 > bn > relu > flatten > fc 10"


def question(hand: Hand) -> Ask:
    found = [ask for ask in hand.window.findChildren(Ask) if ask.isVisible()]
    assert len(found) == 1
    return found[0]


def group(hand: Hand, name: str = "", *nodes: str) -> None:
    for number, node in enumerate(nodes or ("conv1", "batch_norm1", "relu1")):
        hand.click(node, SHIFT if number else Qt.KeyboardModifier.NoModifier)
    hand.key(Qt.Key.Key_G, CONTROL)
    if name:
        hand.type(name)
    hand.key(Qt.Key.Key_Return)


def tabs(hand: Hand) -> list[str]:
    row = hand.window.trail.tabs
    return [w.text() for i in range(row.count()) if isinstance(w := row.itemAt(i).widget(), QPushButton)]  # type: ignore[union-attr]


def blocks(hand: Hand) -> list[str]:
    return [node.id for node in hand.window.session.state.network.of_kind(BLOCK)]


def test_nodes_are_grouped_into_a_block_whose_name_is_proposed(opened: Opener) -> None:
    hand = opened(CHAIN)
    group(hand)
    state = hand.window.session.state
    (block,) = blocks(hand)
    assert state.network.nodes[block].fields["network"] == "ConvBatchNormReLU"
    assert hand.chosen == {block}
    assert state.checked.sound
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert blocks(hand) == []
    assert list(hand.window.session.state.project.networks) == ["model"]


def test_a_name_that_is_taken_is_refused_while_it_is_typed(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1")
    hand.key(Qt.Key.Key_G, CONTROL)
    hand.type("model")
    assert "model" in question(hand).reason.text()
    hand.key(Qt.Key.Key_Return)
    assert blocks(hand) == []
    hand.key(Qt.Key.Key_Escape)
    assert not [ask for ask in hand.window.findChildren(Ask) if ask.isVisible()]
    assert hand.focus is hand.canvas


def test_a_block_is_entered_and_left_with_the_keys(opened: Opener) -> None:
    hand = opened(CHAIN)
    group(hand, "Stem")
    (block,) = blocks(hand)
    hand.key(Qt.Key.Key_Return)
    assert hand.window.session.state.where == "Stem"
    hand.key(Qt.Key.Key_Up, CONTROL)
    assert hand.window.session.state.where == "model"
    assert hand.chosen == {block}
    hand.key(Qt.Key.Key_Down, CONTROL)
    assert hand.window.session.state.where == "Stem"
    hand.key(Qt.Key.Key_Escape)
    assert hand.window.session.state.where == "model"


def test_escape_first_lets_go_of_what_is_selected(opened: Opener) -> None:
    hand = opened(CHAIN)
    group(hand, "Stem")
    hand.key(Qt.Key.Key_Return)
    hand.click("conv1")
    hand.key(Qt.Key.Key_Escape)
    assert hand.chosen == set()
    assert hand.window.session.state.where == "Stem"


def test_a_block_is_unpacked_where_it_stands(opened: Opener) -> None:
    hand = opened(CHAIN)
    before = hand.nodes
    group(hand, "Stem")
    hand.key(Qt.Key.Key_G, CONTROL | SHIFT)
    assert hand.nodes == before
    assert hand.window.session.state.checked.sound


def test_one_of_two_blocks_is_made_unique(opened: Opener) -> None:
    hand = opened("input 8 > fc 8 > relu > fc 4")
    group(hand, "Pair", "linear1", "relu1")
    (block,) = blocks(hand)
    hand.key(Qt.Key.Key_D, CONTROL)
    assert len(blocks(hand)) == 2
    hand.click(block)
    hand.window.do("make-unique")
    networks = [hand.window.session.state.network.nodes[name].fields["network"] for name in blocks(hand)]
    assert sorted(map(str, networks)) == ["Pair", "Pair2"]


def test_a_block_is_repeated_by_a_number(opened: Opener) -> None:
    hand = opened("input 8 > fc 8 > relu > fc 4")
    group(hand, "Pair", "linear1", "relu1")
    (block,) = blocks(hand)
    hand.window.do("repeat")
    hand.type("none")
    assert "whole number" in question(hand).reason.text()
    question(hand).field.selectAll()
    hand.type("3")
    hand.key(Qt.Key.Key_Return)
    assert hand.window.session.state.network.nodes[block].fields["repeat"] == 3


def test_breadcrumbs_show_the_arguments_of_the_block_that_was_entered(opened: Opener) -> None:
    hand = opened("resnet50")
    hand.window.session.enter("stage2")
    assert any("stage2 · Stage (" in text and "width=128" in text for text in tabs(hand))
    hand.window.session.leave()
    hand.window.session.enter("stage3")
    assert any("width=256" in text for text in tabs(hand))
    assert hand.window.trail.places.text() == "Edited here, changed in 4 places"


def test_the_shapes_inside_are_those_of_the_block_that_was_entered(opened: Opener) -> None:
    hand = opened("resnet50")
    shown = {}
    for stage in ("stage2", "stage3"):
        hand.window.session.enter(stage)
        shown[stage] = {text for card in hand.canvas.scene.cards.values() for text in (s.text for s in card.outs)}
        hand.window.session.leave()
    assert shown["stage2"] != shown["stage3"]


def test_a_click_on_a_breadcrumb_goes_back(opened: Opener) -> None:
    hand = opened("resnet50")
    hand.window.session.enter("stage2")
    row = hand.window.trail.tabs
    first = row.itemAt(0).widget()  # type: ignore[union-attr]
    assert isinstance(first, QPushButton)
    hand.press(first)
    assert hand.window.session.state.where == "model"
    assert not any(label.text() == "›" for label in hand.window.trail.findChildren(QLabel) if label.isVisible())


def test_networks_are_made_renamed_copied_and_deleted(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.press(hand.window.trail.add)
    hand.type("Head")
    hand.key(Qt.Key.Key_Return)
    session = hand.window.session
    assert session.state.where == "Head"
    hand.window.do("rename-network")
    hand.type("Tail")
    hand.key(Qt.Key.Key_Return)
    assert session.state.where == "Tail"
    assert tabs(hand) == ["model", "Tail"]
    hand.window.do("duplicate-network")
    assert session.state.where == "Tail2"
    hand.window.do("delete-network")
    assert set(session.state.project.networks) == {"model", "Tail"}
    hand.press(hand.window.toasts.button)
    assert set(session.state.project.networks) == {"model", "Tail", "Tail2"}


def test_a_network_that_is_placed_is_not_deleted_and_its_blocks_follow_its_name(opened: Opener) -> None:
    hand = opened(CHAIN)
    group(hand, "Stem")
    hand.key(Qt.Key.Key_Return)
    hand.window.do("delete-network")
    assert "Stem" in hand.window.session.state.project.networks
    assert "places this network" in hand.window.toasts.text.text()
    hand.window.do("rename-network")
    hand.type("Start")
    hand.key(Qt.Key.Key_Return)
    state = hand.window.session.state
    assert state.where == "Start"
    assert len(state.trail) == 2
    assert state.checked.sound


def test_tabs_go_round_with_the_keys_and_many_of_them_stay_within_the_window(opened: Opener) -> None:
    hand = opened(CHAIN)
    for number in range(12):
        hand.window.do("new-network")
        hand.type(f"A rather long name {number}")
        hand.key(Qt.Key.Key_Return)
    assert hand.window.session.state.where == "A rather long name 11"
    assert tabs(hand)[-1] == "A rather long name 11"
    assert len(tabs(hand)) < 10
    assert hand.window.trail.minimumSizeHint().width() < 1000
    hand.canvas.setFocus()
    hand.key(Qt.Key.Key_Tab, CONTROL)
    assert hand.window.session.state.where == "model"


def menu(hand: Hand) -> QMenu:
    shown = QApplication.activePopupWidget()
    assert isinstance(shown, QMenu)
    return shown


def words(shown: QMenu) -> set[str]:
    return {action.text().split("\t")[0] for action in shown.actions() if action.text()}


def test_a_right_click_offers_only_what_can_be_done_there(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1", button=RIGHT)
    assert hand.chosen == {"conv1"}
    offered = words(menu(hand))
    assert {"Delete", "Group into a block", "Help on the layer"} <= offered
    assert not {"Unpack", "Enter the block", "Undo"} & offered
    menu(hand).close()
    bounds = hand.canvas.scene.bounds
    hand.click(Point(bounds.x + 40, bounds.y - 80), button=RIGHT)
    assert {"Select all", "Tidy"} <= words(menu(hand))
    assert hand.chosen == set()
    menu(hand).close()
    wire = next(iter(hand.canvas.scene.wires))
    hand.click(hand.canvas.scene.curve(wire).points[0], button=RIGHT)
    menu(hand).close()


def test_a_right_click_keeps_what_is_selected_with_the_node(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1")
    hand.click("relu1", SHIFT)
    hand.click("relu1", button=RIGHT)
    assert hand.chosen == {"conv1", "relu1"}
    QTest.keyClick(menu(hand), Qt.Key.Key_Escape)


def test_the_menu_of_a_tab_belongs_to_its_network(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.window.do("new-network")
    hand.type("Head")
    hand.key(Qt.Key.Key_Return)
    tab = hand.window.trail.tabs.itemAt(0).widget()  # type: ignore[union-attr]
    assert tab is not None
    QTest.mouseClick(hand.handle, RIGHT, pos=tab.mapTo(hand.window, tab.rect().center()))
    assert hand.window.session.state.where == "model"
    assert "Rename…" in words(menu(hand))
    menu(hand).close()


def test_a_network_made_of_nodes_is_sound_where_no_block_places_it(opened: Opener) -> None:
    """Its inputs have the shapes that flowed in when it was made."""
    hand = opened(CHAIN)
    group(hand, "Stem")
    hand.key(Qt.Key.Key_G, CONTROL | SHIFT)
    project = hand.window.session.state.project
    assert not [issue for issue in check(project) if issue.severity == "error"]
    assert [node.fields["size"] for node in project.networks["Stem"].of_kind("Input")] == [(1, 28, 28)]
