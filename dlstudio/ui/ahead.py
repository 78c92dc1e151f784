"""Ahead: what a training will be shown with comes into memory while nobody touches the window."""

import sys
import time
from collections import deque
from importlib import import_module

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer

from dlstudio.ui.panels.table import PANELS

LOOK, QUIET = 100, 1.5
"""Milliseconds between two turns, and the seconds without key or mouse before the first."""
AFTER = "dlstudio.training.run"
"""What comes first, in a thread: plots without a training are not wanted, and numpy is there by then."""
TOUCHES = frozenset({
    QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel,
    QEvent.Type.DragMove, QEvent.Type.TabletMove, QEvent.Type.TouchUpdate,
})  # fmt: skip
FIRST = ("pyqtgraph", "dlstudio.ui.plots.chart", "dlstudio.ui.plots.step_heat", "dlstudio.ui.plots.ridge")
"""It takes hold of Qt, so it can only be loaded in the window's thread."""


class Ahead(QObject):
    """One module a turn, in the window's thread; a touch makes it wait."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        panels = (f"dlstudio.ui.panels.{panel.where.partition(':')[0]}" for panel in PANELS)
        self.left = deque(name for name in (*FIRST, *panels))
        self._touched = time.monotonic()
        self._timer = QTimer(self, interval=LOOK)
        self._timer.timeout.connect(self._take)
        self._timer.start()
        if app := QCoreApplication.instance():
            app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in TOUCHES:
            self._touched = time.monotonic()
        return False

    def stop(self) -> None:
        """Nothing more is loaded ahead."""
        self._timer.stop()
        if app := QCoreApplication.instance():
            app.removeEventFilter(self)

    def _take(self) -> None:
        if AFTER not in sys.modules or time.monotonic() - self._touched < QUIET:
            return
        while self.left and self.left[0] in sys.modules:
            self.left.popleft()
        if self.left:
            import_module(self.left.popleft())
        else:
            self.stop()
