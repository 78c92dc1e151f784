"""What is seen is seen whole: no words are cut, nothing widens the window, and no tabs are left behind."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QTabBar, QWidget

from dlstudio.ui.commands.cheat_sheet import CheatSheet
from dlstudio.ui.elided import Elided
from dlstudio.ui.files.question import Question
from dlstudio.ui.forms.row_label import RowLabel
from dlstudio.ui.panels.inspector.page import Notes
from dlstudio.ui.panels.setup.live import Live
from dlstudio.ui.theme.appearance import put_scale
from tests.ui.conftest import Opener, lenet
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


def cut(seen: QWidget) -> list[str]:
    """The words in sight that have too little room, but for those that give way by themselves."""
    shown = [each for each in seen.findChildren(QWidget) if each.isVisible() and not each.visibleRegion().isEmpty()]
    labels = [each for each in shown if isinstance(each, QLabel) and each.text() and not isinstance(each, Elided)]
    plain = [each for each in labels if "<" not in each.text() and not isinstance(each, RowLabel)]
    narrow: list[QWidget] = [each for each in plain if not each.wordWrap() and each.width() < _wide(each)]
    narrow += [each for each in plain if each.wordWrap() and each.height() < each.heightForWidth(each.width())]
    lines = [each for each in shown if isinstance(each, QLineEdit) and each.property("role") == "number"]
    narrow += [each for each in lines if each.width() < each.fontMetrics().horizontalAdvance(each.text()) + 18]
    tabs = [each for each in shown if isinstance(each, QPushButton) and each.property("role") == "tab"]
    narrow += [each for each in tabs if each.width() < each.minimumSizeHint().width()]
    return [each.text() for each in narrow]  # type: ignore[attr-defined]


def _wide(label: QLabel) -> int:
    return max(label.fontMetrics().horizontalAdvance(line) for line in label.text().splitlines())


@pytest.mark.parametrize("name", ["cheat-sheet", "toast", "recover", "explain", "several", "deep", "inspect", "empty"])
def test_with_large_letters_no_words_are_cut(opened: Opener, qtbot: Any, name: str) -> None:
    put_scale(1.5)
    state = STATES.get(name)
    hand = opened(state.project() if state else "")
    hand.settle()
    if state:
        state.act(hand)
    with suppress(qtbot.TimeoutError):
        qtbot.waitUntil(lambda: not cut(hand.window), timeout=5000)
    assert cut(hand.window) == []
    hand.key(Qt.Key.Key_Escape)


def test_a_rate_has_room_for_its_digits_however_large_letters_become(opened: Opener, qtbot: Any) -> None:
    hand = opened(lenet(epochs=1000))
    hand.window.arrange("Train")
    qtbot.waitUntil(lambda: bool(hand.window.findChildren(Live)), timeout=10_000)
    hand.window.do("letters-larger")
    hand.window.do("letters-larger")
    line = hand.window.findChildren(Live)[-1].absolute
    assert line.width() >= line.fontMetrics().horizontalAdvance("0.00299") + 18


def test_the_sheet_of_keys_is_scrolled_by_the_arrows_where_it_is_too_long_for_the_window(opened: Opener) -> None:
    put_scale(1.5)
    hand = opened("input 4 > fc 2")
    hand.key(Qt.Key.Key_F1)
    settle(0.02)
    sheet = hand.window.findChildren(CheatSheet)[-1]
    hand.key(Qt.Key.Key_PageDown)
    assert sheet.page.verticalScrollBar().value() > 0
    assert sheet.page.horizontalScrollBar().maximum() == 0
    hand.key(Qt.Key.Key_X)
    assert not hand.window.findChildren(CheatSheet) or not sheet.isVisible()
