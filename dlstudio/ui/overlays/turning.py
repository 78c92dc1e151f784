"""Turning: an overlay of several pages on one sheet, of which one does a long work that can be called off."""

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QStackedLayout, QVBoxLayout, QWidget

from dlstudio.ui.errand import Errand, Outcome, Tell
from dlstudio.ui.overlays.overlay import APART, Overlay, Sheet
from dlstudio.ui.overlays.running import Running
from dlstudio.ui.theme.appearance import scale
from dlstudio.ui.window import Window

T = TypeVar("T")


class Turning(Overlay):
    """Escape leaves it, or calls off what is under way; Enter presses what is usually wanted."""

    def __init__(self, window: Window, name: str, size: tuple[int, int]) -> None:
        super().__init__(window, name)
        self.host = window
        self.errand: Errand[Any] | None = None
        self.running = Running(window.theme)
        self.running.cancels.connect(self.call_off)
        room = self.over.size()
        self.sheet = Sheet(min(round(size[0] * scale()), room.width() - 2 * APART))
        self.sheet.setFixedHeight(min(round(size[1] * scale()), room.height() - 2 * APART))
        self.pages = QStackedLayout(self.sheet)
        self.pages.addWidget(self.running)
        around = QVBoxLayout(self)
        around.addWidget(self.sheet, alignment=Qt.AlignmentFlag.AlignCenter)

    def turn(self, page: QWidget, focus: QWidget) -> None:
        """Another page is seen."""
        if self.pages.indexOf(page) < 0:
            self.pages.addWidget(page)
        self.pages.setCurrentWidget(page)
        focus.setFocus()

    def drop(self, page: QWidget) -> None:
        """A page that is not wanted any more."""
        self.pages.removeWidget(page)
        page.hide()
        page.deleteLater()

    def work(
        self, title: str, note: str, act: Callable[[Tell], T], then: Callable[[Outcome[T]], object]
    ) -> None:  # fmt: skip
        """Does something in the background while the page of it is seen."""

        def ended(outcome: Outcome[T]) -> None:
            self.errand = None
            self.running.end()
            then(outcome)

        self.running.begin(title, note)
        self.turn(self.running, self.running.cancel)
        self.errand = Errand(self, act, ended, heard=self.running.hear)

    def call_off(self) -> None:
        """What is under way is not wanted any more."""
        if self.errand:
            self.errand.call_off()
            self.running.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.call_off() if self.errand else self.leave()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()

    def _enter(self) -> None:
        """Presses the button that has the focus, or else the main one of the page."""
        focus, page = self.over.focusWidget(), self.pages.currentWidget()
        main = [each for each in page.findChildren(QPushButton) if each.property("role") == "primary"]
        if isinstance(focus, QPushButton) and not focus.isCheckable():
            focus.click()
        elif main:
            main[-1].click()
