"""The handle of the timeline is dragged with the mouse while a training waits: everything is seen as it was then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from dlstudio.ui.panels.answers.panel import Answers
from dlstudio.ui.panels.features.panel import FeatureMapsPanel
from dlstudio.ui.panels.seeing import Seeing
from dlstudio.ui.runner import CALM
from dlstudio.ui.timeline import Track
from dlstudio.ui.viewing.past import Past
from tests.ui.conftest import Opener
from tests.ui.dashboard.conftest import LOADING, lenet, trains
from tests.ui.hand import FREE, LEFT, Hand

STEPS = 120


@pytest.fixture
def waiting(opened: Opener, qtbot: Any) -> Iterator[Hand]:
    """A training in the Train arrangement that was seen from its start, and waits after some steps."""
    hand = opened(lenet(epochs=1000))
    hand.press(next(b for b in hand.window.header.arrangements.buttons() if b.text() == "Train"))
    trains(hand, qtbot, 1)
    panels = hand.window.panels

    def seen() -> bool:
        found = panels.made.get("features"), panels.made.get("answers")
        features, answers = found
        if not isinstance(features, FeatureMapsPanel) or not isinstance(answers, Answers):
            return False
        return bool(features.wall.rows) and answers.board is not None

    qtbot.waitUntil(seen, timeout=LOADING)
    qtbot.waitUntil(lambda: hand.window.runner.step >= STEPS, timeout=LOADING)
    hand.press(hand.window.run_bar.buttons["pause"])
    qtbot.waitUntil(lambda: hand.window.session.state.phase == "paused", timeout=LOADING)

    def rests() -> bool:
        """Whether the step that was under way has been shown."""
        before = hand.window.timeline.track.done
        qtbot.wait(2 * CALM)
        return before == hand.window.timeline.track.done == hand.window.runner.step

    qtbot.waitUntil(rests, timeout=LOADING)
    yield hand
    hand.window.runner.join()


def drag(hand: Hand, track: Track, start: float, to: float) -> None:
    """Takes the handle at one step, and moves it in small steps over another one, still held."""
    window = hand.handle

    def at(step: float) -> QPoint:
        return track.mapTo(hand.window, QPoint(round(track.place(step)), track.height() // 2))

    QTest.mouseMove(window, at(start))
    QTest.mousePress(window, LEFT, FREE, at(start))
    for part in range(1, 9):
        QTest.mouseMove(window, at(start + (to - start) * part / 8))
        QApplication.processEvents()


def let_go(hand: Hand, track: Track, step: float) -> None:
    place = track.mapTo(hand.window, QPoint(round(track.place(step)), track.height() // 2))
    QTest.mouseRelease(hand.handle, LEFT, FREE, place)
    QApplication.processEvents()


def in_sight(hand: Hand) -> list[Seeing]:
    """The panels that show a training and are seen."""
    return [panel for panel in hand.window.panels.made.values() if isinstance(panel, Seeing) and panel.in_sight]


def tell(hand: Hand, words: str) -> bool:
    """Whether all that is seen says that it is of then."""
    glow = hand.canvas.glow
    return glow is not None and words in glow.origin and all(words in each.origin.text() for each in in_sight(hand))


def maps(hand: Hand) -> Any:
    panel = hand.window.panels["features"]
    assert isinstance(panel, FeatureMapsPanel)
    return np.stack([tile.values for tile in panel.wall.rows[0].tiles])


def test_the_handle_is_dragged_back_and_everything_is_of_then(waiting: Hand, qtbot: Any) -> None:
    hand, viewing, track = waiting, waiting.window.viewing, waiting.window.timeline.track
    newest = track.done
    assert len(in_sight(hand)) >= 3
    drag(hand, track, newest, newest * 0.6)
    assert viewing.at is not None
    assert abs(viewing.at - newest * 0.6) <= max(1.0, track.last / track.width())
    drag(hand, track, newest * 0.6, newest * 0.5)
    at = viewing.at
    assert abs(at - newest * 0.5) <= max(1.0, track.last / track.width()), "it follows while it is held"
    let_go(hand, track, newest * 0.5)
    assert viewing.at == at
    assert waiting.window.timeline.text.text() == f"step {at:,} of {track.done:,}"
    qtbot.waitUntil(lambda: tell(hand, f"step {at:,} of {track.done:,}"), timeout=LOADING)

    assert viewing.path is not None
    past, panel = Past(viewing.path), hand.window.panels["features"]
    assert isinstance(panel, FeatureMapsPanel)
    kept = past.answer(panel.question, at)
    assert kept is not None
    assert kept.step <= at
    shown = viewing.answer(panel.question)
    assert shown is not None
    assert shown.step == kept.step
    glow = hand.canvas.glow
    assert glow is not None
    for name, spread in zip(viewing.looks.nodes, viewing.looks.recent(1, at)["std"][-1], strict=True):
        assert glow.nodes[name].spread == pytest.approx(spread)


def test_the_keys_go_on_from_where_the_handle_was_let_go_and_end_is_now(waiting: Hand, qtbot: Any) -> None:
    hand, viewing, track = waiting, waiting.window.viewing, waiting.window.timeline.track
    newest = track.done
    drag(hand, track, newest, newest / 2)
    let_go(hand, track, newest / 2)
    assert track.hasFocus()
    before = viewing.at
    assert before is not None
    hand.key(Qt.Key.Key_Left)
    assert viewing.at == before - max(1, round(0.01 * newest))
    hand.key(Qt.Key.Key_Right)
    assert viewing.at == before
    hand.key(Qt.Key.Key_PageDown)
    assert viewing.at == before - round(0.1 * newest)
    earlier = maps(hand)
    hand.key(Qt.Key.Key_End)
    assert viewing.at is None
    qtbot.waitUntil(lambda: tell(hand, f"step {track.done:,} · paused"), timeout=LOADING)
    qtbot.waitUntil(lambda: maps(hand).shape == earlier.shape, timeout=LOADING)
    hand.press(hand.window.run_bar.train)
    qtbot.waitUntil(lambda: track.done > newest or not hand.window.runner.alive, timeout=LOADING)
    assert viewing.at is None


def test_a_handle_dragged_past_its_end_is_at_the_newest_step(waiting: Hand) -> None:
    hand, viewing, track = waiting, waiting.window.viewing, waiting.window.timeline.track
    newest = track.done
    drag(hand, track, newest, 0)
    assert viewing.at == 0
    drag(hand, track, 0, track.last)
    let_go(hand, track, track.last)
    assert viewing.at is None
    assert track.shown == track.done
