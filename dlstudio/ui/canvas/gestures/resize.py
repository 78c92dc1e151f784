"""Resize: a frame or a note is made larger or smaller by an edge or a corner."""

from PySide6.QtCore import Qt

from dlstudio.core import sheets
from dlstudio.core.document import Point, Project
from dlstudio.ui.canvas.gestures.gesture import Gesture
from dlstudio.ui.canvas.marks import Grip, resized
from dlstudio.ui.canvas.snap import on_grid
from dlstudio.ui.canvas.stage import Stage
from dlstudio.ui.session import Choice


class Resize(Gesture):
    """Pressed on the edge of a frame or a note; let go where it began, it selects that alone, without what is in it."""

    def __init__(self, canvas: Stage, at: Point, grip: Grip) -> None:
        super().__init__(canvas, at)
        sheet = self.session.state.sheet
        self.grip, self.moved = grip, False
        self.rect = (sheet.frames.get(grip.name) or sheet.notes[grip.name]).rect
        self.before = self.session.state.choice
        self.session.choose(Choice(marks=frozenset([grip.name])))

    @property
    def cursor(self) -> Qt.CursorShape:  # type: ignore[override]
        return shape(self.grip)

    def move(self, at: Point, keys: Qt.KeyboardModifier) -> None:
        super().move(at, keys)
        if self.moved or self.pulled:
            self.moved = self.change(f"Resize {self.grip.name}", self._put)

    def _put(self, project: Project) -> Project:
        to = Point(on_grid(self.at.x), on_grid(self.at.y))
        rect = resized(self.rect, self.grip, to)
        return sheets.put_marks(project, self.session.state.where, {self.grip.name: rect})

    def cancel(self) -> None:
        self.take_back()
        self.session.choose(self.before)


def shape(grip: Grip) -> Qt.CursorShape:
    """The mouse over an edge or a corner."""
    if not grip.across:
        return Qt.CursorShape.SizeVerCursor
    if not grip.down:
        return Qt.CursorShape.SizeHorCursor
    falls = grip.across == grip.down
    return Qt.CursorShape.SizeFDiagCursor if falls else Qt.CursorShape.SizeBDiagCursor
