"""Fields: the form of one declared thing of the data, whichever kind it is; it tells the whole thing as edited."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.spec import Declaration, Registry
from dlstudio.ui.forms.around import Around
from dlstudio.ui.forms.form import Form
from dlstudio.ui.panels.data.changes import Raw, with_field

AROUND = Around()


class Fields(QWidget):
    """Shows the fields of a thing; another kind brings other fields."""

    edited = Signal(object, str)
    """The thing as it shall be, and the field that was edited."""
    settled = Signal()
    reverted = Signal(str)

    def __init__(self, registry: Registry[Any], *, without: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.registry, self.without = registry, without
        self.raw: Raw = Frozen()
        self.cls: type[Declaration] | None = None
        self.form: Form | None = None
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)

    def show_thing(self, raw: Raw) -> None:
        """The thing as the document has it."""
        cls = self.registry.get(str(raw.get("kind", "")))
        fresh = cls is not self.cls
        if fresh:
            self._rebuild(cls)
        self.raw = raw
        if self.form:
            self.form.show_values({name: value for name, value in raw.items() if name != "kind"}, AROUND, fresh=fresh)

    def _rebuild(self, cls: type[Declaration] | None) -> None:
        if self.form:
            self.column.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()
        self.cls, self.form = cls, None
        wanted = [field for field in cls.specs.values() if field.name not in self.without] if cls else []
        if wanted:
            form = Form(wanted)
            form.edited.connect(self._edit)
            form.cleared.connect(lambda name: self._edit(name, form.rows[name].field.default))
            form.settled.connect(self.settled)
            form.reverted.connect(self.reverted)
            self.column.addWidget(form)
            self.form = form

    def _edit(self, name: str, value: Value) -> None:
        if self.cls:
            self.raw = with_field(self.raw, self.cls, name, value)
            self.edited.emit(self.raw, self.cls.specs[name].label)
