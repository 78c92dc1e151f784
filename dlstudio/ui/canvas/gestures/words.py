"""Words: what the mouse does on the canvas, for the sheet of all keys."""

from typing import NamedTuple


class Said(NamedTuple):
    """A gesture in words: what is done with the mouse, and what comes of it."""

    mouse: str
    does: str


WORDS: tuple[Said, ...] = (
    Said("Wheel", "Zoom at the mouse"),
    Said("Middle drag, Space drag", "Move the view"),
    Said("Drag the empty", "Select with a box"),
    Said("Q drag", "Select with a lasso"),
    Said("Shift click", "Select it too"),
    Said("Drag a node", "Move the selection"),
    Said("Ctrl drag a node", "Pull off a copy"),
    Said("Alt drag a node", "Wire it to another node"),
    Said("Drag a port", "Pull a wire"),
    Said("Ctrl drag a port", "Take all its wires along"),
    Said("Ctrl drag the empty", "Cut wires"),
    Said("Shift drag a wire", "Bend it there"),
    Said("Double-click a block", "Enter it"),
    Said("Double-click the empty", "Search and add"),
    Said("Right click", "Menu of the thing"),
)
"""In the order in which they are learned."""
