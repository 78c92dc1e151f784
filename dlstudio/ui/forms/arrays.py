"""Arrays: an editor for numbers of several weights: one of them is chosen by its name, and typed in rows."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from dlstudio.catalog.by_hand import Weight
from dlstudio.core.fields import Arrays
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.spec import Field
from dlstudio.ui.forms.around import MIXED, Around, Mixed
from dlstudio.ui.forms.array import ArrayEditor
from dlstudio.ui.forms.choice import Combo
from dlstudio.ui.forms.editor import Editor, restyle
from dlstudio.ui.forms.measures import INDENT


class ArraysEditor(Editor):
    """A list of the weights, and under it the numbers of the one that was chosen."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        assert isinstance(field.marker, Arrays)
        self.value: Frozen[str, Value] = Frozen()
        self.around = Around()
        self.name = ""
        self.mixed = False
        self.combo = Combo()
        self.combo.activated.connect(lambda index: self.choose(self.combo.itemData(index)))
        self.combo.setAccessibleName(field.label)
        self.setFocusProxy(self.combo)
        self.count = QLabel()
        self.count.setProperty("role", "muted")
        self.row.addWidget(self.count, 1)
        self.array = ArrayEditor(Field(field.name, field.marker.one, ()))
        self.array.changed.connect(self._typed)
        self.array.failed.connect(self.failed)
        self.array.settled.connect(self.settled)
        self.array.reverted.connect(self.reverted)
        self.drop = QPushButton("Back to the initialiser")
        self.drop.setProperty("role", "link")
        self.drop.setCursor(Qt.CursorShape.PointingHandCursor)
        self.drop.setToolTip("Takes the numbers of this weight away; it starts by chance again")
        self.drop.clicked.connect(lambda: self._put(()))
        self.below = QWidget()
        column = QVBoxLayout(self.below)
        column.setContentsMargins(INDENT, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.combo, self.array, self.array.below, self.drop):
            if widget is not None:
                column.addWidget(widget)
        column.setAlignment(self.drop, Qt.AlignmentFlag.AlignLeft)
        self._list()

    @property
    def weights(self) -> Mapping[str, Weight]:
        """Those that can be typed, once it is known what comes into the node."""
        return self.around.weights

    def set_around(self, around: Around) -> None:
        self.around = around.inside(self.field.name)
        self._list()

    def show_value(self, value: Value | Mixed) -> None:
        before, self.value = self.value, value if isinstance(value, Frozen) else Frozen()
        typed = [name for name in self.value if name not in before]
        if len(typed) == 1 or (typed and self.name not in self.value):
            self.name = typed[0]
        elif before and not self.value:
            self.name = ""
        self._list(mixed=value is MIXED)

    def read(self) -> Value:
        return self.value

    def say(self, value: Value) -> str:
        return ", ".join(value) if value else "none given"

    def choose(self, name: str) -> None:
        """Shows the numbers of a weight."""
        self.name = name
        self._show_one()

    def set_bad(self, bad: bool) -> None:
        restyle(self.combo, state="bad" if bad else "")
        self.array.set_bad(bad)

    def _list(self, *, mixed: bool = False) -> None:
        names = [*self.weights, *(name for name in self.value if name not in self.weights)]
        if self.name not in names:
            self.name = next(iter(self.value), "")
        self.combo.clear()
        for name in names:
            self.combo.addItem(self._entry(name), name)
        self.combo.choose(self.name, unknown="type the numbers of …")
        self.mixed = mixed
        self._show_one()

    def _entry(self, name: str) -> str:
        size = "×".join(map(str, self.weights[name].shape)) if name in self.weights else "not there"
        return f"{name}  {size}{'  · given' if name in self.value else ''}"

    def _show_one(self) -> None:
        self.array.set_around(self.around.inside(self.name))
        self.array.show_value(self.value.get(self.name, ()))
        self.array.line.setPlaceholderText("" if self.name in self.value else "starts by its initialiser")
        self._show_parts()

    def _show_parts(self) -> None:
        """Only what there is to see and to do."""
        assert self.below is not None
        weights, given = len(self.weights), len(self.value)
        known = f"{given} of {weights} weights" if weights else f"{given} weights" if given else "none given"
        self.count.setText("mixed" if self.mixed else known)
        self.below.setVisible(self.combo.count() > 0)
        self.array.setVisible(bool(self.name))
        if self.array.below and not self.name:
            self.array.below.hide()
        self.drop.setVisible(self.name in self.value)

    def _typed(self, rows: Value) -> None:
        self._put(rows, quietly=True)

    def _put(self, rows: Value, *, quietly: bool = False) -> None:
        """Other numbers for the weight that is shown; none take it away. What is being typed is left as it stands."""
        self.value = self.value.put(self.name, rows) if rows else self.value.drop(self.name)
        self.combo.setItemText(self.combo.currentIndex(), self._entry(self.name))
        self._show_parts()
        if not quietly:
            self.array.show_value(rows)
        self.changed.emit(self.value)
        if not quietly:
            self.settled.emit()
