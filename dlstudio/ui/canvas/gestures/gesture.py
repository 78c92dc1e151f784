"""Gesture: the life of one press of the mouse, from down to up or Escape."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from dlstudio.core.document import Point
from dlstudio.ui.canvas.scene import Scene
from dlstudio.ui.canvas.stage import Stage
from dlstudio.ui.session import Session


class Gesture:
    """What happens between pressing and letting go; it paints what it is about to do."""

    cursor: Qt.CursorShape | None = None

    def __init__(self, canvas: Stage, at: Point) -> None:
        self.canvas, self.start, self.at = canvas, at, at

    @property
    def scene(self) -> Scene:
        return self.canvas.scene

    @property
    def session(self) -> Session:
        return self.canvas.session

    def move(self, at: Point, keys: Qt.KeyboardModifier) -> None:
        """The mouse is somewhere else now."""
        self.at = at

    def finish(self, at: Point, keys: Qt.KeyboardModifier) -> None:
        """The button was let go."""

    def cancel(self) -> None:
        """Escape: as if nothing had happened."""

    def paint(self, painter: QPainter) -> None:
        """Draws what the gesture is about to do, over the scene."""

    @property
    def hint(self) -> str:
        """What is said at the mouse meanwhile."""
        return ""
