"""Form: a row for each field of anything declared; it takes raw values and tells edits, and knows no session."""

from collections.abc import Iterable, Mapping
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dlstudio.core.frozen import Value
from dlstudio.core.spec import Field
from dlstudio.ui.forms.around import Around, Mixed
from dlstudio.ui.forms.measures import GAP, INDENT, LABEL
from dlstudio.ui.forms.row import Row
from dlstudio.ui.forms.table import editor

ALL = 10_000


class Form(QWidget):
    """The fields of one declaration, in its order; rows are made when they are first needed, or before by `grow`."""

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
        self.nesting = depth
        self.rows: dict[str, Row] = {}
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(GAP)

    def grow(self, most: int = ALL) -> bool:
        """Makes rows that are not there yet; whether there were any to make."""
        missing = self.fields[len(self.rows) :][:most]
        for field in missing:
            row = Row(field, editor(field, partial(Form, depth=self.nesting + 1)), LABEL - self.nesting * INDENT)
            row.edited.connect(self.edited)
            row.cleared.connect(self.cleared)
            row.settled.connect(self.settled)
            row.reverted.connect(self.reverted)
            self.rows[field.name] = row
            self.column.addWidget(row)
        return bool(missing)

    def grow_with(self, raw: Mapping[str, Value | Mixed], around: Around) -> bool:
        """Makes one more row with the value that it is going to show; whether there was one to make."""
        if not self.grow(1):
            return False
        field = self.fields[len(self.rows) - 1]
        self.rows[field.name].show_value(raw.get(field.name, field.default), around, fresh=True)
        return True

    def show_values(self, raw: Mapping[str, Value | Mixed], around: Around, *, fresh: bool = False) -> None:
        """Shows the values of a thing; what is not said is the default. `fresh` for another thing than before."""
        self.grow()
        for name, row in self.rows.items():
            row.show_value(raw.get(name, row.field.default), around, fresh=fresh)
