"""Name: an editor for the name of a node or of a network that exists."""

from dlstudio.core.fields import NetworkName
from dlstudio.core.frozen import Value
from dlstudio.core.spec import Field
from dlstudio.ui.forms.around import MIXED, Around, Mixed
from dlstudio.ui.forms.choice import Combo
from dlstudio.ui.forms.editor import Editor, restyle


class NameEditor(Editor):
    """A list of what there is, and nothing."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.combo, self._value = Combo(), ""
        self._names: tuple[str, ...] = ("",)
        self.combo.addItem("none", "")
        self.take(self.combo)
        self.combo.activated.connect(lambda index: self.changed.emit(self.combo.itemData(index)))

    def set_around(self, around: Around) -> None:
        network = isinstance(self.field.marker, NetworkName)
        names = ("", *(around.networks if network else around.nodes))
        if names != self._names:
            self._names = names
            self.combo.clear()
            for name in names:
                self.combo.addItem(name or "none", name)
            self.show_value(self._value)

    def show_value(self, value: Value | Mixed) -> None:
        self._value = "mixed" if value is MIXED else str(value)
        self.combo.choose(self._value)

    def read(self) -> Value:
        return self._value if self.combo.currentIndex() < 0 else self.combo.currentData()

    def set_bad(self, bad: bool) -> None:
        restyle(self.combo, state="bad" if bad else "")
