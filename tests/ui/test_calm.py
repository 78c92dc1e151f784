"""How little of the window's thread a training takes that is looked at: what is laid out, painted and looked for."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from dlstudio.ui.plots.chart import Chart
from dlstudio.ui.plots.line import Line
from dlstudio.ui.sweep import EVERY, SELDOM, Sweep
from dlstudio.ui.theme.tokens import DARK
from tests.ui.conftest import Opener, lenet
from tests.ui.hand import Hand


class Ear(QObject):
    """Counts what some widgets hear."""

    def __init__(self, *heard: QWidget) -> None:
        super().__init__()
        self.count: Counter[QEvent.Type] = Counter()
        for widget in heard:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count[event.type()] += 1
        return False


def news(hand: Hand, step: int) -> None:
    """Other words in the rows and in a panel, as every look at a training brings them."""
    panel: Any = hand.window.panels["dashboard"]
    hand.window.run_bar.text.setText(f"epoch 1/20 · loss {0.5 / step:.4f}")
    hand.window.timeline.text.setText(f"step {step:,}")
    panel.origin.say(f"run-1 · step {step:,}")
    for _ in range(5):
        QApplication.processEvents()


def test_other_numbers_in_the_rows_and_panels_lay_out_nothing_of_the_window(opened: Opener, qtbot: Any) -> None:
    hand = opened(lenet())
    hand.window.arrange("Train")
    hand.settle()
    hand.window.timeline.show()
    qtbot.waitUntil(hand.window.timeline.isVisible)
    news(hand, 1)
    window, inside = Ear(hand.window), Ear(hand.window.run_bar, hand.window.panels["dashboard"])
    for step in (10, 20, 30):
        news(hand, step)
    assert inside.count[QEvent.Type.LayoutRequest] > 0
    assert window.count[QEvent.Type.LayoutRequest] == 0


def test_a_row_that_comes_takes_its_height_from_the_canvas(opened: Opener, qtbot: Any) -> None:
    hand = opened(lenet())
    before = hand.window.canvas.height()
    hand.window.timeline.show()
    qtbot.waitUntil(lambda: hand.window.canvas.height() == before - hand.window.timeline.height())


@pytest.fixture
def chart(qapp: QApplication) -> Iterator[Chart]:
    made = Chart(DARK)
    made.resize(600, 240)
    made.show_lines(lines(100))
    made.show()
    QApplication.processEvents()
    yield made
    made.close()
    made.deleteLater()


def lines(count: int) -> list[Line]:
    steps = np.arange(count)
    return [Line("loss", steps, np.exp(-steps / 100.0))]


def test_curves_that_grew_are_painted_once_and_nothing_below_them(chart: Chart) -> None:
    glass, below = Ear(chart.plane.viewport()), Ear(chart)
    for count in (150, 200, 250, 300):
        chart.show_lines(lines(count))
        chart.show_marks([])
        for _ in range(4):
            QApplication.processEvents()
    assert glass.count[QEvent.Type.Paint] == 4
    assert below.count[QEvent.Type.Paint] == 0


def test_garbage_is_looked_for_ever_more_rarely_where_there_is_none(qapp: QApplication, qtbot: Any) -> None:
    sweep = Sweep()
    try:
        qtbot.waitUntil(lambda: sweep.every == SELDOM)
        kept = [[number] for number in range(20_000)]
        qtbot.waitUntil(lambda: sweep.every == EVERY)
        assert kept
        assert not gc.isenabled()
    finally:
        sweep.stop()
