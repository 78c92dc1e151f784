"""Stops: what the tour points at, in the order in which a network is made, and what it says there."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from dlstudio.ui.window import Window


@dataclass(frozen=True, slots=True)
class Stop:
    """One thing of the window: its name, two sentences, and the action whose keys are told."""

    title: str
    text: str
    find: Callable[[Window], QWidget]
    action: str = ""


def _panel(name: str) -> Callable[[Window], QWidget]:
    """A panel in its frame, brought into sight where it was closed."""

    def find(window: Window) -> QWidget:
        dock = window.docks[name]
        dock.show()
        dock.raise_()
        return dock

    return find


STOPS = (
    Stop(
        "Layers",
        "Drag one onto the canvas, or double-click it. Begin with an Input: it says what one sample looks like.",
        _panel("palette"),
        "add-find",
    ),
    Stop(
        "The canvas",
        "What you add is wired to what came before. To wire by hand, pull from the circle at the right of a node; "
        "let go over the empty to see what may follow.",
        lambda window: window.canvas,
        "add-search",
    ),
    Stop(
        "Or write it",
        "A whole network in one line: input 1x28x28 > conv 8 3x3 > relu > fc 10. You see it before Enter.",
        lambda window: window.canvas.adding.bar,
        "add-line",
    ),
    Stop(
        "What is selected",
        "Click a node to change its fields. Below are its shapes, what it costs, its weights and its help.",
        _panel("inspector"),
    ),
    Stop(
        "What is wrong",
        "A mistake wears a red badge on its node: a click says what helps, and a button does it. All stand here.",
        _panel("issues"),
        "next-issue",
    ),
    Stop(
        "Train",
        "Choose data (the handwritten digits come with the program) and press Train: the loss is drawn as it falls.",
        lambda window: window.run_bar.train,
        "train",
    ),
    Stop(
        "Everything by its name",
        "Actions, nodes, networks and templates by a few letters. This tour stands in the Help menu.",
        lambda window: window.header.menus,
        "palette",
    ),
)
