"""Try it: a digit that is drawn with the mouse is answered, with the feature maps that it caused."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
import torch
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtTest import QTest

import dlstudio as dl
from dlstudio.ui.panels.samples.kinds import kinds
from dlstudio.ui.panels.trying.entering import Drawing
from dlstudio.ui.panels.trying.panel import Trying
from tests.ui.conftest import Opener
from tests.ui.dashboard.conftest import LOADING, ends, lenet, shows, trains
from tests.ui.hand import Hand

ONE = ((0.55, 0.15), (0.5, 0.4), (0.46, 0.85))
SEVEN = ((0.28, 0.22), (0.7, 0.22), (0.52, 0.52), (0.42, 0.84))


def draw(pad: Any, *places: tuple[float, float]) -> None:
    """Pulls the mouse over the pad."""
    square = pad.square
    left, top, side = square.left(), square.top(), square.width()
    ways = [QPoint(round(left + x * side), round(top + y * side)) for x, y in places]
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=ways[0])
    for start, end in pairwise(ways):
        for step in range(1, 6):
            QTest.mouseMove(pad, start + (end - start) * (step / 5))
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=ways[-1])


def ready(hand: Hand, qtbot: Any) -> tuple[Trying, Drawing]:
    panel = shows(hand, "try")
    assert isinstance(panel, Trying)
    qtbot.waitUntil(lambda: bool(panel.entering), timeout=LOADING)
    qtbot.waitUntil(lambda: panel.viewing is not None and bool(panel.replying.chances.rows), timeout=LOADING)
    entry = panel.entering[0]
    assert isinstance(entry, Drawing)
    return panel, entry


def answered(panel: Trying) -> Any:
    found = panel.viewing.answer(panel.question) if panel.viewing is not None else None
    return found.value if found is not None else None


def test_a_digit_drawn_with_the_mouse_is_answered_as_that_digit(opened: Opener, qtbot: Any) -> None:
    project = lenet(epochs=8, batch_size=32)
    hand = opened(project)
    trains(hand, qtbot)
    ends(hand, qtbot, stop=False)
    panel, entry = ready(hand, qtbot)
    draw(entry.pad, *ONE)
    qtbot.waitUntil(lambda: answered(panel) is not None, timeout=LOADING)
    replied = answered(panel)
    path = hand.window.viewing.path
    assert path is not None
    seen = replied.seen["image"].float()[None] / 255
    with torch.no_grad():
        chances = dl.open_run(path).model(best=False)(seen)[0].softmax(0)
    assert replied.replies[0].names[0] == str(int(chances.argmax())) == "1"
    qtbot.waitUntil(lambda: panel.replying.chances.rows[0].name == "1", timeout=LOADING)
    assert panel.replying.said.text().startswith("1 ")
    assert panel.wall.rows
    assert "at step" in panel.told.text()
    entry.pad.setFocus()
    hand.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, widget=entry.pad)
    assert entry.pad.empty
    hand.window.viewing.seek(2)  # before the first checkpoint: nobody can answer
    qtbot.waitUntil(lambda: "no checkpoint" in panel.replying.problem.text(), timeout=LOADING)
    assert panel.replying.problem.isVisible()
    assert not panel.replying.said.isVisible()
    assert (panel.wall.rows, panel.told.text()) == ((), "")
    hand.window.viewing.seek(None)
    qtbot.waitUntil(lambda: panel.replying.said.isVisible() and bool(panel.wall.rows), timeout=LOADING)
    assert not panel.replying.problem.isVisible()


def test_live_strokes_are_answered_and_a_picture_can_be_dropped(endless: Hand, qtbot: Any) -> None:
    trains(endless, qtbot)
    panel, entry = ready(endless, qtbot)
    draw(entry.pad, *SEVEN)
    qtbot.waitUntil(lambda: answered(panel) is not None, timeout=LOADING)
    assert answered(panel).seen["image"].shape == (1, 28, 28)
    carried = QMimeData()
    picture = QImage(60, 40, QImage.Format.Format_RGB888)
    picture.fill(Qt.GlobalColor.white)
    carried.setImageData(picture)
    free = Qt.KeyboardModifier.NoModifier
    entry.pad.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, carried, Qt.MouseButton.LeftButton, free))
    qtbot.waitUntil(lambda: answered(panel) is not None, timeout=LOADING)
    # White paper is dark in the data, so the picture is turned.
    assert int(answered(panel).seen["image"].max()) == 0
    endless.press(panel.other)
    qtbot.waitUntil(lambda: panel.sheet is not None and panel.sheet.row == panel.row, timeout=LOADING)
    assert not entry.touched
    ends(endless, qtbot)


@pytest.mark.parametrize(
    ("template", "there"),
    [
        ("autoencoder", ("pairs", "drawn")),
        ("gan", ("drawn",)),
        ("char_rnn", ("text",)),
        ("gpt", ("text", "attention")),
        ("vision_transformer", ("attention",)),
        ("lenet5", ()),
    ],
)
def test_what_is_made_is_known_by_the_project(template: str, there: tuple[str, ...]) -> None:
    assert kinds(dl.template(template)) == there
