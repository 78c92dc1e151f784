"""Question: a sheet over the window that waits for an answer, or only tells something that must be read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from dlstudio.ui.mishap import guarded
from dlstudio.ui.popup import give_back
from dlstudio.ui.theme.appearance import scale
from dlstudio.ui.theme.ink import color

WIDTH, WIDE = 440, 720
APART = 24
"""How far it stays from the edges of the window."""
LINES = (6, 20)
"""How many lines of code are seen at least and at most."""
_BACK = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


def nothing() -> None:
    """What an answer does that only closes the question."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One button of a question, and what it does."""

    label: str
    do: Callable[[], object] = nothing


class Sheet(QFrame):
    """As high as what stands on it needs at its width, which layouts around it would ask for another one."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.setProperty("role", "sheet")
        self.setFixedWidth(width)

    def hasHeightForWidth(self) -> bool:
        return False

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return QSize(self.width(), layout.totalHeightForWidth(self.width()) if layout else 0)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class Code(QPlainTextEdit):
    """A text to read, as high as it is long."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setProperty("role", "code")
        self.setReadOnly(True)
        self.setAccessibleName("Code")

    def sizeHint(self) -> QSize:
        lines = max(LINES[0], min(LINES[1], self.blockCount()))
        return QSize(super().sizeHint().width(), lines * self.fontMetrics().lineSpacing() + 24)


class Question(QFrame):
    """The first answer is the one that Enter gives, the last is that of Escape where nothing else is said."""

    def __init__(
        self, over: QWidget, title: str, text: str, answers: Iterable[Answer], *, code: str = "", escape: int = -1
    ) -> None:
        super().__init__(over)
        self.over, self.answers = over, tuple(answers)
        self._escape = escape % len(self.answers)
        self._before = over.focusWidget()
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.buttons = [self._button(number) for number in range(len(self.answers))]
        self._lay_out(title, text, code)
        over.installEventFilter(self)
        self.setGeometry(over.rect())
        self.show()
        self.raise_()
        self.buttons[0].setFocus()

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
        self.over.removeEventFilter(self)
        self.hide()
        self.deleteLater()
        give_back(self._before, self.over)
        self.answers[number].do()

    @guarded
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest, QEvent.Type.ChildPolished):
            self.setGeometry(self.over.rect())
            self.raise_()  # over the edges between panels, which Qt makes when it needs them
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # nothing else can be done before the answer
            return True
        return super().event(event)

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

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("#000000", 0.45))
        painter.end()


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
