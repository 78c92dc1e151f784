"""Drift: the view that moves along while something is pulled to the edge of the window."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, QRectF, QTimer

EDGE, SPEED, BEAT = 20.0, 0.5, 16
"""How near the edge it begins, how fast it goes for each pixel nearer, and how many milliseconds a step takes."""


class Drift(QObject):
    """Moves step by step while the mouse stays at the edge."""

    def __init__(self, parent: QObject, step: Callable[[float, float], None]) -> None:
        super().__init__(parent)
        self._step, self._way = step, QPointF()
        self._timer = QTimer(self, interval=BEAT)
        self._timer.timeout.connect(lambda: self._step(self._way.x(), self._way.y()))

    def at(self, pixel: QPointF, room: QRectF) -> None:
        """The mouse is there now."""
        self._way = QPointF(
            SPEED * (_over(room.left() + EDGE - pixel.x()) - _over(pixel.x() - room.right() + EDGE)),
            SPEED * (_over(room.top() + EDGE - pixel.y()) - _over(pixel.y() - room.bottom() + EDGE)),
        )
        if self._way.isNull():
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        self._timer.stop()


def _over(way: float) -> float:
    return min(max(way, 0.0), 2 * EDGE)
