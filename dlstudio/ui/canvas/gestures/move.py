"""Move: what is selected goes with the mouse, on a grid; the whole way is one step of the history."""

from PySide6.QtCore import Qt

from dlstudio.core import edits
from dlstudio.core.document import Point, Project
from dlstudio.ui.canvas.gestures.choose import mixed
from dlstudio.ui.canvas.gestures.gesture import Gesture
from dlstudio.ui.canvas.stage import Stage
from dlstudio.ui.session import Choice

STEP = 8
"""Nodes lie on multiples of this many pixels."""


class Move(Gesture):
    """Pressed on a node: pulls all that is selected; let go where it began, it only selects."""

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, canvas: Stage, at: Point, node: str, keys: Qt.KeyboardModifier) -> None:
        super().__init__(canvas, at)
        self.node, self.moved = node, False
        self.before = self.session.state.choice
        if node not in self.before.nodes or keys:
            self.session.choose(mixed(self.before, Choice(frozenset([node])), keys))
        self.first = {node: Point(*self.scene.boxes[node][:2]) for node in self.session.state.choice.nodes}

    def move(self, at: Point, keys: Qt.KeyboardModifier) -> None:
        super().move(at, keys)
        if not self.moved and max(abs(at.x - self.start.x), abs(at.y - self.start.y)) * self.canvas.camera.zoom < 4:
            return
        if not self.first:
            return
        if self.moved:
            self.session.amend(self._put)
        else:
            count = len(self.first)
            self.moved = self.session.do(f"Move {self.node}" if count == 1 else f"Move {count} nodes", self._put)

    def _put(self, project: Project) -> Project:
        anchor = self.first[self.node] if self.node in self.first else next(iter(self.first.values()))
        dx = round((anchor.x + self.at.x - self.start.x) / STEP) * STEP - anchor.x
        dy = round((anchor.y + self.at.y - self.start.y) / STEP) * STEP - anchor.y
        places = {name: Point(p.x + dx, p.y + dy) for name, p in self.first.items()}
        return edits.move(project, self.session.state.where, places)

    def finish(self, at: Point, keys: Qt.KeyboardModifier) -> None:
        if not self.moved and not keys:
            self.session.choose_nodes(self.node)

    def cancel(self) -> None:
        if self.moved:
            self.session.undo()
        self.session.choose(self.before)
