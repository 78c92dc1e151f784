"""Choice: an editor for one of a few words: buttons side by side where they are few and short, else a list."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QButtonGroup, QComboBox, QFrame, QHBoxLayout, QPushButton

from dlstudio.core.fields import Choice, FieldProblem
from dlstudio.core.frozen import Value
from dlstudio.core.spec import Field
from dlstudio.ui.elided_combo import ElidedCombo
from dlstudio.ui.forms.around import MIXED, Mixed
from dlstudio.ui.forms.editor import Editor, restyle

MOST_LETTERS = 12
"""So many letters fit on the buttons together."""


class Combo(ElidedCombo):
    """A list that the wheel scrolls past."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def fill(self, values: Iterable[str]) -> None:
        """Other entries, with the same one shown."""
        shown = self.currentData()
        self.clear()
        for value in values:
            self.addItem(value or "none", value)
        self.setCurrentIndex(self.findData(shown))

    def choose(self, value: str, *, unknown: str = "") -> None:
        """Shows an entry by its value; a value that is not listed is written as it is."""
        index = self.findData(value)
        self.setPlaceholderText(unknown or value)
        self.setCurrentIndex(index)


def choice_editor(field: Field) -> Editor:
    """The editor that fits the number of options."""
    marker = field.marker
    assert isinstance(marker, Choice)
    short = len(marker.options) <= 4 and sum(map(len, marker.options)) <= MOST_LETTERS
    return Segments(field) if short and all(marker.options) else ChoiceEditor(field)


class ChoiceEditor(Editor):
    """One of many words."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        marker = field.marker
        assert isinstance(marker, Choice)
        self.combo = Combo()
        for option in marker.options:
            self.combo.addItem(option or "none", option)
            self.combo.setItemData(self.combo.count() - 1, marker.labels.get(option, ""), Qt.ItemDataRole.ToolTipRole)
        self.take(self.combo)
        self.combo.activated.connect(lambda index: self.changed.emit(self.combo.itemData(index)))

    def show_value(self, value: Value | Mixed) -> None:
        self.combo.choose("mixed" if value is MIXED else str(value))

    def read(self) -> Value:
        if self.combo.currentIndex() < 0:
            raise FieldProblem("must be one of the list")
        return self.combo.currentData()

    def set_bad(self, bad: bool) -> None:
        restyle(self.combo, state="bad" if bad else "")


class Segments(Editor):
    """One of a few short words, all of them seen."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        marker = field.marker
        assert isinstance(marker, Choice)
        frame, self.group = QFrame(), QButtonGroup(self)
        frame.setProperty("role", "segments")
        row = QHBoxLayout(frame)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        for option in marker.options:
            button = QPushButton(option)
            button.setProperty("role", "segment")
            button.setCheckable(True)
            button.setMinimumWidth(20)
            button.setAccessibleName(f"{field.label}: {option}")
            button.setToolTip(marker.labels.get(option, ""))
            button.clicked.connect(lambda _=False, option=option: self.changed.emit(option))
            self.group.addButton(button)
            row.addWidget(button, max(3, len(option)))
        self.frame = frame
        self.take(frame)
        self.setFocusProxy(self.group.buttons()[0])

    def show_value(self, value: Value | Mixed) -> None:
        self.group.setExclusive(False)
        for button in self.group.buttons():
            button.setChecked(button.text() == value)
            if button.isChecked():
                self.setFocusProxy(button)
        self.group.setExclusive(True)

    def read(self) -> Value:
        button = self.group.checkedButton()
        if button is None:
            raise FieldProblem("must be one of these")
        return button.text()

    def set_bad(self, bad: bool) -> None:
        restyle(self.frame, state="bad" if bad else "")
