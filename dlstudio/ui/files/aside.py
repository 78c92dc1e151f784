"""Aside: work that takes longer than a frame is done in a thread; the window hears of it when it is done."""

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from dlstudio.core.issue import ProjectProblem

LOOK = 30


class Aside(QObject):
    """Does one thing and tells how it went: with nothing, or with the sentence of a problem."""

    def __init__(self, over: QObject, act: Callable[[], object], then: Callable[[str], object]) -> None:
        super().__init__(over)
        self._act, self._then, self._problem = act, then, ""
        self._thread = threading.Thread(target=self._work, name="aside")
        self._timer = QTimer(self, interval=LOOK)
        self._timer.timeout.connect(self._see)
        self._timer.start()
        self._thread.start()

    def _work(self) -> None:
        try:
            self._act()
        except ProjectProblem as problem:
            self._problem = str(problem)

    def _see(self) -> None:
        if not self._thread.is_alive():
            self._timer.stop()
            self.deleteLater()
            self._then(self._problem)
