"""Expressions: the value that Python would give, written back to mean the same, and nothing dangerous."""

import ast
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlstudio.core import expression
from dlstudio.core.expression import ExpressionProblem, evaluate, names, parse, substitute, write

VALUES = {"channels": 64, "width": 3, "rate": 0.25, "zero": 0, "minus": -7}
FUNCTIONS = {
    "min": min, "max": max, "abs": abs, "round": round,
    "floor": math.floor, "ceil": math.ceil, "sqrt": math.sqrt, "log2": math.log2,
}  # fmt: skip

atoms = st.one_of(
    st.integers(0, 300).map(str),
    st.floats(0, 1e6, allow_nan=False).map(repr),
    st.sampled_from(sorted(VALUES)),
)


def grown(inner):
    pairs = st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "//", "%", "**"]), inner)
    return st.one_of(
        pairs.map(" ".join),
        inner.map("({})".format),
        inner.map("-{}".format),
        inner.map("+ {}".format),
        st.tuples(st.sampled_from(["floor", "ceil", "abs", "sqrt", "log2"]), inner).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(lambda p: f"{p[0]}({p[1]}, {p[2]})"),
    )


expressions = st.recursive(atoms, grown, max_leaves=8).filter(lambda text: len(text) <= 400)


def tame(text):
    """Whether Python itself could take forever over a power in it."""
    return not any(isinstance(part, ast.Pow) for part in ast.walk(ast.parse(text, mode="eval")))


def python(text):
    return eval(text, {"__builtins__": {}}, {**FUNCTIONS, **VALUES})


@given(expressions)
def test_a_value_is_the_one_that_python_gives(text):
    try:
        value = evaluate(text, VALUES)
    except ExpressionProblem:
        return
    expected = python(text)
    assert value == expected
    assert isinstance(value, int) or not float(value).is_integer() or abs(value) >= expression.BIGGEST


@given(expressions.filter(tame))
def test_only_what_has_no_small_finite_value_is_refused(text):
    try:
        expected = python(text)
    except (ArithmeticError, ValueError):
        with pytest.raises(ExpressionProblem):
            evaluate(text, VALUES)
        return
    if not isinstance(expected, complex) and abs(expected) < 1e5 and "*" not in text:
        assert evaluate(text, VALUES) == expected


@given(expressions)
def test_what_is_written_anew_means_the_same(text):
    try:
        again = write(text, {name: name for name in VALUES}, {name: name for name in FUNCTIONS})
    except ExpressionProblem:
        return
    assert ast.dump(parse(again)) == ast.dump(parse(text))


def outcome(text):
    try:
        return repr(evaluate(text, VALUES))
    except ExpressionProblem as problem:
        return f"{problem}".strip()


@given(expressions, expressions)
def test_one_expression_stands_for_a_name_of_another(text, inner):
    try:
        value = evaluate(inner, VALUES)
        direct = evaluate(text, {**VALUES, "channels": value})
        put_in = evaluate(substitute(text, {"channels": inner}), VALUES)
    except ExpressionProblem:
        return
    assert put_in == pytest.approx(direct)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("channels*2", 128),
        (" channels // 3 ", 21),
        ("7/2", 3.5),
        ("8/2", 4),
        ("2**-1", 0.5),
        ("-2**2", -4),
        ("(-2)**2", 4),
        ("2**3**2", 512),
        ("minus % 4", 1),
        ("round(2.567, 2)", 2.57),
        ("max(1, width, 2)", 3),
    ],
)
def test_expressions_have_values(text, value):
    assert evaluate(text, VALUES) == value
    assert type(evaluate(text, VALUES)) is type(value)


HOSTILE = [
    "", " ", "(", "1 +", "1 1", "a b", "=1", "x = 1", "x := 1", "(x := 1)", "\0", "1\0", "\ud800", "1;2",
    "import os", "__import__('os')", "__import__(1)", "().__class__", "channels.real", "channels[0]", "[1]",
    "(1, 2)", "{1}", "{1: 2}", "'a'", '"a"', "f'{channels}'", "b'1'", "lambda: 0", "(lambda: 0)()", "1 if 1 else 2",
    "1 < 2", "1 and 2", "not 1", "True", "None", "...", "1j", "~1", "1 @ 2", "1 << 99", "1 | 2", "[x for x in 1]",
    "max(*channels)", "max(channels, key=abs)", "max()", "eval(1)", "channels()", "(abs)(1)(2)", "await channels",
    "yield", "nobody", "abs", "min(1)", "max(3)", "9**9**9", "9**9**9**9", "2**65", "10**10**10", "1e9**64",
    "(10**17)*(10**17)", "9" * 399, "1e999", "-1e999", "1e999-1e999", "max(1e999, 1)", "floor(1e999)", "1/0",
    "1//0", "1%0", "0**-1", "(-8)**0.5", "sqrt(-1)", "log2(0)", "round(1, 1.5)", "round(1, 10**9)",
    "round(10**17, -10**9)", "abs(1, 2)", "sqrt('4')", "(" * 200 + "1" + ")" * 199, "1" + "+1" * 300, "huge",
    "huge*2", "word", "word*3", "nan", "infinite", "nothing",
]  # fmt: skip
STRANGE: dict[str, Any] = {
    **VALUES,
    "huge": 10**400,
    "word": "abc",
    "nan": math.nan,
    "infinite": math.inf,
    "nothing": None,
}


@pytest.mark.timeout(5)
@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_no_sum_of_numbers_is_refused(text):
    with pytest.raises(ExpressionProblem) as caught:
        evaluate(text, STRANGE)
    assert len(str(caught.value)) < 600


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "text",
    ["-" * 399 + "1", "(" * 80 + "1" + ")" * 80, "1" + "+1" * 199, "abs(" * 79 + "1" + ")" * 79, "2**" * 99 + "1"],
)
def test_deep_expressions_have_a_value_or_a_problem_even_deep_in_the_stack(text):
    def down(depth):
        return down(depth - 1) if depth else (outcome(text), names(text))

    assert down(300) == (outcome(text), names(text))
    assert down(800)[0] in (outcome(text), "The expression is nested too deeply; make it flatter.")


@given(st.text(alphabet="()+-*/%.,0123456789 abcehlmnstx_'\"[]{}:=!<>@~^&|\\\n", max_size=40))
def test_any_text_has_a_value_or_a_problem(text):
    said = outcome(text)
    assert said.endswith(".") or math.isfinite(float(said))


def test_the_names_that_an_expression_reads_are_told_in_their_order():
    assert names("b*max(a, b) + c") == ("b", "a", "c")
    assert names("3") == ()


def test_writing_puts_in_names_and_functions():
    assert write("sqrt(x)*-y", {"x": "self.x", "y": "y1"}, {"sqrt": "math.sqrt"}) == "math.sqrt(self.x) * (-y1)"


@pytest.mark.parametrize("text", ["z", "tan(x)", "1e999"])
def test_what_cannot_be_written_is_refused(text):
    with pytest.raises(ExpressionProblem):
        write(text, {"x": "x"}, {"sqrt": "math.sqrt"})
