"""Listing: the text of a program, numbered and coloured, to read and to copy from."""

from collections.abc import Collection, Iterable

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
    QTextLayout,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from dlstudio.ui.panels.highlight import Span, tint
from dlstudio.ui.theme.appearance import scale
from dlstudio.ui.theme.fonts import numbers
from dlstudio.ui.theme.ink import color
from dlstudio.ui.theme.tokens import SMALL, Theme

SPACE = 8
"""Pixels beside the line numbers."""


class Listing(QPlainTextEdit):
    """Shows source; only the lines that changed are set anew, and only those in sight are coloured."""

    line_clicked = Signal(int)
    """A line was clicked, counted from 1, and nothing was marked with the mouse."""
    find_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.stale = False
        self._spans: tuple[tuple[Span, ...], ...] = ()
        self._lit: frozenset[int] = frozenset()
        self._margin = _Margin(self)
        self.setProperty("role", "code")
        self.setAccessibleName("Source")
        self.setReadOnly(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setStyleSheet("QPlainTextEdit { border: none; border-radius: 0; padding: 0; }")
        self.document().setDocumentMargin(4)
        self._letters()
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.updateRequest.connect(self._on_update)
        self.verticalScrollBar().valueChanged.connect(self._tint)

    def _letters(self) -> None:
        """Letters of the size that all others have."""
        font = numbers(round(SMALL * scale()))
        if self.font() != font:
            self.setFont(font)
            self.document().setDefaultFont(font)

    # What is shown

    def show_text(self, text: str, spans: tuple[tuple[Span, ...], ...]) -> None:
        """Another text; the view stays where it is."""
        old, new = self.toPlainText().split("\n"), text.split("\n")
        self._spans = spans
        if old != new:
            self._replace(old, new)
        self.setViewportMargins(self._margin.wanted(), 0, 0, 0)
        self._place_margin()
        self._tint()

    def _replace(self, old: list[str], new: list[str]) -> None:
        """Sets the lines anew between those at the beginning and at the end that are the same."""
        shorter = min(len(old), len(new))
        head = next((i for i in range(shorter) if old[i] != new[i]), shorter)
        tail = next((i for i in range(shorter - head) if old[-1 - i] != new[-1 - i]), shorter - head)
        at, across = self.verticalScrollBar().value(), self.horizontalScrollBar().value()
        if head + tail == 0:
            self.setPlainText("\n".join(new))
        else:
            self._splice(old, new, head, tail)
        self.verticalScrollBar().setValue(at)
        self.horizontalScrollBar().setValue(across)

    def _splice(self, old: list[str], new: list[str], head: int, tail: int) -> None:
        first = max(0, head - 1)
        last = min(len(old) - 1, len(old) - tail)
        cursor = QTextCursor(self.document().findBlockByNumber(first))
        end = self.document().findBlockByNumber(last)
        cursor.setPosition(end.position() + end.length() - 1, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText("\n".join(new[first : last + 1 + len(new) - len(old)]))

    def set_stale(self, stale: bool) -> None:
        """Pale while a newer text is on its way."""
        if stale != self.stale:
            self.stale = stale
            self.viewport().update()

    def light(self, lines: Collection[int], *, reveal: bool) -> None:
        """Marks lines, and goes to the first where none is in sight."""
        self._lit = frozenset(lines)
        self.setExtraSelections([self._band(line) for line in sorted(lines)])
        self._margin.update()
        if lines and reveal and not any(self.sees(line) for line in lines):
            self.go(min(lines))

    def go(self, line: int) -> None:
        """Scrolls so that a line stands in the upper third."""
        self.verticalScrollBar().setValue(max(0, line - 1 - self._fitting() // 3))

    def sees(self, line: int) -> bool:
        first = self.verticalScrollBar().value()
        return first < line <= first + self._fitting()

    def _fitting(self) -> int:
        return max(1, self.viewport().height() // max(1, self.fontMetrics().lineSpacing()))

    def _band(self, line: int) -> QTextEdit.ExtraSelection:
        band = QTextEdit.ExtraSelection()
        band.cursor = QTextCursor(self.document().findBlockByNumber(line - 1))
        band.format.setBackground(color(self.theme.chosen))
        band.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
        return band

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self._letters()
        self.setViewportMargins(self._margin.wanted(), 0, 0, 0)
        self._place_margin()
        self._tint()
        self.light(self._lit, reveal=False)

    def _tint(self, *_: object) -> None:
        """Colours the lines in sight that are not coloured yet."""
        for block in self.blocks_in_sight():
            row = block.blockNumber()
            words = self._spans[row] if row < len(self._spans) else ()
            stamp = hash((block.text(), words, self.theme.name)) & 0x3FFFFFFF
            if block.userState() != stamp:
                block.setUserState(stamp)
                block.layout().setFormats([_format(span, self.theme) for span in words])
                self.document().markContentsDirty(block.position(), block.length())

    def blocks_in_sight(self) -> Iterable[QTextBlock]:
        """The lines that are seen, from the top."""
        block = self.firstVisibleBlock()
        for _ in range(self._fitting() + 2):
            if not block.isValid():
                return
            yield block
            block = block.next()

    # Events

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.stale:
            painter = QPainter(self.viewport())
            painter.fillRect(event.rect(), color(self.theme.window, 0.5))
            painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_margin()
        self._tint()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            self.line_clicked.emit(self.cursorForPosition(event.position().toPoint()).blockNumber() + 1)

    def event(self, event: QEvent) -> bool:
        """Ctrl+F is ours while the text has the keyboard."""
        if event.type() == QEvent.Type.ShortcutOverride and _finds(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _finds(event):
            self.find_wanted.emit()
        else:
            super().keyPressEvent(event)

    # The line numbers

    def _on_update(self, rect: QRect, scrolled: int) -> None:
        if scrolled:
            self._margin.scroll(0, scrolled)
        else:
            self._margin.update(0, rect.y(), self._margin.width(), rect.height())

    def _place_margin(self) -> None:
        area = self.contentsRect()
        self._margin.setGeometry(area.left(), area.top(), self._margin.wanted(), area.height())

    def paint_margin(self, painter: QPainter, rect: QRect) -> None:
        """The numbers of the lines in sight."""
        painter.fillRect(rect, color(self.theme.window))
        painter.setFont(self.font())
        for block in self.blocks_in_sight():
            box = self.blockBoundingGeometry(block).translated(self.contentOffset())
            number = block.blockNumber() + 1
            painter.setPen(color(self.theme.accent if number in self._lit else self.theme.muted))
            painter.drawText(
                0, round(box.top()), self._margin.width() - SPACE, round(box.height()),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(number),
            )  # fmt: skip


class _Margin(QWidget):
    """The column of line numbers."""

    def __init__(self, listing: Listing) -> None:
        super().__init__(listing)
        self.listing = listing

    def wanted(self) -> int:
        """How wide the numbers are."""
        digits = max(2, len(str(self.listing.blockCount())))
        return 2 * SPACE + digits * self.listing.fontMetrics().horizontalAdvance("0")

    def sizeHint(self) -> QSize:
        return QSize(self.wanted(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.listing.paint_margin(painter, event.rect())
        painter.end()


def _finds(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Find)


def _format(span: Span, theme: Theme) -> QTextLayout.FormatRange:
    start, length, kind = span
    made = QTextLayout.FormatRange()
    letters = QTextCharFormat()
    letters.setForeground(color(tint(kind, theme)))
    made.start, made.length, made.format = start, length, letters
    return made
