"""Focus: from one part of the window to the next with the keys."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QWidget


def cycle(stops: Sequence[QWidget], focus: QWidget | None, by: int) -> None:
    """Gives the keys to the next part that can take them."""
    here = next((i for i, stop in enumerate(stops) if focus and (stop is focus or stop.isAncestorOf(focus))), 0)
    for step in range(1, len(stops) + 1):
        if first := _first(stops[(here + by * step) % len(stops)]):
            first.setFocus(Qt.FocusReason.TabFocusReason)
            return


def _first(stop: QWidget) -> QWidget | None:
    """What hears the keys first in a part of the window."""
    if stop.focusPolicy() & Qt.FocusPolicy.TabFocus and not isinstance(stop, QDockWidget):
        return stop
    inside = (widget for widget in stop.findChildren(QWidget) if widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return next((widget for widget in inside if widget.isVisible() and widget.isEnabled()), None)
