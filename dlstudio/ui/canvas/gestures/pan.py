"""Pan: the canvas moves with the mouse."""

from PySide6.QtCore import Qt

from dlstudio.core.document import Point
from dlstudio.ui.canvas.gestures.gesture import Gesture
from dlstudio.ui.canvas.stage import Stage


class Pan(Gesture):
    """Middle button, or Space with the left one."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, canvas: Stage, at: Point) -> None:
        super().__init__(canvas, at)
        self.camera = canvas.camera

    def move(self, at: Point, keys: Qt.KeyboardModifier) -> None:
        pixel, start = self.canvas.camera.to_screen(at), self.camera.to_screen(self.start)
        self.canvas.look(self.camera.panned(pixel.x - start.x, pixel.y - start.y))

    def cancel(self) -> None:
        self.canvas.look(self.camera)
