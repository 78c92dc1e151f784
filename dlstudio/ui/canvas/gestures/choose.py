"""Choose: a click selects what it hits; a pull over the empty selects what a box or a lasso holds."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from dlstudio.core.document import Point, Rect, Wire
from dlstudio.ui.canvas.gestures.gesture import Gesture
from dlstudio.ui.canvas.plane import around, crosses, holds, middle, touch, within
from dlstudio.ui.canvas.stage import Stage
from dlstudio.ui.session import NOTHING, Choice
from dlstudio.ui.theme.ink import brush, pen


class Box(Gesture):
    """Pulls a box over the empty canvas: to the right it takes what it touches, to the left what it holds whole.

    Wires are taken where there is nothing else. Shift adds to what is selected, Control takes away."""

    def __init__(self, canvas: Stage, at: Point) -> None:
        super().__init__(canvas, at)
        self.before = self.session.state.choice

    @property
    def rect(self) -> Rect:
        return around([Rect(*self.start, 0, 0), Rect(*self.at, 0, 0)])

    def move(self, at: Point, keys: Qt.KeyboardModifier) -> None:
        super().move(at, keys)
        self.session.choose(mixed(self.before, self.found(), keys))

    def found(self) -> Choice:
        """What is selected by what was pulled so far."""
        rect, scene = self.rect, self.scene
        nodes = frozenset(node for node in scene.nodes_in(rect) if self._takes(scene.boxes[node]))
        marks = {name for name, note in scene.notes.items() if self._takes(note.rect)}
        marks |= {name for name, frame in scene.frames.items() if holds(rect, frame.rect)}
        if nodes or marks:
            return Choice(nodes, marks=frozenset(marks))
        return Choice(wires=frozenset(wire for wire in scene.wires_in(rect) if self._takes_wire(wire)))

    def _takes(self, box: Rect) -> bool:
        return touch(box, self.rect) if self.at.x >= self.start.x else holds(self.rect, box)

    def _takes_wire(self, wire: Wire) -> bool:
        return crosses(self.scene.curve(wire).line, self.rect)

    def finish(self, at: Point, keys: Qt.KeyboardModifier) -> None:
        if self.pulled:
            self.move(at, keys)
        else:
            self.session.choose(mixed(self.before, NOTHING, keys))

    def cancel(self) -> None:
        self.session.choose(self.before)

    def paint(self, painter: QPainter) -> None:
        theme = self.canvas.theme
        painter.setPen(pen(theme.accent, 1.0, fixed=True, dashed=self.at.x < self.start.x))
        painter.setBrush(brush(theme.accent, 0.12))
        painter.drawRect(QRectF(*self.rect))


class Lasso(Box):
    """With Q held: a line drawn around what is to be selected; it takes what has its middle inside."""

    def __init__(self, canvas: Stage, at: Point) -> None:
        super().__init__(canvas, at)
        self.line = [at]

    @property
    def rect(self) -> Rect:
        return around(Rect(*point, 0, 0) for point in self.line)

    def move(self, at: Point, keys: Qt.KeyboardModifier) -> None:
        self.line.append(at)
        super().move(at, keys)

    def _takes(self, box: Rect) -> bool:
        return within(middle(box), self.line)

    def _takes_wire(self, wire: Wire) -> bool:
        return within(self.scene.curve(wire).middle, self.line)

    def paint(self, painter: QPainter) -> None:
        theme = self.canvas.theme
        painter.setPen(pen(theme.accent, 1.0, fixed=True))
        painter.setBrush(brush(theme.accent, 0.12))
        painter.drawPolygon(QPolygonF([QPointF(*point) for point in self.line]))


def mixed(before: Choice, found: Choice, keys: Qt.KeyboardModifier) -> Choice:
    """What is selected after a click or a pull with these keys held."""
    if keys & Qt.KeyboardModifier.ControlModifier:
        return before - found
    return before | found if keys & Qt.KeyboardModifier.ShiftModifier else found
