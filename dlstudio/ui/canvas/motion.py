"""Motion: the short way of the view from one part of the canvas to another."""

from collections.abc import Callable

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation

from dlstudio.ui.canvas.camera import Camera

LASTS = 120
"""How long it takes, in milliseconds."""


class Motion(QVariantAnimation):
    """Goes from one view to another, and shows each on the way."""

    def __init__(self, parent: QObject, look: Callable[[Camera], None]) -> None:
        super().__init__(parent, duration=LASTS, startValue=0.0, endValue=1.0)
        self._look, self._way = look, (Camera(), Camera())
        self.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.valueChanged.connect(lambda share: self._look(self._way[0].between(self._way[1], share)))

    def go(self, start: Camera, end: Camera) -> None:
        """Sets out."""
        self._way = start, end
        self.start()
