"""Activity on the canvas: the numbers of the looks, on the right nodes and wires, and gone when it is switched off."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage

import dlstudio as dl
from dlstudio.core import edits
from dlstudio.core.document import Wire
from dlstudio.training.probes import NodeStats, Snapshot
from dlstudio.training.questions.thumbs import Thumbs
from dlstudio.ui.glow.glow import BACK, FORWARD, Glow, NodeGlow, level
from dlstudio.ui.glow.reading import Reading
from dlstudio.ui.session import Session
from dlstudio.ui.viewing.looks import Looks
from dlstudio.ui.viewing.names import trained
from tests.ui.conftest import Opener
from tests.ui.dashboard.conftest import LOADING, ends, trains
from tests.ui.hand import Hand

SHIFT = Qt.KeyboardModifier.ShiftModifier


def seen(hand: Hand, qtbot: Any) -> Glow:
    """What the canvas shows once tiny pictures are there too."""

    def there() -> bool:
        glow = hand.window.canvas.glow
        return glow is not None and any(node.sketch for node in glow.nodes.values())

    qtbot.waitUntil(there, timeout=LOADING)
    glow = hand.window.canvas.glow
    assert glow is not None
    return glow


def picture(hand: Hand) -> QImage:
    hand.canvas.repaint()
    return hand.canvas.grab().toImage()


def test_nodes_and_wires_show_the_numbers_of_the_last_look(endless: Hand, qtbot: Any) -> None:
    trains(endless, qtbot, 3)
    seen(endless, qtbot)
    ends(endless, qtbot)
    qtbot.waitUntil(lambda: not endless.window.lamp._late, timeout=LOADING)
    endless.window.lamp.draw()
    glow, viewing = endless.window.canvas.glow, endless.window.viewing
    assert glow is not None
    look = viewing.look
    assert look is not None
    for name, stats in look.nodes.items():
        node = glow.nodes[name]
        assert node.spread == pytest.approx(stats.std)
        assert node.forward[-1] == pytest.approx(level(stats.std or 0.0, FORWARD), abs=1e-5)
        if stats.gradient_each is not None:
            assert node.gradient == pytest.approx(stats.gradient_each)
            assert node.arrives == pytest.approx(level(stats.gradient_each, BACK), abs=1e-5)
    assert glow.nodes["pool1"].arrives == glow.nodes["conv1"].arrives
    assert np.isnan(glow.nodes["image"].arrives)  # nothing learns further back
    assert "looking inside" in endless.canvas.legend.toolTip()
    assert glow.origin.endswith("stopped")


def test_the_key_switches_it_off_and_nothing_is_left_of_it(endless: Hand, qtbot: Any) -> None:
    hand = endless
    trains(hand, qtbot, 2)
    seen(hand, qtbot)
    ends(hand, qtbot)
    hand.canvas.setFocus()
    hand.key(Qt.Key.Key_P, SHIFT)  # torch is there now, so there would be a preview
    assert not hand.window.preview.on
    shown = picture(hand)
    hand.key(Qt.Key.Key_T, SHIFT)
    assert hand.window.canvas.glow is None
    assert not [each for each in hand.window.viewing.wanted.questions if isinstance(each, Thumbs)]
    off = picture(hand)
    assert off != shown
    hand.key(Qt.Key.Key_T, SHIFT)
    assert picture(hand) == shown
    hand.key(Qt.Key.Key_T, SHIFT)
    assert picture(hand) == off
    assert not hand.window.lamp.wanted


def test_a_wire_changes_with_what_goes_forward_and_what_comes_back(opened: Opener) -> None:
    hand = opened("input 8 > fc 4 > relu > fc 2 > output")
    wire = Wire("linear1", "y", "relu1", "x")

    def along(forward: float, arrives: float) -> list[int]:
        """The pixels across the middle of a wire."""
        node = NodeGlow(forward=(forward,), back=(arrives,), arrives=arrives)
        hand.canvas.show_glow(Glow({"linear1": node}, live=True))
        at = hand.canvas.pixel(hand.canvas.scene.curve(wire).middle).toPoint()
        image = picture(hand)
        return [image.pixel(at + QPoint(0, dy)) for dy in range(-8, 9)]

    usual = along(0.5, 0.5)
    assert along(0.5, 0.5) == usual
    assert along(1.0, 0.5) != usual
    assert along(0.5, 1.0) != usual
    assert along(0.5, 0.5)[:6] == along(0.5, 1.0)[:6]  # the gradient lies below the wire
    hand.canvas.show_glow(None)
    assert not hand.canvas.legend.isVisible()


def reading(nodes: dict[str, NodeStats], session: Session, *codes: Any) -> Glow:
    looks = Looks()
    looks.add(Snapshot(1, nodes))
    viewing: Any = SimpleNamespace(looks=looks, look=looks.last, at=None, findings=codes, origin="here")
    glow = Reading().read(viewing, session.state)
    assert glow is not None
    return glow


def test_a_block_shows_the_mean_and_the_worst_of_what_is_inside() -> None:
    project = dl.template("resnet18")
    session = Session(project)
    nodes = {
        "conv1": NodeStats("Conv2d", 4, gradient=2.0, std=1.0),
        "stage1.0.relu1": NodeStats("ReLU", std=1.0, dead=0.2),
        "stage1.1.relu1": NodeStats("ReLU", std=3.0, dead=0.7),
        "stage1.1.conv1": NodeStats("Conv2d", 1, gradient=0.5),
    }
    stage = reading(nodes, session).nodes["stage1"]
    assert (stage.spread, stage.gradient, stage.worst) == (2.0, 0.5, "stage1.1.relu1")
    assert stage.mark == "70 % dead"
    session.enter("stage1")
    inside = reading(nodes, session).nodes
    assert inside["relu1"].spread == 2.0
    assert inside["relu1"].dead == pytest.approx(0.7)
    assert "conv1" in inside
    assert inside["conv1"].gradient == 0.5


def test_the_networks_of_a_gan_glow_where_they_are_placed_and_where_they_are_entered() -> None:
    session = Session(dl.template("gan"))
    nodes = {
        "generator.fc1": NodeStats("Linear", 4, gradient=2.0, std=1.0),
        "generator.place": NodeStats("Linear", 4, gradient=4.0, std=3.0),
        "critic.fc1": NodeStats("Linear", 4, gradient=1.0, std=5.0),
    }
    whole = reading(nodes, session).nodes
    assert (whole["forger"].spread, whole["judge"].spread) == (2.0, 5.0)
    assert whole["judge"].gradient is not None
    assert trained(session.state, ["forger"], nodes) == ("generator.fc1", "generator.place")
    session.enter("forger")
    inside = reading(nodes, session).nodes
    assert (inside["fc1"].spread, inside["place"].spread) == (1.0, 3.0)
    assert trained(session.state, ["fc1"], nodes) == ("generator.fc1",)
    session.leave(1)
    session.show("critic")
    assert reading(nodes, session).nodes["fc1"].spread == 5.0


def test_a_node_that_has_the_name_of_a_network_is_not_taken_for_it() -> None:
    project = dl.template("resnet18")
    name = next(each for each in project.networks if each != "model")
    block = next(node for node in project.networks["model"].nodes.values() if node.fields.get("network") == name)
    named = edits.rename(project, "model", block.id, name)
    nodes = {f"{name}.0.relu1": NodeStats("ReLU", std=1.0)}
    glows = reading(nodes, Session(named)).nodes
    assert [each for each in glows if glows[each].spread is not None] == [name]


def test_what_only_hands_on_the_border_of_a_picture_is_not_dead() -> None:
    session = Session(dl.line("input 1x8x8 > flatten > fc 4 > relu > fc 2 > output"))
    nodes = {
        "flatten1": NodeStats("Flatten", std=1.0, dead=0.4),
        "linear1": NodeStats("Linear", 4, std=1.0, dead=0.0),
        "relu1": NodeStats("ReLU", std=1.0, dead=0.5),
    }
    glow = reading(nodes, session)
    assert [glow.nodes[name].mark for name in nodes] == ["", "", "50 % dead"]


def test_what_is_no_number_is_red_and_says_where_it_began() -> None:
    session = Session(dl.line("input 8 > fc 4 > relu > fc 2 > output"))
    nan = float("nan")
    nodes = {
        "linear1": NodeStats("Linear", 4, gradient=1.0, mean=0.0, std=1.0),
        "relu1": NodeStats("ReLU", mean=nan, std=nan),
        "linear2": NodeStats("Linear", 4, gradient=nan, mean=nan, std=nan),
    }
    found = SimpleNamespace(code="not-a-number", node="relu1")
    glow = reading(nodes, session, found)
    assert [glow.nodes[name].mark for name in nodes] == ["", "NaN began here", "NaN"]


def test_the_mouse_over_a_node_tells_its_numbers(endless: Hand, qtbot: Any) -> None:
    trains(endless, qtbot, 2)
    seen(endless, qtbot)
    endless.window.lamp.draw()
    glow = endless.window.canvas.glow
    assert glow is not None
    words = replace(glow.nodes["conv1"], dead=0.62).words
    assert words[0].startswith("activation ")
    assert "62 % of the units are dead" in words
