"""Fields: every marker takes what it should, says what it takes otherwise, and never raises anything else."""

import copy
import math
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlstudio.core.fields import (
    Array,
    Arrays,
    Choice,
    Code,
    Declared,
    FieldProblem,
    Flag,
    Formula,
    Int,
    Ints,
    Real,
    Reals,
    Size,
    Text,
    Values,
    Words,
    calculate,
    is_calculated,
    show,
)
from dlstudio.core.frozen import Frozen, freeze, same
from tests.core import strategies as some

MARKERS = [
    Int(1, 100), Int(), Real(), Real(low=0, high=1), Real(low=0, open_low=True), Flag(), Choice(options=("a", "b", "")),
    Text(longest=5), Formula(), Code(), Size(), Size(dims=1), Size(dims=3, low=0), Ints(), Ints(least=1, most=2),
    Reals(), Reals(most=2), Array(), Array(most=3), Arrays(), Arrays(most=3), Words(), Words(options=("a",)), Values(),
    Declared(),
]  # fmt: skip

anything = st.one_of(
    some.values,
    st.sampled_from(
        [math.nan, math.inf, -math.inf, 10**400, -(10**400), 1e308, "1", "3x3", "yes", "a", (1, 2), (1.0,)]
    ),
)


def tried(take, value):
    """What was taken, or why not."""
    try:
        return take(value), ""
    except FieldProblem as problem:
        return None, str(problem)


@pytest.mark.parametrize("marker", MARKERS, ids=repr)
@given(anything)
def test_a_value_is_accepted_in_its_normal_form_or_refused(marker, value):
    taken, said = tried(marker.accept, value)
    assert len(said) < 300
    if not said:
        assert same(marker.accept(taken), taken)
        hash(taken)


@pytest.mark.parametrize("marker", MARKERS, ids=repr)
@given(
    st.one_of(
        st.text(max_size=30), st.sampled_from(["", "3", "3x3", "3×4×5", "1,2", "1e999", "nan", "9" * 50, "-1", "on"])
    )
)
def test_a_word_of_the_line_is_parsed_or_refused(marker, word):
    taken, said = tried(marker.parse, word)
    assert len(said) < 300
    if not said:
        assert same(marker.accept(taken), taken)


@pytest.mark.parametrize(
    ("marker", "value", "taken"),
    [
        (Int(), 3.0, 3),
        (Real(), 3, 3.0),
        (Flag(), 1, True),
        (Size(), 3, (3, 3)),
        (Size(), (3,), (3, 3)),
        (Size(), [3, 4.0], (3, 4)),
        (Ints(), 5, (5,)),
        (Reals(), (1, 2.5), (1.0, 2.5)),
        (Declared(), "xavier", Frozen(kind="xavier")),
        (Declared(), "", Frozen()),
    ],
)
def test_values_are_brought_into_their_normal_form(marker, value, taken):
    assert same(marker.accept(value), taken)


@pytest.mark.parametrize(
    ("marker", "value", "said"),
    [
        (Int(1, 100), 0, "must be from 1 to 100, not 0"),
        (Int(1, 100), True, "must be a whole number, not True"),
        (Int(1, 100), 1.5, "must be a whole number, not 1.5"),
        (Int(1), 0, "must be at least 1, not 0"),
        (Int(1), 2**40, "must be at most 2,147,483,647, not 1099511627776"),
        (Real(low=0, open_low=True), 0, "must be above 0, not 0"),
        (Real(low=0, high=1), 2, "must be at least 0 and at most 1, not 2"),
        (Real(), math.nan, "must be a number, not nan"),
        (Choice(options=("a", "")), "c", "must be one of a, (nothing), not “c”"),
        (Size(), (1, 2, 3), "needs one number or 2 (one for each direction), not 3"),
        (Size(), (1, 0), "must be from 1 to 65,536 in each direction, not 1×0"),
        (Words(options=("a",)), ("a", "b"), "knows only a, not “b”"),
    ],
)
def test_a_refusal_says_what_may_be_typed(marker, value, said):
    with pytest.raises(FieldProblem) as caught:
        marker.accept(value)
    assert str(caught.value) == said


@pytest.mark.parametrize("value", ["x" * 100, list(range(100)), 10**999, {"a": "b" * 99}, "short", 3])
def test_a_value_is_shown_in_forty_letters(value):
    shown = show(value)
    assert len(shown) <= 40
    assert shown.count("“") == shown.count("”")


@given(some.values)
def test_what_is_not_calculated_stays_as_it_is(value):
    if not is_calculated(value):
        assert same(calculate(value, {}), value)


def test_expressions_are_calculated_at_any_depth():
    value = freeze({"size": ["=c*2", 3, ["=c"]], "name": "c"})
    assert is_calculated(value)
    assert calculate(value, {"c": 5}) == freeze({"size": [10, 3, [5]], "name": "c"})


# Frozen values.


def test_a_frozen_mapping_never_changes():
    frozen = Frozen(a=1)
    for change in (
        lambda: frozen.__setitem__("a", 2),
        lambda: frozen.__delitem__("a"),
        lambda: frozen.update(a=2),
        lambda: frozen.setdefault("b", 2),
        lambda: frozen.pop("a"),
        frozen.popitem,
        frozen.clear,
        lambda: frozen.__ior__({"b": 2}),
    ):
        with pytest.raises(TypeError, match="never changes"):
            change()
    assert frozen == {"a": 1}


@given(some.tables(some.values))
def test_frozen_mappings_are_hashed_copied_and_pickled_by_value(frozen):
    other = Frozen(reversed(frozen.items()))
    assert other == frozen
    assert hash(other) == hash(frozen)
    assert copy.deepcopy(frozen) is frozen
    assert same(pickle.loads(pickle.dumps(frozen)), frozen)
    assert freeze(dict(frozen)) == frozen


def test_put_drop_and_merge_leave_the_first_as_it_was():
    frozen = Frozen(a=1)
    assert (frozen.put("b", 2), frozen.drop("a", "c"), frozen.merge({"a": 3})) == ({"a": 1, "b": 2}, {}, {"a": 3})
    assert frozen == {"a": 1}


@pytest.mark.parametrize(
    ("one", "other"), [(1, 1.0), (1, True), (0.0, -0.0), ((1,), (1.0,)), (Frozen(a=1), Frozen(a=True))]
)
def test_values_of_other_types_are_not_the_same(one, other):
    assert one == other
    assert not same(one, other)
    assert same(one, copy.deepcopy(one))
