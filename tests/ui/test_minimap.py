"""The minimap, worked by hand."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from dlstudio.core import edits
from dlstudio.core.document import Network, Node, Point, Project, Sheet
from dlstudio.core.frozen import Frozen
from dlstudio.ui.canvas import card, cards
from dlstudio.ui.canvas.card import Card
from tests.ui.conftest import Opener
from tests.ui.hand import LEFT, SHIFT

CHAIN = "input 1x28x28 > conv 6 5x5 > relu > flatten > fc 10"


def scattered(count: int) -> Project:
    """A network of so many nodes on a wide sheet."""
    nodes = [Node(f"relu{i}", "ReLU") for i in range(count)]
    places = {node.id: Point(240.0 * (i % 50), 120.0 * (i // 50)) for i, node in enumerate(nodes)}
    return Project(networks=Frozen({"model": Network.of(nodes)}), sheets=Frozen({"model": Sheet(Frozen(places))}))


def test_the_minimap_steps_aside_while_everything_is_in_view(opened: Opener) -> None:
    hand = opened(CHAIN)
    QTest.qWait(120)
    assert not hand.canvas.minimap.isVisible()
    hand.wheel("conv1", 6)
    assert hand.canvas.minimap.isVisible()
    hand.key(Qt.Key.Key_M, SHIFT)
    assert not hand.canvas.minimap.isVisible()
    hand.key(Qt.Key.Key_M, SHIFT)
    assert hand.canvas.minimap.isVisible()


def test_a_pull_on_the_minimap_moves_the_view(opened: Opener, qtbot: Any) -> None:
    hand = opened(scattered(200))
    hand.wheel("relu100", 8)
    small = hand.canvas.minimap
    qtbot.waitUntil(small.isVisible)
    QTest.mousePress(small, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(12, 50))
    left = hand.canvas.camera
    QTest.mouseMove(small, QPoint(148, 50))
    QTest.mouseRelease(small, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(148, 50))
    QApplication.processEvents()
    QTest.mouseClick(small, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(148, 50))
    assert hand.canvas.camera.x > left.x + 1000
    assert hand.canvas.camera.zoom == left.zoom


def test_the_minimap_shows_what_was_moved_a_little_later(opened: Opener, qtbot: Any) -> None:
    hand = opened(CHAIN)
    hand.wheel("conv1", 6)
    small = hand.canvas.minimap
    before = small.bounds
    hand.click("conv1")
    for _ in range(40):
        hand.key(Qt.Key.Key_Up, SHIFT, widget=hand.canvas)
    qtbot.waitUntil(lambda: small.bounds == hand.canvas.scene.bounds)
    assert small.bounds.height > before.height


def test_the_minimap_makes_no_card_of_which_only_the_shapes_changed(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = opened(" > ".join(["input 1x28x28", *["relu"] * 60]))
    hand.wheel("relu1", 8)
    hand.settle()
    made: list[str] = []

    def reshaped(shown: Card, *rest: Any) -> Card:
        made.append(shown.id)
        return card.reshaped(shown, *rest)

    monkeypatch.setattr(cards, "reshaped", reshaped)
    (first,) = hand.window.session.state.network.of_kind("Input")
    hand.window.session.do("Set", lambda p: edits.put_all(p, "model", [first.id], {"size": (1, 30, 30)}))
    hand.canvas.minimap.draw()
    assert hand.canvas.minimap.isVisible()
    assert len(made) < 30


def test_a_frame_with_two_thousand_nodes_paints_the_minimap_from_its_picture(opened: Opener) -> None:
    hand = opened(scattered(2000))
    hand.wheel("relu1000", 8)
    small = hand.canvas.minimap
    QTest.qWait(120)
    kept = small.picture.cacheKey()
    for _ in range(20):
        small.repaint()
    assert small.picture.cacheKey() == kept
