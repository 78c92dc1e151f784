"""Ahead: what panels are made of, and then torch, comes into memory while nobody touches the window."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer

from dlstudio.ui import courtesy
from dlstudio.ui.coming import Coming
from dlstudio.ui.loading import load_ahead, under_way
from dlstudio.ui.panels.table import PANELS

LOOK, QUIET = 40, 1.5
"""Milliseconds between two turns, and the seconds without key or mouse before the first."""
TOUCHES = frozenset({
    QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel,
    QEvent.Type.DragMove, QEvent.Type.TabletMove, QEvent.Type.TouchUpdate,
})  # fmt: skip


class Ahead(QObject):
    """A little a turn; a touch makes it wait.

    Torch takes seconds of a core and some 300 MB, for nothing where nobody trains. It comes as soon as there is a
    network, or somebody has touched the window: who does that has come to work on one, and will have pressed Train
    before torch could come. A window that only stands there, as after the start of a desktop, goes without."""

    def __init__(self, parent: QObject, wanted: Callable[[], bool] = lambda: False) -> None:
        super().__init__(parent)
        self._wanted, self._used = wanted, False
        self._coming = Coming(name for panel in PANELS for name in panel.whole)
        courtesy.touched()
        self._timer = QTimer(self, interval=LOOK)
        self._timer.timeout.connect(self._take)
        self._timer.start()
        if app := QCoreApplication.instance():
            app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in TOUCHES:
            courtesy.touched()
            if not self._used:
                self._used = True
                self._timer.start()
        return False

    def stop(self) -> None:
        """Nothing more is loaded ahead."""
        self._timer.stop()
        if app := QCoreApplication.instance():
            app.removeEventFilter(self)

    def _take(self) -> None:
        """One thing at a time; it looks on to the end, since whoever loads has to hear that the window is in use."""
        if courtesy.rested() < QUIET or under_way() or self._coming.take():
            return
        if not (self._used or self._wanted()):
            self._timer.stop()  # until the first touch
        elif not load_ahead():
            self.stop()
