"""Flag: an editor for yes or no."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox

from dlstudio.core.frozen import Value
from dlstudio.core.spec import Field
from dlstudio.ui.forms.around import MIXED, Mixed
from dlstudio.ui.forms.editor import Editor


class FlagEditor(Editor):
    """A box to tick."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.box = QCheckBox()
        self.take(self.box)
        self.box.clicked.connect(lambda: self.changed.emit(self.read()))

    def show_value(self, value: Value | Mixed) -> None:
        self.box.setTristate(value is MIXED)
        partly = Qt.CheckState.PartiallyChecked
        self.box.setCheckState(
            partly if value is MIXED else Qt.CheckState.Checked if value else Qt.CheckState.Unchecked
        )

    def read(self) -> Value:
        return self.box.checkState() != Qt.CheckState.Unchecked
