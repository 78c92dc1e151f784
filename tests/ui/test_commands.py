"""The command palette, the keys, and the sheets that print them."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from dlstudio.ui.actions.table import ACTIONS
from dlstudio.ui.commands.cheat_sheet import CheatSheet
from dlstudio.ui.commands.editor import KeyEditor
from dlstudio.ui.commands.entry import Entry
from dlstudio.ui.commands.fuzzy import best, fit
from dlstudio.ui.commands.keymap import Keymap, bare, plain
from dlstudio.ui.commands.palette import Palette
from tests.ui.conftest import Opener
from tests.ui.hand import ALT, CONTROL, SHIFT, Hand

CHAIN = "input 1x28x28 > conv 6 5x5 > relu > flatten > fc 10"


def palette(hand: Hand) -> Palette:
    hand.canvas.setFocus()
    hand.key(Qt.Key.Key_K, CONTROL)
    found = [each for each in hand.window.findChildren(Palette) if each.isVisible()]
    assert len(found) == 1
    return found[0]


def titles(shown: Palette) -> list[str]:
    return [entry.title for entry in shown.found.entries]


def test_no_two_actions_come_with_the_same_keys() -> None:
    counted = Counter(plain(key) for action in ACTIONS for key in action.keys)
    assert [key for key, count in counted.items() if count > 1] == []
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)


def test_every_action_is_found_in_the_palette_by_its_title(opened: Opener) -> None:
    hand = opened(CHAIN)
    entries = hand.window.commands.entries()
    for action in ACTIONS:
        assert action.id in [entry.id for entry in best(action.title, entries)], action.title


def test_what_cannot_be_done_stands_there_with_the_reason_and_says_it_when_chosen(opened: Opener) -> None:
    hand = opened(CHAIN)
    window = hand.window
    for action in ACTIONS:
        reason = action.unless(window.session.state)
        entry = next(entry for entry in window.commands.entries() if entry.id == action.id)
        assert entry.reason == reason
        if reason:
            window.toasts.now = None
            entry.run()
            assert window.toasts.now is not None
            assert window.toasts.now.text == reason


def test_the_palette_is_worked_with_the_keys_alone(opened: Opener) -> None:
    hand = opened(CHAIN)
    shown = palette(hand)
    hand.type("select a")
    assert titles(shown)[0] == "Select all"
    hand.key(Qt.Key.Key_Return)
    assert hand.chosen == hand.nodes
    assert not shown.isVisible()
    assert hand.focus is hand.canvas


def test_escape_leaves_the_palette_and_gives_the_keys_back(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1")
    shown = palette(hand)
    hand.key(Qt.Key.Key_Down)
    hand.key(Qt.Key.Key_Up)
    hand.key(Qt.Key.Key_Escape)
    assert not shown.isVisible()
    assert hand.chosen == {"conv1"}
    assert hand.focus is hand.canvas


def test_what_was_used_last_stands_first(opened: Opener) -> None:
    hand = opened(CHAIN)
    palette(hand)
    hand.type("high contrast")
    hand.key(Qt.Key.Key_Return)
    assert titles(palette(hand))[0] == "High contrast theme"
    hand.key(Qt.Key.Key_Escape)
    hand.window.set_theme("dark")


def test_nodes_and_networks_are_found_by_name(opened: Opener) -> None:
    hand = opened("resnet18")
    palette(hand)
    hand.type("go to fc")
    hand.key(Qt.Key.Key_Return)
    assert hand.chosen == {"fc"}
    palette(hand)
    hand.type("BasicBlock")
    hand.key(Qt.Key.Key_Return)
    assert hand.window.session.state.where == "BasicBlock"


def test_a_template_opens_from_the_palette(opened: Opener) -> None:
    hand = opened()
    palette(hand)
    hand.type("open lenet5")
    hand.key(Qt.Key.Key_Return)
    assert hand.window.session.state.project.name == "LeNet-5"


def test_nothing_found_is_said(opened: Opener) -> None:
    shown = palette(opened(CHAIN))
    shown.field.setText("qqqqq")
    assert shown.none.isVisible()
    assert not shown.rows.isVisible()


@pytest.mark.parametrize(
    ("typed", "better", "worse"),
    [
        ("undo", "Undo", "Unpack"),
        ("gr", "Group into a block", "Bring to group"),
        ("sn", "Select nothing", "Resnet"),
        ("all select", "Select all", "Select nothing"),
    ],
)
def test_the_best_fit_stands_first(typed: str, better: str, worse: str) -> None:
    assert fit(typed, better) > fit(typed, worse)


def test_ten_thousand_nodes_are_searched_within_a_few_frames() -> None:
    entries = [Entry(f"node:{i}", f"Go to conv{i}", "Conv 2d", int, quiet=True) for i in range(10_000)]
    assert best("conv9999", entries)[0].title == "Go to conv9999"


def test_single_letters_do_nothing_while_a_field_is_typed_into(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1")
    before = hand.window.session.state.project
    field = QLineEdit(hand.window)
    field.show()
    field.setFocus()
    hand.type("mflu")
    hand.key(Qt.Key.Key_Backspace)
    assert field.text() == "mfl"
    assert hand.window.session.state.project is before
    hand.canvas.setFocus()
    hand.type("m")
    assert hand.window.session.state.network.nodes["conv1"].muted


def test_a_key_that_can_do_nothing_says_why(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.key(Qt.Key.Key_G, CONTROL)
    assert hand.window.toasts.now is not None
    assert "Select the layers" in hand.window.toasts.now.text


@pytest.mark.parametrize("keys", ["F", "Shift+D", "Delete", "Return", "?"])
def test_keys_that_may_be_typing_belong_to_the_canvas(keys: str) -> None:
    assert bare(keys)


@pytest.mark.parametrize("keys", ["Ctrl+G", "F6", "Shift+F6", "Alt+Left"])
def test_keys_that_are_no_typing_work_everywhere(keys: str) -> None:
    assert not bare(keys)


# Changing keys


def editor(hand: Hand) -> KeyEditor:
    hand.window.do("keyboard")
    QApplication.processEvents()
    return hand.window.findChildren(KeyEditor)[-1]


def test_new_keys_work_at_once_and_are_kept(opened: Opener) -> None:
    hand = opened(CHAIN)
    shown = editor(hand)
    hand.type("select all", shown.search)
    assert shown.current == "select-all"
    hand.press(shown.change)
    hand.key(Qt.Key.Key_J, CONTROL | ALT, shown.list)
    shown.close()
    hand.window.activateWindow()
    hand.canvas.setFocus()
    QApplication.processEvents()
    hand.key(Qt.Key.Key_A, CONTROL)
    assert hand.chosen == set()
    hand.key(Qt.Key.Key_J, CONTROL | ALT)
    assert hand.chosen == hand.nodes
    assert "Ctrl+Alt+J" in hand.window.commands.entries()[_place("select-all")].keys
    assert Keymap({"select-all": ("Ctrl+A",)}).keys["select-all"] == ("Ctrl+Alt+J",)


def _place(name: str) -> int:
    return [action.id for action in ACTIONS].index(name)


def test_keys_that_are_taken_name_their_owner_and_are_given_up_only_when_that_is_said(opened: Opener) -> None:
    hand = opened(CHAIN)
    shown = editor(hand)
    hand.type("select all", shown.search)
    hand.press(shown.change)
    hand.key(Qt.Key.Key_Z, CONTROL, shown.list)
    assert "Undo" in shown.said.text()
    assert "Ctrl+Z" in hand.window.commands.keymap.keys["undo"]
    hand.press(shown.take)
    assert hand.window.commands.keymap.keys["select-all"] == ("Ctrl+Z",)
    assert not hand.window.commands.keymap.keys["undo"]
    hand.press(shown.reset_all)
    assert hand.window.commands.keymap.keys["undo"] == ("Ctrl+Z",)
    shown.close()


def test_one_action_gets_its_keys_back() -> None:
    keymap = Keymap({"one": ("Ctrl+A",), "other": ("Ctrl+B",)})
    keymap.put("one", "Ctrl+B")
    assert keymap.keys == {"one": ("Ctrl+B",), "other": ()}
    keymap.reset("other")
    assert keymap.keys == {"one": (), "other": ("Ctrl+B",)}
    keymap.reset("one")
    assert not keymap.changed("one")


# The sheet of keys


def test_the_sheet_prints_the_keys_of_the_table_and_what_the_mouse_does(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.key(Qt.Key.Key_F1)
    shown = hand.window.findChildren(CheatSheet)[-1]
    lines = {does: keys for group in shown.groups for keys, does in group.lines}
    assert lines["Group into a block"] == "Ctrl+G"
    assert lines["Pull a wire"] == "Drag a port"
    hand.key(Qt.Key.Key_Escape)
    assert not shown.isVisible()
    hand.type("?")
    assert any(each.isVisible() for each in hand.window.findChildren(CheatSheet))


def test_the_help_of_a_layer_and_the_versions_can_be_read(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1")
    hand.key(Qt.Key.Key_F1, SHIFT)
    assert "Slides small filters" in hand.focus.toPlainText()  # type: ignore[attr-defined]
    hand.key(Qt.Key.Key_Escape)
    hand.window.do("report")
    text = QApplication.clipboard().text()
    assert "dlstudio" in text
    assert "torch" in text
