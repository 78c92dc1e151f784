"""Where what is shown comes from, as it can be read: with little room the words that matter most are left."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt

from dlstudio.ui.elided_combo import ElidedCombo
from dlstudio.ui.panels.seeing import Seeing
from dlstudio.ui.viewing.origin import EARLIER, Origin
from dlstudio.ui.viewing.source import Standing
from tests.ui.conftest import Opener
from tests.ui.dashboard.conftest import LOADING, ends, lenet, shows, trains
from tests.ui.hand import Hand


def in_sight(hand: Hand) -> list[Seeing]:
    return [panel for panel in hand.window.panels.made.values() if isinstance(panel, Seeing) and panel.in_sight]


def test_the_mark_of_the_earlier_graph_stays_to_the_last() -> None:
    lines = Origin("run-1", Standing("stopped", step=1714), 40, edited=True).lines
    assert lines[0] == f"run-1 · step 40 of 1,714 · stopped · {EARLIER}"
    assert all(EARLIER in line or "earlier graph" in line for line in lines[:-1])
    assert lines[-2:] == ("earlier graph", "")
    assert [*lines] == sorted(lines, key=len, reverse=True)


@pytest.mark.parametrize(("at", "first", "last"), [(None, "step 1,714", "step 1,714"), (40, "step 40 of", "step 40")])
def test_the_step_stays_where_nothing_was_edited(at: int | None, first: str, last: str) -> None:
    lines = Origin("run-1", Standing("stopped", step=1714), at, edited=False).lines
    assert lines[0].startswith(f"run-1 · {first}")
    assert lines[0].endswith("stopped")
    assert lines[-2:] == (last, "")


def test_a_run_that_goes_on_says_no_status() -> None:
    assert Origin("run-1", Standing("running", step=3), None, edited=False).lines == ("run-1 · step 3", "step 3", "")


def test_in_the_smallest_window_each_panel_can_be_read_to_be_of_the_earlier_graph(opened: Opener, qtbot: Any) -> None:
    hand = opened(lenet(epochs=1000), size=(1280, 800))
    trains(hand, qtbot, 3)
    ends(hand, qtbot)
    panels = in_sight(hand)
    assert len(panels) == 3
    assert all("step" in panel.origin.fitting and panel.origin.property("role") == "muted" for panel in panels)
    hand.window.session.choose_nodes("act1")
    hand.key(Qt.Key.Key_Delete, widget=hand.canvas)

    def marked() -> bool:
        return all("graph" in panel.origin.fitting and "…" not in panel.origin.fitting for panel in panels)

    qtbot.waitUntil(marked, timeout=LOADING)
    assert all(panel.origin.property("role") == "warn" for panel in panels)
    hand.window.do("undo")
    qtbot.waitUntil(lambda: not any("graph" in panel.origin.fitting for panel in panels), timeout=LOADING)
    assert all(panel.origin.property("role") == "muted" for panel in panels)


def test_what_is_chosen_is_read_whole_before_the_name_of_the_run(opened: Opener, qtbot: Any) -> None:
    hand = opened(replace(lenet(epochs=1000), name="Reads digits with rather few filters"), size=(1280, 800))
    trains(hand, qtbot, 3)
    shows(hand, "layers")
    weights: Any = shows(hand, "weights")
    qtbot.waitUntil(lambda: weights.kernels.shown is not None, timeout=LOADING)
    ends(hand, qtbot)
    combos = [each for name in ("layers", "weights") for each in hand.window.panels[name].findChildren(ElidedCombo)]
    seen = [combo for combo in combos if combo.isVisible()]
    assert len(seen) == 4
    for combo in seen:
        assert combo.read == combo.currentText()
