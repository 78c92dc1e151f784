"""The timeline: going back by the mouse and the keys, and to the newest again."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from dlstudio.ui.panels.curves.panel import Curves
from tests.ui.dashboard.conftest import LOADING, ends, shows, trains
from tests.ui.hand import Hand


def test_before_a_training_there_is_no_timeline(endless: Hand, qtbot: Any) -> None:
    timeline = endless.window.timeline
    assert not timeline.isVisible()
    trains(endless, qtbot)
    qtbot.waitUntil(timeline.isVisible, timeout=LOADING)


def test_a_click_shows_an_earlier_step_everywhere_and_the_button_the_newest(endless: Hand, qtbot: Any) -> None:
    panel = shows(endless, "dashboard")
    assert isinstance(panel, Curves)
    trains(endless, qtbot, 20)
    ends(endless, qtbot)
    viewing, timeline = endless.window.viewing, endless.window.timeline
    track, newest = timeline.track, viewing.standing
    assert newest is not None
    qtbot.waitUntil(lambda: track.done == newest.step, timeout=LOADING)
    at = QPoint(round(track.place(newest.step / 2)), track.height() // 2)
    QTest.mouseClick(track, Qt.MouseButton.LeftButton, pos=at)
    assert viewing.at is not None
    assert abs(viewing.at - newest.step / 2) <= max(1, track.last / track.width())
    assert timeline.text.text() == f"step {viewing.at:,} of {newest.step:,}"
    qtbot.waitUntil(lambda: [mark.kind for mark in panel._marks()][-1:] == ["cursor"], timeout=LOADING)
    endless.press(timeline.newest)
    assert viewing.at is None
    assert not timeline.newest.isEnabled()


def test_the_keys_go_step_by_step_to_the_start_and_the_end(endless: Hand, qtbot: Any) -> None:
    trains(endless, qtbot, 10)
    ends(endless, qtbot)
    viewing, track = endless.window.viewing, endless.window.timeline.track
    qtbot.waitUntil(lambda: viewing.standing is not None and track.done == viewing.standing.step, timeout=LOADING)
    track.setFocus()
    endless.key(Qt.Key.Key_Left, widget=track)
    assert viewing.at is not None
    assert viewing.at < track.done
    endless.key(Qt.Key.Key_Home, widget=track)
    assert viewing.at == 0
    endless.key(Qt.Key.Key_Right, widget=track)
    assert viewing.at > 0
    endless.key(Qt.Key.Key_End, widget=track)
    assert viewing.at is None
