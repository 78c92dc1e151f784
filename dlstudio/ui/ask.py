"""Ask: one question over the canvas that is answered in a line; it says at once what is wrong with the answer."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from dlstudio.ui.mishap import guarded
from dlstudio.ui.popup import Popup
from dlstudio.ui.theme.appearance import scale

WIDTH, APART = 264, 16


def fine(_: str) -> str:
    """For any answer."""
    return ""


class Ask(Popup):
    """A small field in the middle of a widget; Enter answers, Escape leaves things as they were."""

    def __init__(
        self, over: QWidget, question: str, said: str, done: Callable[[str], object],
        *, wrong: Callable[[str], str] = fine,
    ) -> None:  # fmt: skip
        super().__init__(over, question)
        self.done, self.wrong = done, wrong
        head = QLabel(question)
        head.setProperty("role", "small")
        self.field = QLineEdit(said)
        self.field.setAccessibleName(question)
        self.reason = QLabel()
        self.reason.setProperty("role", "bad")
        self.reason.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(4)
        for widget in (head, self.field, self.reason):
            column.addWidget(widget)
        self.field.textChanged.connect(self._judge)
        self.field.installEventFilter(self)
        self.setFixedWidth(round(WIDTH * scale()))
        self._judge(said)
        self.field.selectAll()
        self.appear(self.field)

    def _judge(self, text: str) -> None:
        reason = self.wrong(text.strip())
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))
        self.field.setProperty("state", "bad" if reason else "")
        self.field.style().polish(self.field)
        self.adjustSize()
        self.move((self.over.width() - self.width()) // 2, max(APART, self.over.height() // 4))

    @guarded
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.close()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.leave()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._answer()
                return True
        return False

    def _answer(self) -> None:
        text = self.field.text().strip()
        if not self.wrong(text):
            self.leave()
            self.done(text)

    def leave(self) -> None:
        self.field.removeEventFilter(self)
        super().leave()
