"""Knife: a line that cuts the wires it crosses."""

from itertools import pairwise

from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QPainter

from dlstudio.core import edits, sheets
from dlstudio.core.document import Point, Rect
from dlstudio.ui.canvas.gestures.choose import mixed
from dlstudio.ui.canvas.gestures.gesture import Gesture
from dlstudio.ui.canvas.plane import around, meet
from dlstudio.ui.canvas.scene import CATCH
from dlstudio.ui.canvas.stage import Stage, Tone
from dlstudio.ui.session import Choice
from dlstudio.ui.theme.ink import pen


class Knife(Gesture):
    """Control and a pull over the empty: cuts every wire that the line crosses, as one step.

    Without a pull it is a click with Control: the wire under it is taken out of what is selected."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, canvas: Stage, at: Point) -> None:
        super().__init__(canvas, at)
        self.before = self.session.state.choice

    def move(self, at: Point, keys: Qt.KeyboardModifier) -> None:
        super().move(at, keys)
        near = self.scene.wires_in(around([Rect(*self.start, 0, 0), Rect(*at, 0, 0)]))
        self.doomed = frozenset(wire for wire in near if self._cuts(self.scene.curve(wire).line))

    def _cuts(self, line: tuple[Point, ...]) -> bool:
        return any(meet(self.start, self.at, a, b) for a, b in pairwise(line))

    def finish(self, at: Point, keys: Qt.KeyboardModifier) -> None:
        self.move(at, keys)
        if not self.pulled:
            wire = self.scene.wire_at(at, CATCH / self.canvas.camera.zoom)
            found = Choice(wires=frozenset([wire] if wire else []))
            self.session.choose(mixed(self.before, found, Qt.KeyboardModifier.ControlModifier))
        elif self.doomed:
            count, where = len(self.doomed), self.session.state.where
            label = "Cut a wire" if count == 1 else f"Cut {count} wires"
            self.session.do(label, lambda project: sheets.swept(edits.disconnect(project, where, *self.doomed), where))

    def paint(self, painter: QPainter) -> None:
        painter.setPen(pen(self.canvas.theme.bad, 1.5, dashed=True, fixed=True))
        painter.drawLine(QLineF(*self.start, *self.at))

    @property
    def hint(self) -> str:
        count = len(self.doomed)
        return "" if not count else "Cuts a wire" if count == 1 else f"Cuts {count} wires"

    @property
    def tone(self) -> Tone:
        return "bad"
