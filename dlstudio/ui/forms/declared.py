"""Declared: an editor for a thing that is declared elsewhere: its kind from a list, its own fields under it."""

from math import prod
from typing import Any, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dlstudio.catalog.registries import REGISTRIES
from dlstudio.core.fields import Array, Declared, FieldProblem
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.spec import Field, Registry
from dlstudio.ui.forms.around import MIXED, Around, Mixed
from dlstudio.ui.forms.choice import Combo
from dlstudio.ui.forms.editor import Editor, restyle
from dlstudio.ui.forms.measures import INDENT
from dlstudio.ui.forms.nested import Nest, Nested


class DeclaredEditor(Editor):
    """An initialiser, a loss, an optimizer; choosing none of them is the usual way."""

    def __init__(self, field: Field, nest: Nest) -> None:
        super().__init__(field)
        marker = field.marker
        assert isinstance(marker, Declared)
        self.marker, self.nest = marker, nest
        self.registry: Registry[Any] = REGISTRIES[marker.registry]
        self.value: Frozen[str, Value] = Frozen()
        self.around = Around()
        self.form: Nested | None = None
        self._kind = ""
        self.combo = Combo()
        if not field.default:
            self.combo.addItem("default", "")
        for cls in self.registry:
            self.combo.addItem(cls.title, cls.kind)
            self.combo.setItemData(self.combo.count() - 1, cls.purpose(), Qt.ItemDataRole.ToolTipRole)
        self.take(self.combo)
        self.combo.activated.connect(lambda index: self._choose(self.combo.itemData(index)))
        self.below = QWidget()
        self.inner = QVBoxLayout(self.below)
        self.inner.setContentsMargins(INDENT, 0, 0, 0)
        self.below.hide()

    def set_around(self, around: Around) -> None:
        self.around = around.inside(self.field.name)
        if self.form:
            self.form.show_values(self._own(), self.around)

    def show_value(self, value: Value | Mixed) -> None:
        try:
            self.value = Frozen() if value is MIXED else self.marker.accept(value)
        except FieldProblem:
            self.value = Frozen()
        kind = str(self.value.get("kind", ""))
        self.combo.choose(kind, unknown="mixed" if value is MIXED else kind)
        cls = self.registry.get(kind)
        self.combo.setToolTip(cls.purpose() if cls else self.marker.help)
        if kind != self._kind:
            self._kind = kind
            self._rebuild(tuple(cls.specs.values()) if cls else ())
        if self.form:
            self.form.show_values(self._own(), self.around, fresh=True)

    def read(self) -> Value:
        return self.value

    def _own(self) -> Frozen[str, Value]:
        return self.value.drop("kind")

    def _rebuild(self, fields: tuple[Field, ...]) -> None:
        assert self.below is not None
        if self.form:
            old = cast(QWidget, self.form)
            old.hide()
            self.inner.removeWidget(old)
            old.deleteLater()
        self.form = self.nest(fields) if fields else None
        if self.form:
            self.inner.addWidget(cast(QWidget, self.form))
            self.form.edited.connect(lambda name, value: self._put(self.value.put(name, value)))
            self.form.cleared.connect(lambda name: self._put(self.value.drop(name)))
            self.form.settled.connect(self.settled)
            self.form.reverted.connect(self.reverted)
        self.below.setVisible(self.form is not None)

    def _put(self, value: Frozen[str, Value]) -> None:
        self.value = value
        self.changed.emit(value)

    def _choose(self, kind: str) -> None:
        """Another kind; what it has in common with the one before stays."""
        if kind == self.value.get("kind", ""):
            return
        cls = self.registry.get(kind)
        if cls is None:
            value: Frozen[str, Value] = Frozen()
        else:
            kept = {name: value for name, value in self._own().items() if name in cls.specs}
            value = Frozen({"kind": kind, **kept, **_zeros(cls.specs.values(), self.around)})
        self.show_value(value)
        self.changed.emit(value)

    def set_bad(self, bad: bool) -> None:
        restyle(self.combo, state="bad" if bad else "")


def _zeros(fields: Any, around: Around) -> dict[str, Value]:
    """Numbers to begin with, where they are to be typed one by one and their shape is known."""
    weight = around.weights.get("")
    if not weight:
        return {}
    shape = weight.shape
    return {f.name: _filled(shape) for f in fields if isinstance(f.marker, Array) and prod(shape) <= f.marker.most}


def _filled(shape: tuple[int, ...]) -> Value:
    return tuple(_filled(shape[1:]) for _ in range(shape[0])) if shape else 0.0
