"""What is seen is seen whole: no words are cut, nothing widens the window, and no tabs are left behind."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QTabBar

from dlstudio.ui.commands.cheat_sheet import CheatSheet
from dlstudio.ui.files.question import Question
from dlstudio.ui.panels.inspector.page import Notes
from tests.ui.conftest import Opener
from tests.ui.states import settle, states

STATES = {state.name: state for state in states()}


def test_a_long_way_into_blocks_does_not_widen_the_window(opened: Opener) -> None:
    hand = opened(STATES["deep"].project())
    STATES["deep"].act(hand)
    assert len(hand.window.session.state.trail) == 8
    assert hand.window.width() == 1280


def test_the_words_of_a_question_are_seen_whole(opened: Opener) -> None:
    hand = opened("input 4 > fc 2")
    STATES["recover"].act(hand)
    settle(0.02)
    asked = hand.window.findChildren(Question)[-1]
    assert all(label.height() >= label.heightForWidth(label.width()) for label in asked.findChildren(QLabel))
    hand.key(Qt.Key.Key_Escape)


def test_all_keys_are_seen_at_once(opened: Opener) -> None:
    hand = opened("input 4 > fc 2")
    hand.key(Qt.Key.Key_F1)
    settle(0.02)
    sheet = hand.window.findChildren(CheatSheet)[-1]
    assert sheet.page.verticalScrollBar().maximum() == 0
    hand.key(Qt.Key.Key_Escape)


def test_the_lines_of_a_note_are_seen_whole(opened: Opener) -> None:
    hand = opened(STATES["long-note"].project())
    STATES["long-note"].act(hand)
    settle(0.05)
    note = next(each for each in hand.window.findChildren(Notes) if each.isVisible() and each.toPlainText())
    assert note.verticalScrollBar().maximum() == 0


def test_no_tabs_are_left_over_the_window_by_an_arrangement(opened: Opener) -> None:
    window = opened("input 4 > fc 2").window
    for name in ("Inspect", "Design"):
        window.arrange(name)
        settle(0.05)
    bars = window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert [bar.geometry() for bar in bars if bar.count() and window.rect().intersects(bar.geometry())] == []
