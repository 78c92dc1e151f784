"""FindBar: a line under which the words typed are found in a text."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from dlstudio.ui.panels.listing import Listing
from dlstudio.ui.theme.icons import icon
from dlstudio.ui.theme.letters import hold
from dlstudio.ui.theme.tokens import Theme


class FindBar(QWidget):
    """Finds while one types; Enter goes on, Shift+Enter back, Escape closes."""

    def __init__(self, listing: Listing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.listing = listing
        self.words, self.count = QLineEdit(), QLabel()
        self.words.setPlaceholderText("Find")
        self.words.setAccessibleName("Find in the source")
        self.words.textChanged.connect(self._on_words)
        self.count.setProperty("role", "small")
        self.buttons = [
            self._button("chevron-up", "Previous (Shift+Enter)", self.previous),
            self._button("chevron-down", "Next (Enter)", self.next),
            self._button("x", "Close (Escape)", self.close_bar),
        ]
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 8, 4)
        row.setSpacing(4)
        row.addWidget(self.words)
        row.addWidget(self.count)
        row.addStretch(1)
        for button in self.buttons:
            row.addWidget(button)
        hold(self.words, 240)
        self.hide()
        listing.find_wanted.connect(self.open)

    def _button(self, sign: str, label: str, does: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        button.setObjectName(sign)
        button.setToolTip(label)
        button.setAccessibleName(label)
        button.clicked.connect(does)
        return button

    def set_theme(self, theme: Theme) -> None:
        for button in self.buttons:
            button.setIcon(icon(button.objectName(), theme))

    def open(self) -> None:
        """Shows the line, with what is marked in the text."""
        marked = self.listing.textCursor().selectedText()
        if marked and "\u2029" not in marked:
            self.words.setText(marked)
        self.show()
        self.words.setFocus()
        self.words.selectAll()

    def close_bar(self) -> None:
        self.hide()
        self.listing.setFocus()

    def next(self) -> None:
        self.step()

    def previous(self) -> None:
        self.step(back=True)

    def step(self, *, back: bool = False) -> None:
        """Marks the next place where the words stand, around the end of the text."""
        words = self.words.text()
        flags = QTextDocument.FindFlag.FindBackward if back else QTextDocument.FindFlag(0)
        if words and not self.listing.find(words, flags):
            end = QTextCursor.MoveOperation.End if back else QTextCursor.MoveOperation.Start
            self.listing.moveCursor(end)
            self.listing.find(words, flags)
        self._tell()

    def _on_words(self) -> None:
        cursor = self.listing.textCursor()
        cursor.setPosition(cursor.selectionStart())
        self.listing.setTextCursor(cursor)
        self.step()

    def _tell(self) -> None:
        words, text = self.words.text().lower(), self.listing.toPlainText().lower()
        found = text.count(words) if words else 0
        at = text.count(words, 0, self.listing.textCursor().selectionEnd()) if found else 0
        self.count.setText("" if not words else f"{at} of {found}" if found else "not found")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step(back=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            super().keyPressEvent(event)
