"""Gesture: the life of one press of the mouse, from down to up or Escape."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from dlstudio.core.document import Point, Wire
from dlstudio.core.history import Step
from dlstudio.ui.canvas.scene import Scene
from dlstudio.ui.canvas.stage import Stage, Tone
from dlstudio.ui.session import Edit, Session

STARTS = 4.0
"""How many pixels the mouse must go before a press becomes a pull."""


class Gesture:
    """What happens between pressing and letting go; it paints what it is about to do."""

    cursor: Qt.CursorShape | None = None
    roams = True
    """Whether the canvas moves along when the mouse is at its edge."""
    hidden: frozenset[Wire] = frozenset()
    """Wires that are not drawn meanwhile."""
    doomed: frozenset[Wire] = frozenset()
    """Wires that will be gone; they are drawn dashed and red."""

    def __init__(self, canvas: Stage, at: Point) -> None:
        self.canvas, self.start, self.at = canvas, at, at
        self.step: Step | None = None

    @property
    def scene(self) -> Scene:
        return self.canvas.scene

    @property
    def session(self) -> Session:
        return self.canvas.session

    @property
    def pulled(self) -> bool:
        """Whether the mouse went far enough to be more than a click."""
        way = max(abs(self.at.x - self.start.x), abs(self.at.y - self.start.y))
        return way * self.canvas.camera.zoom >= STARTS

    def move(self, at: Point, keys: Qt.KeyboardModifier) -> None:
        """The mouse is somewhere else now."""
        self.at = at

    def finish(self, at: Point, keys: Qt.KeyboardModifier) -> None:
        """The button was let go."""

    def cancel(self) -> None:
        """Escape: as if nothing had happened."""

    def change(self, label: str, edit: Edit) -> bool:
        """Makes its step of the history, or goes on with it; nothing when it was undone meanwhile."""
        now = self.session.state.history.now
        if self.step is None:
            if not self.session.do(label, edit):
                return False
        elif now is self.step:
            self.session.amend(edit)
        else:
            return True
        self.step = self.session.state.history.now
        return True

    def take_back(self) -> None:
        """Undoes its step, if it made one that still stands."""
        if self.step is not None and self.session.state.history.now is self.step:
            self.session.undo()

    def paint(self, painter: QPainter) -> None:
        """Draws what the gesture is about to do, over the scene."""

    def fades(self, node: str) -> bool:
        """Whether a node steps back meanwhile."""
        return False

    @property
    def hint(self) -> str:
        """What is said at the mouse meanwhile."""
        return ""

    @property
    def tone(self) -> Tone:
        """How it is said."""
        return "plain"
