"""Toasts: one sentence at a time over the canvas; it goes away by itself and never takes the keys."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from dlstudio.ui.announce import announce
from dlstudio.ui.mishap import guarded
from dlstudio.ui.popup import cast_shadow
from dlstudio.ui.theme.icons import pixmap
from dlstudio.ui.theme.letters import scaled
from dlstudio.ui.theme.tokens import Theme

Kind = Literal["info", "good", "warn", "bad"]
SIGNS = {"info": "info", "good": "circle-check", "warn": "triangle-alert", "bad": "circle-alert"}
LASTS, HASTY = 6000, 2500
"""How long one stays in milliseconds, and how long when others wait."""
APART, ABOVE, WIDEST = 16, 60, 640
"""How far it stays from the sides, and from the lower edge, where the line for typing is; and how wide it gets."""


@dataclass(frozen=True, slots=True)
class Toast:
    """What is said, and what can be done about it."""

    text: str
    kind: Kind = "info"
    button: str = ""
    run: Callable[[], object] | None = None


class Toasts(QFrame):
    """Shows what waits, one after the other, at the lower edge of a widget."""

    def __init__(self, over: QWidget, theme: Theme) -> None:
        super().__init__(over)
        self.over: QWidget = over
        self.theme, self._waiting = theme, deque[Toast]()
        self.now: Toast | None = None
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.sign, self.text, self.button = QLabel(), QLabel(), QPushButton()
        self.button.setProperty("role", "link")
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.button.clicked.connect(self._run)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        row.addWidget(self.sign, alignment=Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.text, 1)
        row.addWidget(self.button)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.advance)
        over.installEventFilter(self)
        cast_shadow(self)
        self.hide()

    def tell(self, toast: Toast) -> None:
        """Says it now, or when those before it have been read; what is being said is not said twice."""
        if self.now and toast.text == self.now.text:
            self._timer.start(LASTS)
        elif self.now:
            self._waiting.append(toast)
            self._timer.start(min(HASTY, max(0, self._timer.remainingTime())))
        else:
            self._say(toast)

    def advance(self) -> None:
        """The next one, or none."""
        if self._waiting:
            self._say(self._waiting.popleft())
        else:
            self.now = None
            self._timer.stop()
            self.hide()

    def take_back(self, button: str) -> None:
        """What offers this can no longer be done about anything."""
        self._waiting = deque(toast for toast in self._waiting if toast.button != button)
        if self.now and self.now.button == button:
            self.advance()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        if self.now:
            self._dress(self.now)

    def _say(self, toast: Toast) -> None:
        self.now = toast
        self._dress(toast)
        self.show()
        self.raise_()
        self._timer.start(HASTY if self._waiting else LASTS)
        announce(self, toast.text)

    def _dress(self, toast: Toast) -> None:
        tint = {"good": self.theme.good, "warn": self.theme.warn, "bad": self.theme.bad}.get(toast.kind)
        self.sign.setPixmap(pixmap(SIGNS[toast.kind], tint or self.theme.accent, 16))
        self.sign.setAccessibleName(toast.kind)
        self.text.setText(toast.text)
        self.setAccessibleName(toast.text)
        self.button.setText(toast.button)
        self.button.setAccessibleName(toast.button or "Nothing to do")
        self.button.setVisible(bool(toast.button))
        self._place()

    def _place(self) -> None:
        over = self.over
        most = max(160, min(scaled(WIDEST), over.width() - 2 * APART))
        self.text.setWordWrap(False)
        self.text.setWordWrap(self.sizeHint().width() > most)
        self.setMaximumWidth(most)
        self.setMinimumWidth(most if self.text.wordWrap() else 0)
        self.adjustSize()
        if self.text.wordWrap():
            self.resize(self.width(), self.heightForWidth(self.width()))
        self.move((over.width() - self.width()) // 2, over.height() - self.height() - ABOVE)

    def _run(self) -> None:
        toast = self.now
        self.advance()
        if toast and toast.run:
            toast.run()

    @guarded
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.now:
            self._place()
        return False
