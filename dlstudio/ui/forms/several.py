"""Several: an editor for a list of things that are declared elsewhere."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from dlstudio.catalog.registries import REGISTRIES
from dlstudio.core.fields import Declared
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.several import Several
from dlstudio.core.spec import Field
from dlstudio.ui.forms.around import MIXED, Around, Mixed
from dlstudio.ui.forms.choice import Combo
from dlstudio.ui.forms.declared import DeclaredEditor
from dlstudio.ui.forms.editor import Editor
from dlstudio.ui.forms.measures import INDENT
from dlstudio.ui.forms.nested import Nest


class SeveralEditor(Editor):
    """One after the other, each with its fields and a way out, and a list to add from."""

    def __init__(self, field: Field, nest: Nest) -> None:
        super().__init__(field)
        assert isinstance(field.marker, Several)
        self.nest, self.around = nest, Around()
        self.one = Field(field.name, Declared(registry=field.marker.registry, help=field.marker.help), "any")
        self.items: list[tuple[DeclaredEditor, QWidget]] = []
        self.add = Combo()
        for cls in REGISTRIES[field.marker.registry]:
            self.add.addItem(cls.title, cls.kind)
        self.take(self.add)
        plus = QPushButton("Add")
        plus.setAccessibleName(f"Add to {field.label}")
        plus.clicked.connect(self._add)
        self.row.addWidget(plus)
        self.plus = plus
        self.below = QWidget()
        self.list = QVBoxLayout(self.below)
        self.list.setContentsMargins(INDENT, 0, 0, 0)
        self.list.setSpacing(4)

    def set_around(self, around: Around) -> None:
        self.around = around
        for editor, _ in self.items:
            editor.set_around(around)

    def show_value(self, value: Value | Mixed) -> None:
        listed = () if value is MIXED or not isinstance(value, tuple) else value
        while len(self.items) > len(listed):
            _, frame = self.items.pop()
            frame.hide()
            frame.deleteLater()
        while len(self.items) < len(listed):
            self.items.append(self._item())
        for (editor, _), each in zip(self.items, listed, strict=True):
            editor.show_value(each)
        if self.below:
            self.below.setVisible(bool(listed))

    def read(self) -> Value:
        return tuple(editor.value for editor, _ in self.items)

    def _item(self) -> tuple[DeclaredEditor, QWidget]:
        editor, frame = DeclaredEditor(self.one, self.nest), QFrame()
        editor.set_around(self.around)
        away = QPushButton("Remove")
        away.setProperty("role", "link")
        away.setAccessibleName(f"Remove from {self.field.label}")
        away.clicked.connect(lambda: self._remove(editor))
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(editor, 1)
        line.addWidget(away)
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(line)
        if editor.below:
            column.addWidget(editor.below)
        editor.changed.connect(lambda _: self.changed.emit(self.read()))
        editor.settled.connect(self.settled)
        editor.reverted.connect(self.reverted)
        self.list.addWidget(frame)
        return editor, frame

    def _add(self) -> None:
        self._put((*self.read(), Frozen({"kind": self.add.currentData()})))

    def _remove(self, gone: DeclaredEditor) -> None:
        self._put(tuple(editor.value for editor, _ in self.items if editor is not gone))

    def _put(self, value: tuple[Value, ...]) -> None:
        self.show_value(value)
        self.changed.emit(value)
        self.settled.emit()
