"""Hand: drives the window as a person does, with the mouse and the keys; it looks at the scene only to aim."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QCursor, QWheelEvent, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from dlstudio.core.document import Point
from dlstudio.ui.canvas.scene import Spot
from dlstudio.ui.window import Window

LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton
SHIFT, CONTROL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
FREE = Qt.KeyboardModifier.NoModifier


class Hand:
    """One hand on the mouse and one on the keys of a window."""

    def __init__(self, window: Window) -> None:
        self.window, self.canvas = window, window.canvas
        self.steps = 8
        """In how many small steps the mouse is pulled from one place to the next."""

    # Aiming

    def pixel(self, place: Point | str | Spot) -> QPoint:
        """The pixel of the canvas over a place, the middle of a node, or a port, once the view is at rest."""
        while self.canvas.moving:
            QTest.qWait(5)
        if isinstance(place, Spot):
            place = self.canvas.scene.port(place)
        elif isinstance(place, str):
            box = self.canvas.scene.rect(place)
            place = Point(box.x + box.width / 2, box.y + 14)
        return self.canvas.pixel(place).toPoint()

    def out(self, node: str, port: str = "y") -> Spot:
        return Spot(node, port, True)

    def into(self, node: str, port: str = "x") -> Spot:
        return Spot(node, port, False)

    # The mouse: events go through the window, as those of a real mouse do

    def hover(self, place: Any) -> None:
        """Rests the pointer somewhere: what is added with a key comes to lie there."""
        at = self.pixel(place)
        QCursor.setPos(self.canvas.mapToGlobal(at))
        self._move(at)

    def click(self, place: Any, keys: Any = FREE, button: Any = LEFT) -> None:
        at = self._at(self.pixel(place))
        QTest.mouseClick(self.handle, button, keys, at)
        QApplication.processEvents()

    def double_click(self, place: Any) -> None:
        at = self._at(self.pixel(place))
        QTest.mouseDClick(self.handle, LEFT, FREE, at)
        QApplication.processEvents()

    def drag(self, start: Any, *ways: Any, keys: Any = FREE, button: Any = LEFT, release: bool = True) -> None:
        """Presses at one place, moves over others in small steps, and lets go at the last."""
        at = self.pixel(start)
        self._move(at)
        QTest.mousePress(self.handle, button, keys, self._at(at))
        for way in ways:
            to = self.pixel(way)
            for step in range(1, self.steps + 1):
                part = step / self.steps
                self._move(at + (to - at) * part)
            at = to
        if release:
            self._release(at, keys, button)

    def release(self, place: Any, keys: Any = FREE, button: Any = LEFT) -> None:
        self._release(self.pixel(place), keys, button)

    def _release(self, pixel: QPoint, keys: Any, button: Any) -> None:
        QTest.mouseRelease(self.handle, button, keys, self._at(pixel))
        QApplication.processEvents()

    @property
    def handle(self) -> QWindow:
        return self.window.windowHandle()

    def _at(self, pixel: QPoint) -> QPoint:
        return self.canvas.mapTo(self.window, pixel)

    def _move(self, pixel: QPoint) -> None:
        QTest.mouseMove(self.handle, self._at(pixel))
        QApplication.processEvents()

    def wheel(self, place: Point | str, turns: int, keys: Any = FREE) -> None:
        """Turns the wheel over a place, up for positive numbers."""
        at = QPointF(self.pixel(place))
        event = QWheelEvent(
            at, self.canvas.mapToGlobal(at), QPoint(), QPoint(0, 120 * turns), Qt.MouseButton.NoButton, keys,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(self.canvas, event)
        QApplication.processEvents()

    # The keys

    def key(self, key: Any, keys: Any = FREE, widget: QWidget | None = None) -> None:
        QTest.keyClick(widget or self.focus, key, keys)
        QApplication.processEvents()

    def type(self, text: str, widget: QWidget | None = None) -> None:
        QTest.keyClicks(widget or self.focus, text)
        QApplication.processEvents()

    @property
    def focus(self) -> QWidget:
        """The widget that hears the keys."""
        return QApplication.focusWidget() or self.canvas

    def press(self, widget: QWidget) -> None:
        """Clicks a button or another widget of the window in its middle."""
        QTest.mouseClick(widget, LEFT, FREE, widget.rect().center())
        QApplication.processEvents()

    # Looking

    def settle(self) -> None:
        """Waits until the window has done what it does in turns, as for other colours."""
        for _ in range(1000):
            if not self.window.turns.busy and getattr(self.window.panels["inspector"], "page", None) is not None:
                return
            QTest.qWait(5)
        raise AssertionError("The window never came to an end with its turns.")

    @property
    def nodes(self) -> set[str]:
        return set(self.window.session.state.network.nodes)

    @property
    def chosen(self) -> set[str]:
        return set(self.window.session.state.choice.nodes)

    def wires(self) -> set[str]:
        return {str(wire) for wire in self.window.session.state.network.wires}


def labels(widgets: Iterable[Any]) -> list[str]:
    """The texts of some widgets that are seen."""
    return [widget.text() for widget in widgets if widget.isVisible()]
