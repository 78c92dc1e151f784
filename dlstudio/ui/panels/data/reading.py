"""Reading: data looked at off the window's thread, where it may take long enough to be watched and ended."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from dlstudio.ui.background import Background

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

TICK = 100
"""Milliseconds between two looks at how far it is."""


class Reading(Background[Asked, Answer]):
    """Tells every now and then that it may be further, and hears of its own end before time."""

    moved = Signal()
    """It may be further now, or at its end."""

    def __init__(
        self,
        work: Callable[[Asked], Answer],
        show: Callable[[Asked, Answer], object],
        halt: Callable[[Asked], object],
        parent: QObject,
        *,
        delay: int = 0,
    ) -> None:
        super().__init__(work, show, parent, delay=delay)
        self.halt = halt
        self._ticks = QTimer(self, interval=TICK)
        self._ticks.timeout.connect(self._tick)

    def ask(self, question: Asked) -> None:
        super().ask(question)
        self._ticks.start()

    def cancelled(self, question: Asked) -> None:
        self.halt(question)

    def stop(self) -> None:
        self._ticks.stop()
        super().stop()

    def _look(self) -> None:
        super()._look()
        if not self.busy:
            self._tick()

    def _tick(self) -> None:
        if not self.busy:
            self._ticks.stop()
        self.moved.emit()
