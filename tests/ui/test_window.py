"""The window: panels, arrangements, what it says, and what it remembers."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QWidget

from dlstudio.ui.arrangements import ARRANGEMENTS, SIZES, offered
from dlstudio.ui.panels.table import PANELS, Listed
from tests.ui.conftest import Opener
from tests.ui.hand import ALT, CONTROL, SHIFT, Hand

CHAIN = "input 1x28x28 > conv 6 5x5 > relu > flatten > fc 10"


def shown(hand: Hand) -> set[str]:
    return {name for name, dock in hand.window.docks.items() if not dock.isHidden()}


def test_an_arrangement_is_offered_only_when_its_panel_is_there() -> None:
    assert offered(["inspector", "issues"]) == ("Design",)
    assert "Data" in offered(["inspector", "data"])


def test_arrangements_show_their_panels_and_are_reached_by_keys(opened: Opener) -> None:
    hand = opened(CHAIN)
    for number, name in enumerate(hand.window.around.offered(), 1):
        hand.key(Qt.Key(Qt.Key.Key_0 + number), CONTROL | ALT)
        assert hand.window.around.now == name
        assert shown(hand) == ARRANGEMENTS[name] & hand.window.docks.keys()
        pressed = [button.text() for button in hand.window.header.arrangements.buttons() if button.isChecked()]
        assert pressed == [name]


def test_panels_are_as_wide_as_they_should_be_at_first(opened: Opener) -> None:
    hand = opened(CHAIN)
    sides = {panel.name: panel.area for panel in PANELS}
    for name in shown(hand):
        dock = hand.window.docks[name]
        size = dock.height() if sides[name] == "bottom" else dock.width()
        assert abs(size - SIZES[sides[name]]) <= 40, name


def test_a_panel_is_switched_off_and_on_with_its_key(opened: Opener) -> None:
    hand = opened(CHAIN)
    number = next(i for i, panel in enumerate(PANELS, 1) if panel.name == "issues")
    hand.key(Qt.Key(Qt.Key.Key_0 + number), ALT)
    assert "issues" not in shown(hand)
    hand.key(Qt.Key(Qt.Key.Key_0 + number), ALT)
    assert "issues" in shown(hand)


def test_what_was_closed_stays_closed_at_the_next_start_and_comes_back_when_asked(opened: Opener) -> None:
    hand = opened(CHAIN, size=(1100, 720))
    cross = hand.window.docks["issues"].bar.hide_it
    assert cross is not None
    hand.press(cross)
    assert "issues" not in shown(hand)
    hand.window.session.was_saved(Path("nowhere.dls"))
    hand.window.close()
    again = opened(CHAIN, size=(1100, 720))
    assert "issues" not in shown(again)
    again.window.do("arrange-anew")
    assert "issues" in shown(again)


def test_the_title_says_whether_something_is_unsaved(opened: Opener) -> None:
    hand = opened(CHAIN)
    assert not hand.window.isWindowModified()
    hand.click("relu1")
    hand.key(Qt.Key.Key_Delete)
    assert hand.window.isWindowModified()
    assert "[*]" in hand.window.windowTitle()
    hand.key(Qt.Key.Key_Z, CONTROL)
    assert not hand.window.isWindowModified()


def test_deleting_several_nodes_offers_to_undo_without_taking_the_keys(opened: Opener) -> None:
    hand = opened(CHAIN)
    before = hand.nodes
    hand.key(Qt.Key.Key_A, CONTROL)
    hand.key(Qt.Key.Key_Delete)
    assert hand.nodes == set()
    toasts = hand.window.toasts
    assert toasts.isVisible()
    assert toasts.text.text() == f"Deleted {len(before)} nodes."
    assert hand.focus is hand.canvas
    hand.press(toasts.button)
    assert hand.nodes == before
    assert hand.focus is hand.canvas
    assert not toasts.isVisible()


def test_an_offer_to_undo_goes_when_something_else_was_done(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.click("conv1")
    hand.click("relu1", SHIFT)
    hand.key(Qt.Key.Key_Delete)
    assert hand.window.toasts.isVisible()
    hand.click("flatten1")
    hand.key(Qt.Key.Key_M)
    assert not hand.window.toasts.isVisible()


def test_several_sentences_are_said_one_after_the_other(opened: Opener) -> None:
    window = opened(CHAIN).window
    window.tell("One.")
    window.tell("Two.", "bad")
    window.tell("Two.", "bad")
    assert window.toasts.text.text() == "One."
    window.toasts.advance()
    assert window.toasts.text.text() == "Two."
    assert window.toasts.accessibleName() == "Two."


def test_a_sentence_stays_within_the_canvas(opened: Opener) -> None:
    window = opened(CHAIN, size=(900, 640)).window
    window.tell("A very long sentence that says everything there is to say about this matter. " * 4)
    QApplication.processEvents()
    assert window.canvas.rect().contains(window.toasts.geometry())


def test_f6_goes_from_panel_to_panel_and_back_to_the_canvas(opened: Opener) -> None:
    hand = opened(CHAIN)
    hand.canvas.setFocus()
    visited: list[QWidget] = []
    for _ in range(12):
        hand.key(Qt.Key.Key_F6)
        visited.append(hand.focus)
        if hand.focus is hand.canvas:
            break
    assert hand.focus is hand.canvas
    assert len(visited) >= 3
    hand.key(Qt.Key.Key_F6, SHIFT)
    assert hand.focus is visited[-2]


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080)])
def test_nothing_is_cut_off(opened: Opener, size: tuple[int, int]) -> None:
    hand = opened("resnet50", size=size)
    hand.window.session.enter("stage2")
    QApplication.processEvents()
    cut = [
        button.text()
        for part in (hand.window.header, hand.window.trail, hand.window.run_bar)
        for button in part.findChildren(QPushButton)
        if button.isVisible() and button.width() < button.minimumSizeHint().width()
    ]
    assert cut == []
    assert hand.window.header.totals.width() >= hand.window.header.totals.minimumSizeHint().width()
    assert hand.window.minimumSizeHint().width() <= 1280


def test_where_there_is_no_room_the_header_says_fewer_figures_and_never_half_of_one(opened: Opener) -> None:
    totals = opened("input 128x256x128x256x128x256 > flatten > fc 1000000", size=(1280, 800)).window.header.totals
    whole = totals.text()
    assert whole.startswith("35,184,372,088,833,000,000 parameters · ")
    said = []
    for width in range(totals.fontMetrics().horizontalAdvance(whole) + 4, totals.minimumSizeHint().width() - 1, -1):
        totals.resize(width, totals.height())
        if totals.fitting not in said:
            said.append(totals.fitting)
        assert totals.fontMetrics().horizontalAdvance(totals.fitting) <= width
    assert said == [whole, *(whole.rsplit(" · ", less)[0] for less in (1, 2)), "35.18 E parameters"]


def test_the_menus_hold_every_action_with_its_keys(opened: Opener) -> None:
    hand = opened(CHAIN)
    texts = {action.text() for menu in hand.window.header.menus.findChildren(QMenu) for action in menu.actions()}
    assert "Select all\tCtrl+A" in texts
    assert "Group into a block\tCtrl+G" in texts


@pytest.mark.parametrize("listed", PANELS, ids=lambda listed: listed.name)
def test_a_panel_is_listed_as_what_it_says_of_itself(listed: Listed) -> None:
    made = listed.load()
    assert (made.name, made.title, made.icon, made.area) == (listed.name, listed.title, listed.icon, listed.area)


def test_a_panel_is_made_when_it_is_first_shown_and_then_shows_what_there_is(opened: Opener) -> None:
    hand = opened(CHAIN)
    assert hand.window.panels.made.keys() == shown(hand)
    assert "summary" not in shown(hand)
    hand.click("conv1")
    hand.window.do("panel-summary")
    panel = hand.window.panels.made["summary"]
    assert panel is hand.window.docks["summary"].frame.inside
    assert panel.isVisible()
    assert panel.height() >= SIZES["bottom"] - 60


class Shown(QObject):
    """Hears of windows that come up."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append("".join(traceback.format_stack(limit=6)))
        return False


def test_no_part_of_any_panel_flashes_up_as_a_window_of_its_own(opened: Opener, qapp: QApplication) -> None:
    hand = opened("lenet5")
    shown = Shown()
    qapp.installEventFilter(shown)
    for panel in PANELS:
        hand.window.docks[panel.name].show()
        hand.window.docks[panel.name].raise_()
        qapp.processEvents()
    for name in hand.window.around.offered():
        hand.window.arrange(name)
        qapp.processEvents()
    qapp.removeEventFilter(shown)
    assert not shown.seen, shown.seen[0]


def test_while_training_the_issues_stand_behind_the_inspector_and_elsewhere_by_themselves(opened: Opener) -> None:
    hand = opened(CHAIN)
    window = hand.window
    for name in ("Train", "Design", "Train"):
        window.arrange(name)
        QApplication.processEvents()
        assert (window.docks["issues"] in window.tabifiedDockWidgets(window.docks["inspector"])) is (name == "Train")
