"""Safe arithmetic in text: block arguments (`=channels*2`) and expression nodes. Nothing is ever eval'ed."""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache

Number = int | float

MOST_LETTERS = 400
BIGGEST = 10**18
MOST_DIGITS = 20
_DEEP = "The expression is nested too deeply; make it flatter."

_BINARY: dict[type[ast.operator], tuple[str, Callable[[Number, Number], Number]]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mult: ("*", operator.mul),
    ast.Div: ("/", operator.truediv),
    ast.FloorDiv: ("//", operator.floordiv),
    ast.Mod: ("%", operator.mod),
    ast.Pow: ("**", operator.pow),
}
_UNARY: dict[type[ast.unaryop], tuple[str, Callable[[Number], Number]]] = {
    ast.USub: ("-", operator.neg),
    ast.UAdd: ("+", operator.pos),
}


def _round(number: Number, digits: Number = 0) -> Number:
    """Rounds to a number of digits; Python would count for hours with digits beyond measure."""
    if not isinstance(digits, int) or abs(digits) > MOST_DIGITS:
        raise ValueError(f"it rounds to at most {MOST_DIGITS} digits, a whole number")
    return round(number, digits) if digits else round(number)


_FUNCTIONS: dict[str, Callable[..., Number]] = {
    "min": min,
    "max": max,
    "abs": abs,
    "round": _round,
    "floor": math.floor,
    "ceil": math.ceil,
    "sqrt": math.sqrt,
    "log2": math.log2,
}


class ExpressionProblem(ValueError):
    """Why a text is no expression, or has no value, in one sentence."""


@lru_cache(maxsize=4096)
def parse(text: str) -> ast.expr:
    """The expression's tree, made of numbers, names, + - * / // % ** and calls of plain names."""
    if len(text) > MOST_LETTERS:
        raise ExpressionProblem(f"The expression is longer than {MOST_LETTERS} letters; shorten it.")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ExpressionProblem(f"“{text}” is not an expression such as channels*2 + 1.") from None
    for part in ast.walk(tree):
        if not _allowed(part):
            raise ExpressionProblem(
                f"“{text}” uses something beyond numbers, names, + - * / // % ** and functions; write it with those."
            )
    return tree


def _allowed(part: ast.AST) -> bool:
    if isinstance(part, ast.Constant):
        return type(part.value) in (int, float)
    if isinstance(part, ast.Call):
        return isinstance(part.func, ast.Name) and not part.keywords and bool(part.args)
    if isinstance(part, ast.BinOp):
        return type(part.op) in _BINARY
    if isinstance(part, ast.UnaryOp):
        return type(part.op) in _UNARY
    return isinstance(part, ast.Name | ast.Load | ast.operator | ast.unaryop)


def names(text: str) -> tuple[str, ...]:
    """The names that an expression reads, without those of functions, in order of appearance."""
    tree = parse(text)
    called = {id(part.func) for part in ast.walk(tree) if isinstance(part, ast.Call)}
    found = [part for part in ast.walk(tree) if isinstance(part, ast.Name) and id(part) not in called]
    found.sort(key=lambda part: (part.lineno, part.col_offset))
    return tuple(dict.fromkeys(part.id for part in found))


def evaluate(text: str, values: Mapping[str, Number]) -> Number:
    """The value of an expression; whole-number results stay whole."""
    try:
        result = _value(parse(text), values)
    except ZeroDivisionError:
        raise ExpressionProblem(f"“{text}” divides by zero.") from None
    except RecursionError:
        raise ExpressionProblem(_DEEP) from None
    except (OverflowError, ValueError, TypeError) as problem:
        if isinstance(problem, ExpressionProblem):
            raise
        raise ExpressionProblem(f"“{text}” has no value: {problem}.") from None
    if not math.isfinite(result):
        raise ExpressionProblem(f"“{text}” has no finite value.")
    return int(result) if isinstance(result, float) and result.is_integer() and abs(result) < BIGGEST else result


def _value(part: ast.expr, values: Mapping[str, Number]) -> Number:
    if isinstance(part, ast.Constant):
        assert isinstance(part.value, int | float)
        return _small(part.value)
    if isinstance(part, ast.Name):
        if part.id not in values:
            known = ", ".join(values) or "none"
            raise ExpressionProblem(f"“{part.id}” is not an argument of this network (it has: {known}).")
        if not isinstance(values[part.id], int | float):
            raise ExpressionProblem(f"“{part.id}” is no number.")
        return _small(values[part.id])
    if isinstance(part, ast.UnaryOp):
        return _UNARY[type(part.op)][1](_value(part.operand, values))
    if isinstance(part, ast.BinOp):
        left, right = _value(part.left, values), _value(part.right, values)
        if isinstance(part.op, ast.Pow) and (abs(right) > 64 or abs(left) > 1e9):
            raise ExpressionProblem("A power in the expression is too large.")
        return _small(_BINARY[type(part.op)][1](left, right))
    assert isinstance(part, ast.Call)
    assert isinstance(part.func, ast.Name)
    if part.func.id not in _FUNCTIONS:
        raise ExpressionProblem(f"“{part.func.id}” is no function here; there are {', '.join(_FUNCTIONS)}.")
    return _small(_FUNCTIONS[part.func.id](*(_value(argument, values) for argument in part.args)))


def _small(number: Number) -> Number:
    if isinstance(number, complex) or not abs(number) <= BIGGEST:
        raise ExpressionProblem(f"The expression grows beyond {BIGGEST:.0e}.")
    return number


def write(text: str, variables: Mapping[str, str], functions: Mapping[str, str]) -> str:
    """The expression as Python text anew from its tree, with names and functions put in from the two tables."""
    try:
        return _text(parse(text), variables, functions, 0)
    except RecursionError:
        raise ExpressionProblem(_DEEP) from None


def substitute(text: str, texts: Mapping[str, str]) -> str:
    """The expression with others put in for some of its names."""
    inside = {name: f"({texts[name]})" if name in texts else name for name in names(text)}
    return write(text, inside, {name: name for name in _FUNCTIONS})


_STRENGTH: dict[type[ast.operator], int] = {ast.Add: 1, ast.Sub: 1, ast.Pow: 4}


def _text(part: ast.expr, variables: Mapping[str, str], functions: Mapping[str, str], outer: int) -> str:
    if isinstance(part, ast.Constant):
        assert isinstance(part.value, int | float)
        return repr(_small(part.value))
    if isinstance(part, ast.Name):
        if part.id not in variables:
            known = ", ".join(variables) or "none"
            raise ExpressionProblem(f"“{part.id}” is not known in the expression (known are: {known}).")
        return variables[part.id]
    if isinstance(part, ast.UnaryOp):
        inner = _UNARY[type(part.op)][0] + _text(part.operand, variables, functions, 3)
        return f"({inner})" if outer > 2 else inner
    if isinstance(part, ast.BinOp):
        strength = _STRENGTH.get(type(part.op), 2)
        right_first = isinstance(part.op, ast.Pow)
        left = _text(part.left, variables, functions, strength + right_first)
        right = _text(part.right, variables, functions, strength + (not right_first))
        inner = f"{left} {_BINARY[type(part.op)][0]} {right}"
        return f"({inner})" if outer > strength else inner
    assert isinstance(part, ast.Call)
    assert isinstance(part.func, ast.Name)
    if part.func.id not in functions:
        raise ExpressionProblem(f"“{part.func.id}” is no function here; there are {', '.join(functions)}.")
    arguments = ", ".join(_text(argument, variables, functions, 0) for argument in part.args)
    return f"{functions[part.func.id]}({arguments})"
