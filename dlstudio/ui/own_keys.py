"""own_keys: keys that mean something to the widget that has them, and then nothing to the canvas and the menus."""

from collections.abc import Collection

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent


def taken(event: QEvent, keys: Collection[Qt.Key]) -> bool:
    """Whether an event asks who wants one of these keys; the widget that calls this does."""
    if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in keys:
        event.accept()
        return True
    return False
