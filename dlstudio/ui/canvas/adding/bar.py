"""Bar: the type-to-build line, a slim field over the bottom of the canvas that opens when it hears the keys."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from dlstudio.ui.canvas.adding.completion import Completion
from dlstudio.ui.mishap import guarded
from dlstudio.ui.settings import settings

SLIM, WIDE, MARGIN, LINE = 264, 640, 12, 28
KEPT = 50
"""How many lines are remembered."""
HISTORY = "lines"
ASKS = "Type conv 64 3x3 > relu"


class Bar(QFrame):
    """Asks what a line means while it is typed, and hands it over at Enter."""

    def __init__(
        self, canvas: QWidget, *, read: Callable[[str], str], build: Callable[[str], bool],
        complete: Callable[[str], Completion], leave: Callable[[], None],
    ) -> None:  # fmt: skip
        super().__init__(canvas)
        self.canvas = canvas
        self.read, self.build, self.complete, self.leave = read, build, complete, leave
        kept = settings().value(HISTORY)
        self.history = [str(line) for line in kept] if isinstance(kept, list) else []
        self.at = len(self.history)
        self.draft = ""
        self.offered = Completion(0)
        self.turn = -1
        self.setProperty("role", "popup")
        self.setAccessibleName("Type a network")
        self.told, self.words = QLabel(), QLabel()
        for label in (self.told, self.words):
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setContentsMargins(4, 0, 4, 0)
            label.setWordWrap(True)
        self.told.setProperty("role", "bad")
        self.words.setProperty("role", "small")
        self.field = QLineEdit()
        self.field.setProperty("role", "number")
        self.field.setPlaceholderText(ASKS)
        self.field.setAccessibleName("Type a network")
        self.field.setToolTip("Type layers with > between them (/)\nTab completes a word, Up and Down bring back lines")
        self.field.textEdited.connect(self._on_edited)
        self.field.cursorPositionChanged.connect(lambda *_: self._offer())
        self.field.installEventFilter(self)
        self.key = QLabel("/")
        self.key.setProperty("role", "key")
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.field, 1)
        row.addWidget(self.key)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 8, 4)
        column.setSpacing(4)
        column.addWidget(self.words)
        column.addLayout(row)
        column.addWidget(self.told)
        self._open(False)

    @property
    def grown(self) -> int:
        """How much higher it is with larger letters."""
        return max(0, self.field.sizeHint().height() - LINE)

    def place(self) -> None:
        """Stands over the bottom of the canvas, in the middle."""
        canvas = self.canvas
        slim = max(SLIM, self.field.fontMetrics().horizontalAdvance(ASKS) + 80)
        wanted = WIDE if self.field.hasFocus() else slim
        self.setFixedWidth(max(160, min(wanted, canvas.width() - 2 * MARGIN)))
        self.setFixedHeight(self.heightForWidth(self.width()) if self.hasHeightForWidth() else self.sizeHint().height())
        self.move((canvas.width() - self.width()) // 2, canvas.height() - self.height() - MARGIN)

    def _open(self, on: bool) -> None:
        self.words.setVisible(on and bool(self.words.text()))
        self.told.setVisible(on and bool(self.told.text()))
        self.key.setVisible(not on)
        self.place()
        if on:
            self.raise_()

    def _on_edited(self, _: str = "") -> None:
        self.at, self.turn = len(self.history), -1
        self.refresh()

    def refresh(self) -> None:
        """Reads the line anew and says what is wrong with it."""
        text = self.field.text()
        problem = self.read(text) if text.strip() else ""
        self._offer()
        unfinished = self.offered.words and f"“{self.offered.word}”" in problem
        unfinished = unfinished or text.rstrip().endswith((">", "(", ":"))
        self.told.setText(problem if not unfinished else "")
        self._open(True)

    def _offer(self) -> None:
        """Says how the word at the cursor may go on."""
        if self.turn >= 0:
            return
        self.offered = self.complete(self.field.text()[: self.field.cursorPosition()])
        self.words.setText(_told(self.offered))
        if self.field.hasFocus():
            self._open(True)

    @guarded
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self.refresh()
        elif event.type() == QEvent.Type.FocusOut:
            self._open(False)
            self.leave()
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        return False

    def _key(self, key: int, shifted: bool) -> bool:
        if key == Qt.Key.Key_Tab:
            self._take_word()
        elif key == Qt.Key.Key_Up:
            self._recall(-1)
        elif key == Qt.Key.Key_Down:
            self._recall(1)
        elif key == Qt.Key.Key_Escape:
            self.field.clear()
            self.canvas.setFocus()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        else:
            return False
        return True

    def _enter(self) -> None:
        text = self.field.text().strip()
        if not text:
            return
        if not self.build(text):
            self.told.setText(self.read(text))
            self._open(True)
            return
        self.history = [*(line for line in self.history if line != text), text][-KEPT:]
        settings().setValue(HISTORY, self.history)
        self.at, self.draft = len(self.history), ""
        self.field.clear()
        self.refresh()

    def _recall(self, by: int) -> None:
        """Brings back what was typed before."""
        if self.at == len(self.history):
            self.draft = self.field.text()
        self.at = max(0, min(len(self.history), self.at + by))
        self.field.setText(self.history[self.at] if self.at < len(self.history) else self.draft)
        self.turn = -1
        self.refresh()

    def _take_word(self) -> None:
        """Completes the word at the cursor; again and again goes through all that it may be."""
        if not self.offered.words:
            return
        text, end = self.field.text(), self.field.cursorPosition()
        self.turn = (self.turn + 1) % len(self.offered.words)
        word = self.offered.words[self.turn] + " "
        self.field.setText(text[: self.offered.start] + word + text[end:])
        self.field.setCursorPosition(self.offered.start + len(word))
        problem = self.read(self.field.text())
        self.told.setText("" if problem else problem)
        self.words.setText(_told(self.complete(self.field.text()[: self.field.cursorPosition()])))
        self._open(True)


def _told(offered: Completion) -> str:
    """How the word may go on, and what it takes."""
    others = " · ".join(offered.words[:6]) if len(offered.words) > 1 else ""
    lines = [
        f"<b>{_plain(offered.signature)}</b> {_plain(offered.purpose)}" if offered.signature else "",
        _plain(others),
    ]
    return "<br>".join(line for line in lines if line)


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
