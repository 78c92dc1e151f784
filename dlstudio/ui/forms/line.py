"""Line: a line to type into; undo belongs to the document, Escape takes back, Enter is done."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit

from dlstudio.core.fields import FieldProblem
from dlstudio.core.frozen import Value, same
from dlstudio.core.spec import Field
from dlstudio.ui.forms.around import MIXED, Mixed
from dlstudio.ui.forms.editor import Editor, restyle

UNDO = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
ARROWS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}


def undoes(event: QKeyEvent) -> bool:
    """Whether the keys are those of undo or redo, which the window hears."""
    return any(event.matches(keys) for keys in UNDO)


class Line(QLineEdit):
    """A line edit without an undo of its own."""

    escaped = Signal()
    left = Signal()
    stepped = Signal(int)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if undoes(event) and not self.wrong:
                event.ignore()
                return False
            if event.key() == Qt.Key.Key_Escape or event.key() in ARROWS:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape or (self.wrong and undoes(event)):
            self.escaped.emit()
            self.selectAll()
        elif event.key() in ARROWS and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            wide = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.stepped.emit(ARROWS[Qt.Key(event.key())] * (10 if wide else 1))
        elif undoes(event) or _resets(event):
            event.ignore()
        else:
            super().keyPressEvent(event)

    @property
    def wrong(self) -> bool:
        """Whether what is typed is nowhere but here, so that undo means it."""
        return bool(self.property("state") == "bad")

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()


def _resets(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Backspace and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)


class LineEditor(Editor):
    """An editor that is one line; what is typed is read by `parse`, and a value is written by `write`."""

    mono = True
    """Whether it holds numbers or code."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.line = Line()
        if self.mono:
            self.line.setProperty("role", "number")
        self.take(self.line)
        self.line.textEdited.connect(self._typed)
        self.line.returnPressed.connect(self.settled)
        self.line.left.connect(self.settled)
        self.line.escaped.connect(self.reverted)
        self.line.stepped.connect(self.nudge)

    def write(self, value: Value) -> str:
        """A value as it is typed."""
        return str(value)

    def say(self, value: Value) -> str:
        text = self.write(value) or "nothing"
        return text if len(text) <= 24 else text[:23] + "…"

    def parse(self, text: str) -> Value:
        """What a text means, or a FieldProblem."""
        return self.field.marker.parse(text)

    def read(self) -> Value:
        text = self.line.text().strip()
        if text.startswith("=") and self.field.marker.calculable:
            return text
        return self.parse(text)

    def show_value(self, value: Value | Mixed) -> None:
        self.line.setPlaceholderText("mixed" if value is MIXED else "")
        self._set("" if value is MIXED else value if isinstance(value, str) else self.write(value))

    def _set(self, text: str) -> None:
        if self.line.text() != text:
            self.line.setText(text)
            self.line.setCursorPosition(0)
        self._dress()

    def _typed(self) -> None:
        self._dress()
        try:
            value = self.read()
        except FieldProblem as problem:
            self.failed.emit(str(problem))
        else:
            self.changed.emit(value)

    def _dress(self) -> None:
        formula = self.field.marker.calculable and "=" in self.line.text()
        if self.mono:
            restyle(self.line, role="formula" if formula else "number")

    def set_bad(self, bad: bool) -> None:
        restyle(self.line, state="bad" if bad else "")

    def step(self, value: Value, steps: int) -> Value:
        """The value so many steps further, within what the field may hold."""
        return value

    def nudge(self, steps: int) -> None:
        if not self.nudges:
            return
        try:
            value = self.read()
        except FieldProblem:
            return
        moved = self.step(value, steps)
        if not same(moved, value):
            self._set(self.write(moved))
            self.changed.emit(moved)
