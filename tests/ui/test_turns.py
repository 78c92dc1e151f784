"""What takes long is done in turns: how much each of them makes, as counts."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from dlstudio.compiler import cost
from dlstudio.compiler.plan import Plan
from dlstudio.core import edits
from dlstudio.ui import header
from dlstudio.ui.actions.keys import ICONS
from dlstudio.ui.forms.row import Row
from dlstudio.ui.panels.data.panel import Data
from dlstudio.ui.panels.inspector.inspector import Inspector
from dlstudio.ui.panels.inspector.page import Page
from dlstudio.ui.panels.issues import Issues
from dlstudio.ui.panels.panel import Panel
from dlstudio.ui.panels.setup.setup import Setup
from dlstudio.ui.panels.shelf import Shelf
from dlstudio.ui.panels.table import Listed
from dlstudio.ui.steady import Steady
from dlstudio.ui.theme.sheet import sheet
from dlstudio.ui.theme.tokens import THEMES
from dlstudio.ui.window import Window
from tests.ui.conftest import Opener


def rows_made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """From now on the fields for which rows are made."""
    made: list[str] = []
    real = Row.__init__

    def noted(self: Row, field: Any, *rest: Any) -> None:
        made.append(field.name)
        real(self, field, *rest)

    monkeypatch.setattr(Row, "__init__", noted)
    return made


def test_the_form_of_a_recipe_grows_a_row_a_turn_and_shows_itself_without_making_more(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = opened("lenet5").window
    panel = Setup(window.session, window.theme, window)
    made, turns = rows_made(monkeypatch), []
    while panel.grow():
        turns.append(sum(len(section.form.rows) for section in panel.page.sections.values() if section.form))
    assert {later - sooner for sooner, later in pairwise(turns)} <= {0, 1}
    assert turns[-1] == sum(len(s.fields) for s in panel.page.sections.values() if s.group.opened)
    grown = len(made)
    panel.show_state(None, window.session.state)
    assert made[grown:] == []
    panel.stop()


def test_first_weights_are_made_when_they_are_opened(opened: Opener) -> None:
    window = opened("lenet5").window
    panel = Setup(window.session, window.theme, window)
    panel.show_state(None, window.session.state)
    starts = panel.page.starts
    assert starts.form is None
    starts.head.setChecked(True)
    assert starts.form is not None
    assert [field.name for field in starts.form.fields] == ["all layers", *starts.kinds]
    panel.stop()


def test_the_sections_of_the_data_come_one_a_turn_in_their_order(opened: Opener) -> None:
    window = opened("lenet5").window
    panel = Data(window.session, window.theme, window)
    assert panel.stack.currentWidget() is panel.blank
    assert panel.grow()
    assert panel.stack.currentWidget() is panel.work
    seen = []
    while panel.grow():
        seen.append([section for section in panel.sections if panel.column.indexOf(section) >= 0])
    assert seen == [list(panel.sections[: i + 1]) for i in range(len(panel.sections))]
    assert [panel.column.indexOf(section) for section in panel.sections] == list(range(len(panel.sections)))
    panel.stop()


def test_a_panel_that_was_begun_is_put_in_its_place_once(opened: Opener) -> None:
    window = opened("lenet5").window
    did: list[str] = []

    def make(listed: Any) -> Panel:
        did.append(f"make {listed.name}")
        return Issues(window.session, window.theme, window)

    shelf = Shelf(make, lambda panel: did.append("place"))
    shelf.begin("code")
    shelf.begin("code")
    assert did == ["make code"]
    assert shelf.made == {}
    assert shelf["code"] is shelf["code"]
    assert did == ["make code", "place"]


def test_a_training_begins_before_its_panels_are_arranged(opened: Opener) -> None:
    hand = opened("lenet5")
    window = hand.window
    try:
        window.do("train")
        assert window.runner.alive
        assert window.around.now == "Design"
        hand.settle()
        assert window.around.now == "Train"
    finally:
        window.runner.join()


def test_only_the_panel_with_the_keys_is_in_the_window_while_that_is_dressed(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = opened("lenet5")
    window = hand.window
    window.do("panel-summary")
    window.do("panel-code")
    QApplication.processEvents()
    code, summary, palette = (window.panels[name] for name in ("code", "summary", "palette"))
    search = palette.findChildren(QLineEdit)[0]
    search.setFocus()
    before = [dock.height() for dock in window.docks.values()]
    dressed: list[tuple[bool, ...]] = []
    real = Window._dress

    def dress(self: Window) -> None:
        dressed.append(tuple(window.isAncestorOf(panel) for panel in (palette, code, summary)))
        assert not window.updatesEnabled()
        real(self)

    monkeypatch.setattr(Window, "_dress", dress)
    for name in ("light", "contrast", "dark", "light"):
        window.set_theme(name, keep=False)
    hand.settle()
    assert dressed == [(True, False, False)] * 4
    assert window.updatesEnabled()
    assert window.focusWidget() is search
    assert all(window.isAncestorOf(panel) for panel in (palette, code, summary))
    assert {panel.theme.name for panel in (palette, code, summary)} == {"light"}
    after = [dock.height() for dock in window.docks.values()]
    assert max(abs(new - old) for new, old in zip(after, before, strict=True)) <= 1  # what Qt rounds
    window.do("panel-summary")
    window.do("panel-summary")
    assert summary.isVisible()


def test_the_inspector_makes_its_pages_anew_when_it_wears_the_colours(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = opened("lenet5")
    window, inspector = hand.window, hand.window.panels["inspector"]
    worn: list[str] = []
    real = Inspector._page

    def page(self: Inspector, kind: type[Page]) -> Page:
        worn.append(window.styleSheet() if window.isAncestorOf(self) else "nothing")
        return real(self, kind)

    monkeypatch.setattr(Inspector, "_page", page)
    window.set_theme("light", keep=False)
    hand.settle()
    assert isinstance(inspector, Inspector)
    assert inspector.page is not None
    assert set(worn) == {sheet(THEMES["light"])}


def test_an_inspector_out_of_sight_comes_back_without_the_pages_that_it_had(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = opened("lenet5")
    window, inspector = hand.window, hand.window.panels["inspector"]
    window.do("panel-inspector")
    hand.settle()
    assert isinstance(inspector, Inspector)
    assert inspector.pages
    left: list[int] = []
    real = Steady.take_back

    def take_back(self: Steady) -> None:
        if self.inside is inspector:
            left.append(len(inspector.findChildren(Page)))
        real(self)

    monkeypatch.setattr(Steady, "take_back", take_back)
    window.set_theme("light", keep=False)
    hand.settle()
    assert left == [0]
    window.do("panel-inspector")
    hand.settle()
    assert inspector.page is not None
    assert inspector.page.isVisible()


def test_the_icons_of_actions_are_drawn_a_few_a_turn(opened: Opener) -> None:
    hand = opened("lenet5")
    hand.settle()
    keys: Any = hand.window.commands
    before = {name: made.icon().cacheKey() for name, made in keys.made.items()}
    hand.window.theme = THEMES["light"]
    assert keys.set_theme()
    changed = [name for name, made in keys.made.items() if made.icon().cacheKey() != before[name]]
    assert len(changed) == ICONS
    while keys.set_theme():
        pass
    wearing = [name for name, action in keys.actions.items() if action.icon]
    assert all(keys.made[name].icon().cacheKey() != before[name] for name in wearing)
    hand.window.theme = THEMES["dark"]


def test_what_an_edit_takes_is_counted_a_share_a_turn(
    opened: Opener, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    hand = opened("input 1x28x28 > conv 6 5x5 > relu > conv 7 3x3 > relu > flatten > fc 10")
    hand.settle()
    shares: list[tuple[int, bool]] = []
    real = cost.ahead

    def ahead(plan: Plan, most: int) -> bool:
        more = real(plan, most)
        shares.append((most, more))
        return more

    monkeypatch.setattr(cost, "ahead", ahead)
    monkeypatch.setattr(header, "SHARE", 2)
    before = hand.window.header.totals.text()
    hand.window.session.do("Set", lambda p: edits.put_all(p, "model", ["conv1"], {"padding": (1, 1)}))
    assert shares == []
    qtbot.waitUntil(lambda: (2, False) in shares)
    assert shares[0] == (2, True)  # how many more it takes depends on who else has counted meanwhile
    assert hand.window.header.totals.text() == header.totals(hand.window.session.state)[0] != before


def test_the_title_of_a_panel_is_made_when_it_is_seen(opened: Opener) -> None:
    window = opened("lenet5").window
    bars = {name: dock.bar for name, dock in window.docks.items()}
    assert bars["palette"].findChildren(QWidget)
    assert not bars["data"].findChildren(QWidget)
    window.docks["data"].show()
    QApplication.processEvents()
    assert bars["data"].findChildren(QWidget)


def test_a_tab_whose_code_is_not_loaded_yet_brings_its_panel_in_turns(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = opened("lenet5")
    window = hand.window
    monkeypatch.setattr(Listed, "in_memory", property(lambda _: False))
    window.docks["summary"].show()
    QApplication.processEvents()
    assert window.turns.busy
    assert "summary" not in window.panels.made
    hand.settle()
    assert window.panels.made["summary"].isVisible()
