"""Row: one field of a form: its label, its editor, what is wrong with it, and the way back to the default."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QLabel, QSizePolicy, QToolButton, QWidget

from dlstudio.core.fields import Choice, FieldProblem, Flag, is_calculated
from dlstudio.core.frozen import Value, same
from dlstudio.core.spec import Field
from dlstudio.ui.forms.around import Around, Mixed
from dlstudio.ui.forms.editor import Editor, restyle
from dlstudio.ui.forms.measures import GAP, LABEL, RESET
from dlstudio.ui.forms.row_label import RowLabel
from dlstudio.ui.forms.verdict import is_default, judged, normal, sentence
from dlstudio.ui.mishap import guarded


class Row(QWidget):
    """Shows one value; what the user makes of it is told when the field may hold it."""

    edited = Signal(str, object)
    cleared = Signal(str)
    settled = Signal()
    reverted = Signal(str)

    def __init__(self, field: Field, editor: Editor, label: int = LABEL) -> None:
        super().__init__()
        self.field, self.editor, self.around = field, editor, Around()
        self.value: Value | Mixed = field.default
        self.pending = False
        """Whether something is typed that the field may not hold."""
        self.bad = False
        self.label = RowLabel(field.label, label, scrubs=editor.nudges)
        self.label.setBuddy(editor)
        self.result, self.unit, self.note = QLabel(), QLabel(field.marker.unit), QLabel()
        self.back = QToolButton()
        self._dress()
        self._lay()
        self._listen()

    def _dress(self) -> None:
        for widget, role in ((self.result, "result"), (self.unit, "small"), (self.note, "small")):
            widget.setProperty("role", role)
        self.note.setWordWrap(True)
        for hidden in (self.note, self.result, self.back, *(() if self.field.marker.unit else (self.unit,))):
            hidden.hide()  # none is shown before it stands in the row: it would flash up as a window of its own
        self.back.setText("↺")
        self.back.setFixedSize(RESET, 20)
        self.back.setProperty("role", "reset")
        self.back.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        keep = self.back.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.back.setSizePolicy(keep)
        self.back.setAccessibleName(f"Reset {self.field.label}")
        self.back.setToolTip(f"Back to {self.editor.say(self.field.default)} (Ctrl+Backspace)")
        said = (self.field.label, self.field.marker.help, self.field.marker.limits)
        tip = "\n".join(part for part in said if part)
        self.label.setToolTip(tip)
        self.editor.setToolTip(tip)
        self.editor.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _lay(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GAP)
        self.editor.row.addWidget(self.result)
        self.editor.row.addWidget(self.unit)
        for column, widget in enumerate((self.label, self.editor, self.back)):
            grid.addWidget(widget, 0, column, Qt.AlignmentFlag.AlignVCenter)
        grid.setColumnStretch(1, 1)
        grid.setRowMinimumHeight(0, 26)
        if self.editor.below:
            grid.addWidget(self.editor.below, 1, 0, 1, 3)
        grid.addWidget(self.note, 2, 0, 1, 3)

    def _listen(self) -> None:
        editor = self.editor
        editor.changed.connect(self._changed)
        editor.failed.connect(lambda end: self._refuse(sentence(self.field, end)))
        editor.settled.connect(self._settled)
        editor.reverted.connect(self._reverted)
        self.back.clicked.connect(self.reset)
        self.label.scrubbed.connect(editor.nudge)
        self.label.pressed.connect(self.settled)
        self.label.released.connect(self._settled)
        for widget in {editor.focusProxy() or editor, *editor.findChildren(QWidget)}:
            widget.installEventFilter(self)

    # What is shown

    def show_value(self, value: Value | Mixed, around: Around, *, fresh: bool) -> None:
        """The value that the document has; `fresh` where it is that of another thing than before."""
        if not fresh and around is self.around and same(value, self.value):
            return
        if around is not self.around:
            self.around = around
            self.editor.set_around(around)
        if fresh or not same(value, self.value):
            self.value = value
            if fresh or not self._holds(value):
                self.editor.show_value(normal(self.field, value))
                self.pending = False
        if not self.pending:
            self._judge()

    def _holds(self, value: Value | Mixed) -> bool:
        """Whether that is what the editor says already, in the user's own letters."""
        try:
            return same(self.editor.read(), value)
        except FieldProblem:
            return False

    def _judge(self) -> None:
        """What the value comes to, and what is wrong with it."""
        found, problem = judged(self.field, self.value, self.around.arguments)
        calculated = self.field.marker.calculable and isinstance(self.value, str | tuple) and is_calculated(self.value)
        self.result.setVisible(calculated and not problem)
        if calculated and not problem:
            self.result.setText(f"→ {self.editor.say(found)}")
        self._tell(problem)
        self.back.setVisible(not is_default(self.field, self.value))

    def _tell(self, problem: str) -> None:
        self.editor.set_bad(bool(problem))
        self.bad = bool(problem)
        text = problem or (self._help() if self._focused else "")
        self.note.setText(text)
        restyle(self.note, role="bad" if problem else "small")
        self.note.setVisible(bool(text))

    @property
    def _focused(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and (focus is self.editor.focusProxy() or self.editor.isAncestorOf(focus))

    def _help(self) -> str:
        """What the field is for and what may be typed; of a choice that is seen already."""
        marker = self.field.marker
        limits = "" if isinstance(marker, Choice | Flag) else marker.limits
        return " · ".join(part for part in (marker.help, limits) if part)

    # What the user does

    def _changed(self, value: Value) -> None:
        _, problem = judged(self.field, value, self.around.arguments)
        if problem:
            self._refuse(problem)
            return
        self.pending, self.value = False, value
        self._judge()
        self.edited.emit(self.field.name, value)

    def _refuse(self, problem: str) -> None:
        self.pending = True
        self.result.hide()
        self._tell(problem)

    def _settled(self) -> None:
        if not self.pending:
            self.editor.show_value(normal(self.field, self.value))
        self.settled.emit()

    def _reverted(self) -> None:
        self.pending = False
        self.reverted.emit(self.field.name)
        self.editor.show_value(normal(self.field, self.value))
        self._judge()

    def reset(self) -> None:
        """Back to the default."""
        self.pending = False
        self.cleared.emit(self.field.name)
        self.settled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Backspace and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.reset()
        else:
            super().keyPressEvent(event)

    @guarded
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut) and not self.pending:
            self._judge()
        if isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() != Qt.FocusReason.PopupFocusReason:
            self.settled.emit()
        return False
