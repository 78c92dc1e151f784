"""Panels that stand behind each other get windows of their own from their tabs or by a key, and come back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QTabBar

from tests.ui.conftest import Opener, lenet
from tests.ui.hand import ALT, CONTROL, LEFT, Hand

TITLE, NAME = "Weights", "weights"


@pytest.fixture
def hand(opened: Opener) -> Iterator[Hand]:
    made = opened(lenet())
    made.window.arrange("Train")
    made.settle()
    yield made
    if made.window.docks[NAME].isFloating():
        made.window.docks[NAME].setFloating(False)


def tab(hand: Hand) -> tuple[QTabBar, QPoint]:
    """Where the tab of the panel is."""
    bars = hand.window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    bar, number = next((bar, i) for bar in bars for i in range(bar.count()) if bar.tabText(i) == TITLE)
    return bar, bar.tabRect(number).center()


def test_a_double_click_on_a_tab_lets_the_panel_float_and_a_key_puts_it_back(hand: Hand) -> None:
    bar, place = tab(hand)
    dock = hand.window.docks[NAME]
    QTest.mouseDClick(bar, LEFT, pos=place)
    QApplication.processEvents()
    hand.settle()
    assert dock.isFloating()
    assert dock.isVisible()
    assert dock.bar.isVisible()
    panel = hand.window.panels[NAME]
    assert panel.isVisible()
    panel.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    panel.setFocus()
    hand.window.do("float-panel")
    QApplication.processEvents()
    assert not dock.isFloating()
    assert TITLE in {each.tabText(i) for each in (tab(hand)[0],) for i in range(each.count())}


def test_a_right_click_on_a_tab_offers_a_window_and_to_close_the_panel(hand: Hand) -> None:
    bar, place = tab(hand)
    bar.customContextMenuRequested.emit(place)
    menu = next(each for each in bar.findChildren(QMenu) if each.isVisible())
    titles = [action.text() for action in menu.actions()]
    assert titles == ["In a window of its own", "Close the panel"]
    menu.actions()[1].trigger()
    menu.close()
    assert hand.window.docks[NAME].isHidden()


def test_without_a_panel_that_has_the_keys_it_says_what_to_do(hand: Hand) -> None:
    hand.window.canvas.setFocus()
    hand.key(Qt.Key.Key_W, CONTROL | ALT)
    assert hand.window.toasts.now is not None
    assert "F6" in hand.window.toasts.now.text
