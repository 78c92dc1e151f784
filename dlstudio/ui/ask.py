"""Ask: one question over the canvas that is answered in a line; it says at once what is wrong with the answer."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

WIDTH, APART = 264, 16


def fine(_: str) -> str:
    """For any answer."""
    return ""


class Ask(QFrame):
    """A small field in the middle of a widget; Enter answers, Escape leaves things as they were."""

    def __init__(
        self, over: QWidget, question: str, said: str, done: Callable[[str], object],
        *, wrong: Callable[[str], str] = fine,
    ) -> None:  # fmt: skip
        super().__init__(over)
        self.done, self.wrong = done, wrong
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(question)
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
        self.setFixedWidth(WIDTH)
        self._judge(said)
        self.show()
        self.raise_()
        self.field.selectAll()
        self.field.setFocus()

    def _judge(self, text: str) -> None:
        reason = self.wrong(text.strip())
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))
        self.field.setProperty("state", "bad" if reason else "")
        self.field.style().polish(self.field)
        self.adjustSize()
        over = self.parentWidget()
        self.move((over.width() - self.width()) // 2, max(APART, over.height() // 4))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.close()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self._leave()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._answer()
                return True
        return False

    def _answer(self) -> None:
        text = self.field.text().strip()
        if not self.wrong(text):
            self._leave()
            self.done(text)

    def _leave(self) -> None:
        self.field.removeEventFilter(self)
        self.parentWidget().setFocus()
        self.close()
