"""Stage: what a gesture may use of the canvas that it happens on."""

from typing import Protocol

from dlstudio.ui.canvas.camera import Camera
from dlstudio.ui.canvas.scene import Scene
from dlstudio.ui.session import Session
from dlstudio.ui.theme.tokens import Theme


class Stage(Protocol):
    """The canvas, as gestures see it."""

    scene: Scene
    session: Session
    camera: Camera
    theme: Theme

    def look(self, camera: Camera) -> None:
        """Shows another part of the canvas at once."""

    def update(self) -> None:
        """Paints anew."""
