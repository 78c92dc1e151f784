"""Table: which editor a field gets, by its marker."""

from collections.abc import Callable

from dlstudio.core import fields
from dlstudio.core.several import Several
from dlstudio.core.spec import Field
from dlstudio.ui.forms.array import ArrayEditor
from dlstudio.ui.forms.arrays import ArraysEditor
from dlstudio.ui.forms.choice import choice_editor
from dlstudio.ui.forms.code import CodeEditor
from dlstudio.ui.forms.declared import DeclaredEditor
from dlstudio.ui.forms.editor import Editor
from dlstudio.ui.forms.flag import FlagEditor
from dlstudio.ui.forms.name import NameEditor
from dlstudio.ui.forms.nested import Nest
from dlstudio.ui.forms.number import NumberEditor
from dlstudio.ui.forms.path import PathEditor
from dlstudio.ui.forms.sequence import SequenceEditor
from dlstudio.ui.forms.several import SeveralEditor
from dlstudio.ui.forms.size import SizeEditor
from dlstudio.ui.forms.text import FormulaEditor, TextEditor
from dlstudio.ui.forms.values import ValuesEditor

PLAIN: dict[type[fields.Marker], Callable[[Field], Editor]] = {
    fields.Int: NumberEditor,
    fields.Real: NumberEditor,
    fields.Flag: FlagEditor,
    fields.Choice: choice_editor,
    fields.NodeName: NameEditor,
    fields.NetworkName: NameEditor,
    fields.Formula: FormulaEditor,
    fields.Text: TextEditor,
    fields.Path: PathEditor,
    fields.Code: CodeEditor,
    fields.Size: SizeEditor,
    fields.Ints: SequenceEditor,
    fields.Reals: SequenceEditor,
    fields.Words: SequenceEditor,
    fields.Array: ArrayEditor,
    fields.Arrays: ArraysEditor,
    fields.Values: ValuesEditor,
}
"""The editors of fields that hold no form."""

NESTING: dict[type[fields.Marker], Callable[[Field, Nest], Editor]] = {
    fields.Declared: DeclaredEditor,
    Several: SeveralEditor,
}
"""The editors of fields that hold forms."""


def editor(field: Field, nest: Nest) -> Editor:
    """The editor for a field; a marker that has none of its own gets that of the marker it is made from."""
    for kind in type(field.marker).__mro__:
        if kind in NESTING:
            return NESTING[kind](field, nest)
        if kind in PLAIN:
            return PLAIN[kind](field)
    raise TypeError(f"no editor for {type(field.marker).__name__}")
