"""The row over the samples of a text: in the narrowest column everything in it has its own place."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import dlstudio as dl
from tests.ui.conftest import Opener
from tests.ui.dashboard.conftest import LOADING, ends, shows, trains


def test_nothing_in_the_row_of_a_text_lies_over_another(opened: Opener, qtbot: Any) -> None:
    hand = opened(dl.template("language_model"), size=(1280, 800))
    trains(hand, qtbot)
    panel = shows(hand, "samples")
    qtbot.waitUntil(lambda: bool(panel.length.isVisible()), timeout=LOADING)
    ends(hand, qtbot)
    row = (panel.prompt, panel.heat, panel.length, panel.dice, panel.origin)
    assert all(each.isVisible() for each in row)
    for left, right in pairwise(row):
        assert left.geometry().right() < right.geometry().left()
    assert row[-1].geometry().right() < panel.width()
    assert panel.origin.fitting
