"""Camera: which part of the canvas is seen, and how large."""

from dataclasses import dataclass

from dlstudio.core.document import Point, Rect

NEAREST, FARTHEST = 4.0, 0.02


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
    def fit(cls, rect: Rect, width: float, height: float, *, margin: float = 40, most: float = 1.0) -> "Camera":
        """A rectangle in the middle of the window, whole, and no larger than `most`."""
        room = max(1.0, width - 2 * margin), max(1.0, height - 2 * margin)
        zoom = min(most, room[0] / max(rect.width, 1), room[1] / max(rect.height, 1))
        zoom = max(FARTHEST, min(NEAREST, zoom))
        middle = Point(rect.x + rect.width / 2, rect.y + rect.height / 2)
        return cls(middle.x - width / zoom / 2, middle.y - height / zoom / 2, zoom)

    def between(self, other: "Camera", share: float) -> "Camera":
        """Part of the way to another view."""
        mix = (1 - share, share)
        return Camera(
            mix[0] * self.x + mix[1] * other.x,
            mix[0] * self.y + mix[1] * other.y,
            mix[0] * self.zoom + mix[1] * other.zoom,
        )
