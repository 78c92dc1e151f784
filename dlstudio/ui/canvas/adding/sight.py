"""Sight: whether what is added can be seen over the typed line, and where the view goes when it cannot."""

from collections.abc import Iterable
from typing import Protocol

from PySide6.QtWidgets import QWidget

from dlstudio.core.document import Point, Rect
from dlstudio.ui.canvas.camera import Camera
from dlstudio.ui.canvas.plane import around, grown
from dlstudio.ui.canvas.stage import Stage

MARGIN = 24


class Ground(Stage, Protocol):
    """The canvas, as far as adding needs it."""

    @property
    def room(self) -> tuple[float, float]:
        """How large a drawing may be to be seen whole."""

    @property
    def calm(self) -> bool:
        """Whether nothing is being pulled."""

    @property
    def pointed(self) -> Point | None:
        """The place under the mouse."""

    def glide(self, camera: Camera) -> None:
        """Goes to another part of the canvas in a short motion."""


class Sight:
    """The part of a canvas that nothing stands over."""

    def __init__(self, ground: Ground, canvas: QWidget, bar: QWidget) -> None:
        self.ground, self.canvas, self.bar = ground, canvas, bar

    @property
    def rect(self) -> Rect:
        """What is seen of the canvas."""
        seen, below = self.ground.seen, (self.bar.height() + 16) / self.ground.camera.zoom
        return Rect(seen.x, seen.y, seen.width, seen.height - below)

    @property
    def middle(self) -> Point:
        seen = self.ground.seen
        return Point(seen.x + seen.width / 2, seen.y + seen.height / 2)

    def holds(self, rect: Rect) -> bool:
        """Whether all of a rectangle is seen."""
        seen = self.rect
        across = seen.x <= rect.x and rect.x + rect.width <= seen.x + seen.width
        return across and seen.y <= rect.y and rect.y + rect.height <= seen.y + seen.height

    def fit(self, rects: Iterable[Rect]) -> None:
        """Shows all of some rectangles."""
        height = self.canvas.height() - self.bar.height()
        self.ground.glide(Camera.fit(grown(around(rects), 16), self.canvas.width(), height))

    def reveal(self, rect: Rect) -> None:
        """Pans so far that a rectangle is seen; where it is larger than the view, shows all of it."""
        seen, camera = self.rect, self.ground.camera
        if self.holds(rect):
            return
        if rect.width + 2 * MARGIN > seen.width or rect.height + 2 * MARGIN > seen.height:
            self.fit([rect])
            return
        x = min(max(camera.x, rect.x + rect.width + MARGIN - seen.width), rect.x - MARGIN)
        y = min(max(camera.y, rect.y + rect.height + MARGIN - seen.height), rect.y - MARGIN)
        self.ground.glide(Camera(x, y, camera.zoom))
