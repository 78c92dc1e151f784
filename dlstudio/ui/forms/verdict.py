"""Verdict: what a value of a field comes to, and what is wrong with it; without Qt."""

from collections.abc import Mapping

from dlstudio.core.expression import ExpressionProblem
from dlstudio.core.fields import FieldProblem, is_calculated
from dlstudio.core.frozen import Value, same
from dlstudio.core.spec import Field, accept
from dlstudio.ui.forms.around import MIXED, Mixed


def normal(field: Field, value: Value | Mixed) -> Value | Mixed:
    """The value in its normal form, expressions as they are."""
    if value is MIXED or is_calculated(value):
        return value
    try:
        return field.marker.accept(value)
    except FieldProblem:
        return value


def is_default(field: Field, value: Value | Mixed) -> bool:
    """Whether the field says what it says when nothing is said."""
    return value is not MIXED and same(normal(field, value), normal(field, field.default))


def judged(field: Field, value: Value | Mixed, arguments: Mapping[str, Value]) -> tuple[Value, str]:
    """The value with expressions calculated, and the sentence that tells why the field may not hold it."""
    if value is MIXED:
        return None, ""
    try:
        return accept(field.marker, value, arguments), ""
    except FieldProblem as problem:
        return None, sentence(field, str(problem))
    except ExpressionProblem as problem:
        return None, str(problem)


def sentence(field: Field, end: str) -> str:
    """A whole sentence about a field."""
    return f"The {field.label} {end}."
