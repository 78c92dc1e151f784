"""Form: a row for each field of anything declared; it takes raw values and tells edits, and knows no session."""

from collections.abc import Iterable, Mapping
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dlstudio.core.frozen import Value
from dlstudio.core.spec import Field
from dlstudio.ui.forms.around import Around, Mixed
from dlstudio.ui.forms.measures import INDENT, LABEL
from dlstudio.ui.forms.row import Row
from dlstudio.ui.forms.table import editor


class Form(QWidget):
    """The fields of one declaration, in its order."""

    edited = Signal(str, object)
    """A field has a new value, one that it may hold."""
    cleared = Signal(str)
    """A field goes back to its default."""
    settled = Signal()
    """The user is done with a field; what comes next is another step."""
    reverted = Signal(str)
    """What was done to a field since it was settled is not meant."""

    def __init__(self, fields: Iterable[Field], *, depth: int = 0) -> None:
        super().__init__()
        self.fields = tuple(fields)
        self.rows: dict[str, Row] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for field in self.fields:
            row = Row(field, editor(field, partial(Form, depth=depth + 1)), LABEL - depth * INDENT)
            row.edited.connect(self.edited)
            row.cleared.connect(self.cleared)
            row.settled.connect(self.settled)
            row.reverted.connect(self.reverted)
            self.rows[field.name] = row
            column.addWidget(row)

    def show_values(self, raw: Mapping[str, Value | Mixed], around: Around, *, fresh: bool = False) -> None:
        """Shows the values of a thing; what is not said is the default. `fresh` for another thing than before."""
        for name, row in self.rows.items():
            row.show_value(raw.get(name, row.field.default), around, fresh=fresh)
