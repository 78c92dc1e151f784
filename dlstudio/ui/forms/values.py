"""Values: an editor for named values: the arguments that a block is given."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSpacerItem, QWidget

from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.spec import Field
from dlstudio.ui.forms.around import MIXED, Around, Mixed
from dlstudio.ui.forms.editor import Editor, restyle
from dlstudio.ui.forms.line import Line
from dlstudio.ui.forms.measures import GAP, INDENT, LABEL, RESET
from dlstudio.ui.forms.number import written
from dlstudio.ui.forms.row_label import RowLabel


class ValuesEditor(Editor):
    """A line for each name; names that are known stand ready, others are added."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.value: Frozen[str, Value] = Frozen()
        self.known: Mapping[str, Value] = {}
        self.lines: dict[str, Line] = {}
        self.add = Line()
        self.add.setPlaceholderText("add a name")
        self.add.returnPressed.connect(self._add)
        self.take(self.add)
        self.empty = QLabel("no arguments")
        self.empty.setProperty("role", "muted")
        self.row.addWidget(self.empty)
        self.below = QWidget()
        self.grid = QGridLayout(self.below)
        self.grid.setContentsMargins(INDENT, 0, 0, 0)
        self.grid.setSpacing(GAP)
        self.grid.setColumnMinimumWidth(0, LABEL - INDENT)
        self.grid.setColumnStretch(1, 1)
        self.grid.setColumnMinimumWidth(2, RESET)
        self._open(True)

    def _open(self, free: bool) -> None:
        """Whether any name may be added."""
        self.add.setVisible(free)
        self.empty.setVisible(not free and not self.known)

    def set_around(self, around: Around) -> None:
        self.known = around.parameters or {}
        self._open(around.parameters is None)
        self._fill()

    def show_value(self, value: Value | Mixed) -> None:
        self.value = value if isinstance(value, Frozen) else Frozen()
        self._fill(mixed=value is MIXED)

    def read(self) -> Value:
        return self.value

    def _fill(self, *, mixed: bool = False) -> None:
        names = [*self.known, *(name for name in self.value if name not in self.known)]
        if list(self.lines) != names:
            self._rebuild(names)
        for name, line in self.lines.items():
            text = spoken(self.value[name]) if name in self.value else ""
            if line.text() != text and not (line.hasFocus() and _reads_as(line.text(), self.value.get(name))):
                line.setText(text)
            line.setPlaceholderText("mixed" if mixed else spoken(self.known.get(name, "")))
            restyle(line, role="formula" if line.text().startswith("=") else "number", state="")

    def _rebuild(self, names: list[str]) -> None:
        while item := self.grid.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self.lines = {}
        for row, name in enumerate(names):
            label = RowLabel(name, LABEL - INDENT)
            label.setToolTip(name)
            self.grid.addWidget(label, row, 0)
            self.lines[name] = self._line(name)
            self.grid.addWidget(self.lines[name], row, 1)
            if name not in self.known:
                self.grid.addWidget(self._away(name), row, 2)
            else:
                self.grid.addItem(QSpacerItem(RESET, 0), row, 2)
        if self.below:
            self.below.setVisible(bool(names))

    def _line(self, name: str) -> Line:
        line = Line()
        line.setProperty("role", "number")
        line.setAccessibleName(f"{self.field.label}: {name}")
        line.textEdited.connect(lambda text: self._typed(name, text))
        line.returnPressed.connect(self.settled)
        line.left.connect(self.settled)
        line.escaped.connect(self.reverted)
        return line

    def _away(self, name: str) -> QPushButton:
        away = QPushButton("✕")
        away.setProperty("role", "link")
        away.setFixedWidth(RESET)
        away.setCursor(Qt.CursorShape.PointingHandCursor)
        away.setAccessibleName(f"Remove {name}")
        away.setToolTip(f"Remove {name}")
        away.clicked.connect(lambda: self._put(self.value.drop(name)))
        return away

    def _add(self) -> None:
        name = self.add.text().strip()
        if not name:
            self.failed.emit("needs a name")
        elif name not in self.value:
            self._put(self.value.put(name, 1))
            self.lines[name].setFocus()
            self.lines[name].selectAll()
        self.add.clear()

    def _typed(self, name: str, text: str) -> None:
        line = self.lines[name]
        restyle(line, role="formula" if text.startswith("=") else "number")
        self._put(self.value.put(name, meant(text)) if text.strip() else self.value.drop(name))

    def _put(self, value: Frozen[str, Value]) -> None:
        self.value = value
        self.changed.emit(value)
        self._fill()

    def set_bad(self, bad: bool) -> None:
        for line in self.lines.values():
            restyle(line, state="bad" if bad and line.text() else "")


def spoken(value: Value) -> str:
    """A value as it is typed."""
    return value if isinstance(value, str) else written(value)


def meant(text: str) -> Value:
    """What was typed: yes or no, a number, an `=expression`, or words."""
    word = text.strip()
    if word in ("True", "False"):
        return word == "True"
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    return word


def _reads_as(text: str, value: Value) -> bool:
    return bool(text.strip()) and meant(text) == value
