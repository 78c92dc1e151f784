"""Camera: which part of the canvas is seen, and how large."""

from dataclasses import dataclass

from dlstudio.core.document import Point, Rect

NEAREST, FARTHEST = 4.0, 0.02
MARGINS = (32.0, 24.0, 32.0, 56.0)
"""What stays free around a drawing that is shown whole: left, above, right, and below, where the line is typed."""


def free(width: float, height: float, margin: float | None = None) -> Rect:
    """The part of a window that a drawing may fill."""
    left, top, right, bottom = MARGINS if margin is None else (margin,) * 4
    return Rect(left, top, max(1.0, width - left - right), max(1.0, height - top - bottom))


@dataclass(frozen=True, slots=True)
class Camera:
    """The place on the canvas that stands in the upper left corner, and the pixels for each unit."""

    x: float = 0.0
    y: float = 0.0
    zoom: float = 1.0

    def to_scene(self, x: float, y: float) -> Point:
        """The place on the canvas under a pixel."""
        return Point(self.x + x / self.zoom, self.y + y / self.zoom)

    def to_screen(self, point: Point) -> Point:
        """The pixel over a place on the canvas."""
        return Point((point.x - self.x) * self.zoom, (point.y - self.y) * self.zoom)

    def seen(self, width: float, height: float) -> Rect:
        """The part of the canvas that a window of this size shows."""
        return Rect(self.x, self.y, width / self.zoom, height / self.zoom)

    def panned(self, dx: float, dy: float) -> "Camera":
        """Moved by pixels of the screen."""
        return Camera(self.x - dx / self.zoom, self.y - dy / self.zoom, self.zoom)

    def zoomed(self, factor: float, x: float, y: float) -> "Camera":
        """Nearer or farther, with what lies under a pixel staying there."""
        zoom = max(FARTHEST, min(NEAREST, self.zoom * factor))
        held = self.to_scene(x, y)
        return Camera(held.x - x / zoom, held.y - y / zoom, zoom)

    @classmethod
    def fit(
        cls, rect: Rect, width: float, height: float, *, margin: float | None = None, most: float = 1.0
    ) -> "Camera":
        """A rectangle in the middle of the window, whole, and no larger than `most`."""
        room = free(width, height, margin)
        zoom = min(most, room.width / max(rect.width, 1), room.height / max(rect.height, 1))
        zoom = max(FARTHEST, min(NEAREST, zoom))
        left = room.x + (room.width - rect.width * zoom) / 2
        top = room.y + (room.height - rect.height * zoom) / 2
        return cls(rect.x - left / zoom, rect.y - top / zoom, zoom)

    def between(self, other: "Camera", share: float) -> "Camera":
        """Part of the way to another view."""
        mix = (1 - share, share)
        return Camera(
            mix[0] * self.x + mix[1] * other.x,
            mix[0] * self.y + mix[1] * other.y,
            mix[0] * self.zoom + mix[1] * other.zoom,
        )
