"""Choose: a click selects what it hits; a pull over the empty selects what the box touches."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from dlstudio.core.document import Point, Rect
from dlstudio.ui.canvas.gestures.gesture import Gesture
from dlstudio.ui.canvas.stage import Stage
from dlstudio.ui.session import NOTHING, Choice
from dlstudio.ui.theme.ink import brush, pen


class Box(Gesture):
    """Pulls a box over the empty canvas; with Shift it adds to what is selected, with Control it takes away."""

    def __init__(self, canvas: Stage, at: Point) -> None:
        super().__init__(canvas, at)
        self.before = self.session.state.choice

    @property
    def rect(self) -> Rect:
        left, top = min(self.start.x, self.at.x), min(self.start.y, self.at.y)
        return Rect(left, top, abs(self.at.x - self.start.x), abs(self.at.y - self.start.y))

    def move(self, at: Point, keys: Qt.KeyboardModifier) -> None:
        super().move(at, keys)
        nodes = frozenset(self.scene.nodes_in(self.rect))
        self.session.choose(mixed(self.before, Choice(nodes), keys))

    def finish(self, at: Point, keys: Qt.KeyboardModifier) -> None:
        if self.rect.width + self.rect.height < 2:
            self.session.choose(mixed(self.before, NOTHING, keys))

    def cancel(self) -> None:
        self.session.choose(self.before)

    def paint(self, painter: QPainter) -> None:
        theme = self.canvas.theme
        painter.setPen(pen(theme.accent, 1.0, fixed=True))
        painter.setBrush(brush(theme.accent, 0.12))
        painter.drawRect(QRectF(*self.rect))


def mixed(before: Choice, found: Choice, keys: Qt.KeyboardModifier) -> Choice:
    """What is selected after a click or a pull with these keys held."""
    if keys & Qt.KeyboardModifier.ShiftModifier:
        return before | found
    return before - found if keys & Qt.KeyboardModifier.ControlModifier else found
