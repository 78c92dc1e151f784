"""Options: the options of a format as a form, built from its declaration."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dlstudio.catalog.formats import Format
from dlstudio.core.frozen import Frozen, Value
from dlstudio.ui.forms.around import Around
from dlstudio.ui.forms.form import Form
from dlstudio.ui.panels.inspector.page import label

AROUND = Around()


class Options(QWidget):
    """Each format keeps what was set for it while the dialog is open."""

    changed = Signal()
    """Something was typed, whether it can be taken or not."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "clear")
        self.form: Form | None = None
        self._kind = ""
        self._values: dict[str, Frozen[str, Value]] = {}
        self.head, self.none = label("Options", "small"), label("This format has no options.", "muted")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(6)
        self.column.addWidget(self.head)
        self.column.addWidget(self.none)

    def show_format(self, form: type[Format]) -> None:
        """The fields of another format."""
        if self.form:
            self.form.hide()
            self.column.removeWidget(self.form)
            self.form.deleteLater()
        self._kind, self.form = form.kind, None
        self.none.setVisible(not form.specs)
        if form.specs:
            self.form = Form(form.specs.values())
            self.form.setProperty("role", "clear")
            self.form.edited.connect(lambda name, value: self._put(self.values.put(name, value)))
            self.form.cleared.connect(lambda name: self._put(self.values.drop(name)))
            self.column.addWidget(self.form)
            self.form.show_values(self.values, AROUND, fresh=True)
            for row in self.form.rows.values():
                for heard in (row.editor.changed, row.editor.failed, row.editor.settled, row.editor.reverted):
                    heard.connect(self.changed)

    @property
    def values(self) -> Frozen[str, Value]:
        """What was set for the format that is shown."""
        return self._values.get(self._kind, Frozen())

    @property
    def wrong(self) -> str:
        """What of it cannot be taken as it was typed."""
        rows = self.form.rows.values() if self.form else ()
        return next((f"The {row.field.label} cannot be what was typed." for row in rows if row.bad), "")

    def _put(self, values: Frozen[str, Value]) -> None:
        self._values[self._kind] = values
        if self.form:
            self.form.show_values(values, AROUND)
