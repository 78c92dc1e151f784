"""Question: a sheet over the window that waits for an answer, or only tells something that must be read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from dlstudio.ui.overlays.code import Code
from dlstudio.ui.overlays.overlay import APART, Overlay, Sheet
from dlstudio.ui.theme.appearance import scale

WIDTH, WIDE = 440, 720
_BACK = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


def nothing() -> None:
    """What an answer does that only closes the question."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One button of a question, and what it does."""

    label: str
    do: Callable[[], object] = nothing


class Question(Overlay):
    """The first answer is the one that Enter gives, the last is that of Escape where nothing else is said."""

    def __init__(
        self, over: QWidget, title: str, text: str, answers: Iterable[Answer], *, code: str = "", escape: int = -1
    ) -> None:
        super().__init__(over, title)
        self.answers = tuple(answers)
        self._escape = escape % len(self.answers)
        self.setAccessibleDescription(text)
        self.buttons = [self._button(number) for number in range(len(self.answers))]
        self._lay_out(title, text, code)
        self.appear(self.buttons[0])

    def _button(self, number: int) -> QPushButton:
        button = QPushButton(self.answers[number].label)
        button.setProperty("role", "" if number else "primary")
        button.setMinimumWidth(88)
        button.clicked.connect(lambda: self.give(number))
        return button

    def _lay_out(self, title: str, text: str, code: str) -> None:
        sheet = Sheet(min(round((WIDE if code else WIDTH) * scale()), self.over.width() - 2 * APART))
        column = QVBoxLayout(sheet)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(8)
        column.addWidget(_label(title, "title"))
        column.addWidget(_label(text, "muted"))
        if code:
            column.addWidget(Code(code))
        column.addSpacing(12)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for button in reversed(self.buttons):
            row.addWidget(button)
        column.addLayout(row)
        around = QVBoxLayout(self)
        around.addStretch(2)
        around.addWidget(sheet, alignment=Qt.AlignmentFlag.AlignHCenter)
        around.addStretch(3)

    def give(self, number: int) -> None:
        """Closes the question with an answer."""
        self.leave()
        self.answers[number].do()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.give(self._escape)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.give(self._focused())
        elif key in _BACK:
            self.buttons[(self._focused() - _BACK[key]) % len(self.buttons)].setFocus()

    def _focused(self) -> int:
        return next((number for number, button in enumerate(self.buttons) if button.hasFocus()), 0)

    def focusNextPrevChild(self, forward: bool) -> bool:
        self.buttons[(self._focused() + (1 if forward else -1)) % len(self.buttons)].setFocus()
        return True


def is_asked(over: QWidget) -> bool:
    """Whether a question waits for its answer."""
    return any(not question.isHidden() for question in over.findChildren(Question))


def tell(over: QWidget, title: str, text: str) -> Question:
    """Something that must be read."""
    return Question(over, title, text, (Answer("OK"),))


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label
