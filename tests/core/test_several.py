"""Several: a list of things that are declared elsewhere, read from every way in which it may be written."""

import pytest
from hypothesis import given

from dlstudio.core.fields import FieldProblem
from dlstudio.core.frozen import Frozen, same
from dlstudio.core.several import Several
from tests.core import strategies as some

L1 = Frozen({"kind": "L1"})


@pytest.mark.parametrize("said", ["L1", L1, ["L1"], ({"kind": "L1"},), ["L1", ""], [{}, {"kind": "L1"}]])
def test_one_or_many_with_fields_or_without(said):
    assert same(Several().accept(said), (L1,))


@given(some.values)
def test_a_value_is_accepted_in_its_normal_form_or_refused(value):
    try:
        taken = Several().accept(value)
    except FieldProblem:
        return
    assert same(Several().accept(taken), taken)
    hash(taken)


def test_words_are_kinds():
    assert Several().parse("L1,MaxNorm") == (L1, Frozen({"kind": "MaxNorm"}))


@pytest.mark.parametrize("said", [7, [7], [["L1"]], [{"strength": 1}], ["L1"] * 65])
def test_what_is_no_list_of_kinds_is_refused(said):
    with pytest.raises(FieldProblem, match="kind"):
        Several().accept(said)
