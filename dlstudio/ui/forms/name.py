"""Name: an editor for the name of a node or of a network that exists."""

from PySide6.QtCore import QEvent, QObject

from dlstudio.core.fields import NetworkName
from dlstudio.core.frozen import Value
from dlstudio.core.spec import Field
from dlstudio.ui.forms.around import MIXED, Around, Mixed
from dlstudio.ui.forms.choice import Combo
from dlstudio.ui.forms.editor import Editor, restyle
from dlstudio.ui.mishap import guarded


class NameEditor(Editor):
    """A list of what there is, and nothing; it is filled when somebody turns to it, since there may be thousands."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.combo, self.value = Combo(), ""
        self.names: tuple[str, ...] = ("",)
        self._stale = False
        self.take(self.combo)
        self.combo.fill(("",))
        self.combo.installEventFilter(self)
        self.combo.activated.connect(lambda index: self.changed.emit(self.combo.itemData(index)))

    def set_around(self, around: Around) -> None:
        network = isinstance(self.field.marker, NetworkName)
        names = ("", *(around.networks if network else around.nodes))
        self._stale = self._stale or names != self.names
        self.names = names

    def show_value(self, value: Value | Mixed) -> None:
        self.value = "mixed" if value is MIXED else str(value)
        if self.value in self.names and self.combo.findData(self.value) < 0:
            self._fill()
        self.combo.choose(self.value)

    def _fill(self) -> None:
        self._stale = False
        self.combo.fill(self.names)
        self.combo.choose(self.value)

    @guarded
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        turned_to = event.type() in (QEvent.Type.FocusIn, QEvent.Type.MouseButtonPress)
        if turned_to and self._stale:
            self._fill()
        return False

    def read(self) -> Value:
        return self.value if self.combo.currentIndex() < 0 else self.combo.currentData()

    def set_bad(self, bad: bool) -> None:
        restyle(self.combo, state="bad" if bad else "")
