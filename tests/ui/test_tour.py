"""The tour, taken by somebody at the mouse and the keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QWidget

from dlstudio.core.document import Project
from dlstudio.ui.app import desk
from dlstudio.ui.start.page import StartPage
from dlstudio.ui.tour.stops import STOPS
from dlstudio.ui.tour.tour import Tour
from tests.ui.conftest import Opener
from tests.ui.hand import CONTROL, Hand

Started = Callable[[], tuple[Hand, StartPage]]


@pytest.fixture
def started(opened: Opener) -> Started:
    """A window with the start page over it."""

    def start() -> tuple[Hand, StartPage]:
        hand = opened(Project())
        desk().start(hand.window)
        (page,) = hand.window.findChildren(StartPage)
        return hand, page

    return start


def tour(hand: Hand) -> Tour | None:
    return next((each for each in hand.window.findChildren(Tour) if each.isVisible()), None)


def taken(hand: Hand) -> Tour:
    found = tour(hand)
    assert found is not None
    return found


def test_the_start_page_offers_it_once(started: Started) -> None:
    hand, page = started()
    hand.press(page.side.invitation.begin)
    assert taken(hand).title.text() == STOPS[0].title
    hand.key(Qt.Key.Key_Escape)
    assert tour(hand) is None
    assert hand.canvas.hasFocus()
    _, again = started()
    assert not hasattr(again.side, "invitation")
    again.leave()


def test_waved_away_it_is_offered_no_more(started: Started) -> None:
    _, page = started()
    Hand.press(None, page.side.invitation.no)  # type: ignore[arg-type]
    assert not page.side.invitation.isVisible()
    page.leave()
    _, again = started()
    assert not hasattr(again.side, "invitation")
    again.leave()


def test_it_is_in_the_command_palette_and_goes_by_the_keys(opened: Opener) -> None:
    hand = opened("input 4 > fc 3")
    before = hand.window.session.state
    hand.key(Qt.Key.Key_K, CONTROL)
    hand.type("take the tour")
    hand.key(Qt.Key.Key_Return)
    seen = [taken(hand).title.text()]
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Left, Qt.Key.Key_Down):
        hand.key(key)
        seen.append(taken(hand).title.text())
    assert seen == [STOPS[at].title for at in (0, 1, 2, 1, 2)]
    for _ in range(len(STOPS) - 2):
        hand.key(Qt.Key.Key_Return)
    assert tour(hand) is None
    assert hand.window.session.state is before
    assert hand.canvas.hasFocus()


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080), (900, 620)])
def test_every_stop_points_at_what_is_there_and_covers_none_of_it(opened: Opener, size: tuple[int, int]) -> None:
    hand = opened("input 4 > fc 3", size=size)
    hand.window.docks["palette"].close()
    hand.window.do("tour")
    for stop in STOPS:
        card = taken(hand)
        assert card.title.text() == stop.title
        assert card.accessibleName() == f"Tour: {stop.title}"
        target = stop.find(hand.window)
        box = QRect(target.mapTo(hand.window, QPoint()), target.size())
        assert target.isVisible()
        assert hand.window.rect().contains(card.geometry()), stop.title
        assert stop.title == "The canvas" or not box.intersects(card.geometry()), stop.title
        assert card.ring.at == box & hand.window.rect()
        assert _whole(card), stop.title
        hand.press(card.on)
    assert tour(hand) is None


def _whole(card: Tour) -> bool:
    """Whether its words have all the room that they need."""
    labels: list[QWidget] = [card.title, card.text, card.count]
    return all(label.height() >= label.heightForWidth(label.width()) for label in labels)


def test_it_gives_way_to_a_click_elsewhere_and_follows_the_window(opened: Opener) -> None:
    hand = opened("input 4 > fc 3")
    hand.window.do("tour")
    hand.window.resize(1500, 900)
    hand.window.set_theme("light")
    card = taken(hand)
    assert card.ring.size() == hand.window.size()
    hand.click("x")
    assert tour(hand) is None
    assert hand.chosen == {"x"}
