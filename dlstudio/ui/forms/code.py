"""Code: an editor for Python source of the user's own."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent
from PySide6.QtWidgets import QLabel, QPlainTextEdit

from dlstudio.core.frozen import Value
from dlstudio.core.spec import Field
from dlstudio.ui.forms.around import MIXED, Mixed
from dlstudio.ui.forms.editor import Editor, restyle
from dlstudio.ui.forms.line import undoes
from dlstudio.ui.theme import fonts
from dlstudio.ui.theme.tokens import SMALL

INDENT = "    "


class Page(QPlainTextEdit):
    """A page of source: Tab indents, undo belongs to the document."""

    left = Signal()
    escaped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "script")
        self.setFont(fonts.numbers(SMALL))
        self.setTabStopDistance(QFontMetricsF(fonts.numbers(SMALL)).horizontalAdvance(INDENT))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setUndoRedoEnabled(False)

    def show_text(self, text: str) -> None:
        """Shows a text without telling it; the cursor stays about where it was."""
        if self.toPlainText() == text:
            return
        place = min(self.textCursor().position(), len(text))
        self.blockSignals(True)
        self.setPlainText(text)
        self.blockSignals(False)
        cursor = self.textCursor()
        cursor.setPosition(place)
        self.setTextCursor(cursor)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and undoes(event):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Tab and not event.modifiers():
            self.insertPlainText(INDENT)
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        elif undoes(event):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class CodeEditor(Editor):
    """A small page of code under its label."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.lines = QLabel()
        self.lines.setProperty("role", "small")
        self.take(self.lines)
        self.page = Page()
        self.page.setAccessibleName(field.label)
        self.page.setFixedHeight(200)
        self.below = self.page
        self.setFocusProxy(self.page)
        self.page.textChanged.connect(self._typed)
        self.page.left.connect(self.settled)
        self.page.escaped.connect(self.reverted)

    def show_value(self, value: Value | Mixed) -> None:
        self.page.show_text("" if value is MIXED else str(value))
        self._count()

    def read(self) -> Value:
        return self.page.toPlainText()

    def _typed(self) -> None:
        self._count()
        self.changed.emit(self.read())

    def _count(self) -> None:
        count = self.page.blockCount()
        self.lines.setText(f"{count} line{'' if count == 1 else 's'}")

    def set_bad(self, bad: bool) -> None:
        restyle(self.page, state="bad" if bad else "")
