"""Turns: pieces of work that follow each other, each in a turn of its own, so that the window goes on in between."""

from collections import deque
from collections.abc import Callable
from weakref import ref

from PySide6.QtCore import QObject, QTimer

from dlstudio.ui.courtesy import first

BETWEEN = 8
"""Milliseconds between two turns, in which what waits is heard and painted."""


class Turns(QObject):
    """Does one piece after the other."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._left: deque[Callable[[], object]] = deque()
        self._timer = QTimer(self, interval=BETWEEN, singleShot=True)
        self._timer.timeout.connect(self._take)

    @property
    def busy(self) -> bool:
        """Whether something is left."""
        return bool(self._left)

    def follow(self, *pieces: Callable[[], object]) -> None:
        """These come after what is left; one that gives True is not done yet, and goes on in the next turn."""
        self._left.extend(pieces)
        self._timer.start()
        first.add(ref(self))

    def _take(self) -> None:
        piece = self._left.popleft()
        try:
            if piece() is True:
                self._left.appendleft(piece)
        finally:
            if self._left:
                self._timer.start()
            else:
                first.discard(ref(self))
