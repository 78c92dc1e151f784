"""Editor: the base of all editors: it shows one value, and says what the user makes of it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from dlstudio.core.fields import FieldProblem
from dlstudio.core.frozen import Value
from dlstudio.core.spec import Field
from dlstudio.ui.forms.around import Around, Mixed


class Editor(QWidget):
    """One field of a form. It takes values and gives values, and knows nothing of documents."""

    changed = Signal(object)
    """A value that was typed or chosen; whether the field may hold it is not yet said."""
    failed = Signal(str)
    """Why what was typed is no value at all, as the end of a sentence."""
    settled = Signal()
    """The user is done with it: Enter, or the focus went elsewhere."""
    reverted = Signal()
    """Escape: what was typed since the focus came is not meant."""

    nudges = False
    """Whether the value goes up and down by keys and by dragging the label."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field
        self.below: QWidget | None = None
        """What stands under the field, as wide as the form."""
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(4)

    def take(self, widget: QWidget) -> None:
        """Puts in what has the focus."""
        widget.setAccessibleName(self.field.label)
        self.row.addWidget(widget, 1)
        if self.focusProxy() is None:
            self.setFocusProxy(widget)

    def show_value(self, value: Value | Mixed) -> None:
        """Shows a value instead of what was shown."""
        raise NotImplementedError

    def read(self) -> Value:
        """What it shows, or a FieldProblem."""
        raise FieldProblem("must be given")

    def say(self, value: Value) -> str:
        """A value in few words."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        return str(value.get("kind", "default")) if isinstance(value, dict) else str(value) or "none"

    def set_around(self, around: Around) -> None:
        """Takes over other surroundings."""

    def set_bad(self, bad: bool) -> None:
        """A red edge, or none."""

    def nudge(self, steps: int) -> None:
        """The value so many steps up or down."""


def restyle(widget: QWidget, **properties: str) -> None:
    """Sets properties that the style sheet looks at."""
    if all((widget.property(name) or "") == value for name, value in properties.items()):
        return
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
