"""Ahead: what panels are made of comes into memory while nobody touches the window."""

import time

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer

from dlstudio.ui.coming import Coming
from dlstudio.ui.panels.table import PANELS

LOOK, QUIET = 40, 1.5
"""Milliseconds between two turns, and the seconds without key or mouse before the first."""
TOUCHES = frozenset({
    QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel,
    QEvent.Type.DragMove, QEvent.Type.TabletMove, QEvent.Type.TouchUpdate,
})  # fmt: skip


class Ahead(QObject):
    """A little a turn; a touch makes it wait."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._coming = Coming(name for panel in PANELS for name in panel.whole)
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
        if time.monotonic() - self._touched >= QUIET and not self._coming.take():
            self.stop()
