"""Field markers: what a declared field may hold; one marker serves the form, the check, the file and the line."""

from dlstudio.core.fields.array import Array, Arrays, shape_of
from dlstudio.core.fields.calculated import calculate, is_calculated
from dlstudio.core.fields.choice import Choice, Flag, Words
from dlstudio.core.fields.declared import Declared, Values
from dlstudio.core.fields.lists import Ints, Reals, Size
from dlstudio.core.fields.marker import FieldProblem, Marker, show
from dlstudio.core.fields.number import Int, Real
from dlstudio.core.fields.text import Code, Formula, NetworkName, NodeName, Path, Text

__all__ = [
    "Array",
    "Arrays",
    "Choice",
    "Code",
    "Declared",
    "FieldProblem",
    "Flag",
    "Formula",
    "Int",
    "Ints",
    "Marker",
    "NetworkName",
    "NodeName",
    "Path",
    "Real",
    "Reals",
    "Size",
    "Text",
    "Values",
    "Words",
    "calculate",
    "is_calculated",
    "shape_of",
    "show",
]
