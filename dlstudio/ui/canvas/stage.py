"""Stage: what a gesture may use of the canvas that it happens on."""

from collections.abc import Collection
from typing import Literal, Protocol

from PySide6.QtCore import QPointF

from dlstudio.core.document import Point, Rect
from dlstudio.ui.canvas.camera import Camera
from dlstudio.ui.canvas.scene import Scene, Spot
from dlstudio.ui.session import Session
from dlstudio.ui.theme.tokens import Theme

Tone = Literal["plain", "good", "warn", "bad"]
"""How something is said at the mouse."""


class Stage(Protocol):
    """The canvas, as gestures see it."""

    scene: Scene
    session: Session
    camera: Camera
    theme: Theme

    @property
    def seen(self) -> Rect:
        """The part of the canvas that is in the window."""

    def look(self, camera: Camera) -> None:
        """Shows another part of the canvas at once."""

    def pixel(self, point: Point) -> QPointF:
        """Where a place on the canvas is in the window."""

    def update(self) -> None:
        """Paints anew."""

    def explain(self, node: str) -> None:
        """Tells what is wrong with a node, with buttons that mend it."""

    def told(self) -> None:
        """Nothing is told about a node any more."""

    def offer(self, spot: Spot, at: Point) -> None:
        """Asks what is to be added at the end of a wire that was let go over the empty."""

    def land(self, nodes: Collection[str], *, done: bool) -> str:
        """Puts a node that is moved onto a wire between its ends when it is let go; says why that will not do."""

    def write(self, mark: str) -> None:
        """Lets the words of a frame or a note be typed where they stand."""
