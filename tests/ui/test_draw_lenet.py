"""LeNet-5 drawn from an empty canvas with mouse and keys only: what comes out is the template's source."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt

import dlstudio as dl
from dlstudio.core.document import Network, Point, Project
from dlstudio.core.frozen import Frozen
from tests.ui.conftest import Opener
from tests.ui.test_palette import pull

ENTER, TAB = Qt.Key.Key_Return, Qt.Key.Key_Tab
LAYERS = (
    "image: input 1x28x28", "conv1: conv 6 5x5 p2", "act1: tanh", "pool1: avgpool 2", "conv2: conv 16 5x5",
    "act2: tanh", "pool2: avgpool 2",
)  # fmt: skip
HEAD = ("fc1: fc 120", "act3: tanh", "fc2: fc 84", "act4: tanh", "fc3: fc 10", "digit: output")


def blank() -> Project:
    """The template with nothing drawn yet."""
    return replace(dl.template("lenet5"), networks=Frozen({"model": Network()}), sheets=Frozen())


def test_lenet_is_drawn_by_search_wires_and_a_drag_from_the_palette(opened: Opener) -> None:
    hand = opened(blank())
    for layer in LAYERS:
        hand.key(TAB)
        hand.type(layer)
        hand.key(ENTER)
    hand.key(Qt.Key.Key_Home)
    box = hand.canvas.scene.bounds
    hand.click(Point(box.x - 24, box.y - 24))
    hand.key(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    hand.type("flatten")
    pull(hand, "Flatten", Point(box.x + 60, box.y + box.height + 80))
    hand.drag(hand.out("pool2"), hand.into("flatten1"))
    hand.click("flatten1")
    for layer in HEAD:
        hand.key(TAB)
        hand.type(layer)
        hand.key(ENTER)
    drawn = dl.source(hand.window.session.state.project)
    assert drawn.replace("flatten1", "flatten") == dl.source(dl.template("lenet5"))


def test_lenet_is_typed_as_a_line(opened: Opener) -> None:
    hand = opened(blank())
    hand.key(Qt.Key.Key_Slash)
    hand.type(" > ".join((*LAYERS, "flatten: flatten", *HEAD)))
    hand.key(ENTER)
    assert dl.source(hand.window.session.state.project) == dl.source(dl.template("lenet5"))
    assert hand.window.session.state.history.undo_label == "Type 14 nodes"
