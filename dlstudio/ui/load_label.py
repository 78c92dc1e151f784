"""LoadLabel: how busy the machine is, in per cent, while something trains and somebody can see it."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QLabel

from dlstudio.ui.background import Background
from dlstudio.ui.load import Load, Taken

PACE = 2000
"""Milliseconds between two looks."""


class LoadLabel(QLabel):
    """Asks in a thread, and only where it is seen; hidden where nothing can be known."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "number")
        self.setAccessibleName("Load of the machine")
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("CPU 100 %") + 8)
        self.taken = Taken()
        self.background: Background[Load, Taken] = Background(lambda load: load.look(), self._show, self)
        self._load = Load()
        self._ticks = QTimer(self, interval=PACE)
        self._ticks.timeout.connect(self._ask)
        self.hide()

    def watch(self, wanted: bool) -> None:
        """From now on, or no more."""
        self.setVisible(wanted)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._load = Load()
        self._ask()
        self._ticks.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._rest()

    def _rest(self) -> None:
        self._ticks.stop()
        self.setText("")
        self.setToolTip("")

    def _ask(self) -> None:
        if not self.window().isMinimized() and not self.background.busy:
            self.background.ask(self._load)

    def _show(self, asked: Load, taken: Taken) -> None:
        if asked is not self._load or not self._ticks.isActive():
            return
        self.taken = taken
        self.setText(taken.short)
        self.setToolTip(taken.words)

    def stop(self) -> None:
        self._rest()
        self.background.stop()
