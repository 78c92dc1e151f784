"""PT2 lengths: what an exported program says of an axis, such as Mul(Integer(8), Symbol('s0')), as a number."""

import ast
from collections.abc import Callable, Mapping
from math import prod

from dlstudio.core.issue import ProjectProblem

SOME = 8
"""How long an axis is taken to be that may have any length, other than that of the samples."""

_FUNCTIONS: Mapping[str, Callable[[list[int]], int]] = {
    "Add": sum,
    "Mul": prod,
    "FloorDiv": lambda given: given[0] // given[1],
    "CleanDiv": lambda given: given[0] // given[1],
    "PythonMod": lambda given: given[0] % given[1],
    "Mod": lambda given: given[0] % given[1],
    "Max": max,
    "Min": min,
    "Integer": lambda given: given[0],
}


def symbols(text: str) -> list[str]:
    """The names of the free lengths in an expression."""
    calls = [part for part in ast.walk(_parsed(text)) if isinstance(part, ast.Call) and _called(part) == "Symbol"]
    return [str(ast.literal_eval(call.args[0])) for call in calls]


def length(text: str, known: Mapping[str, int]) -> int:
    """The value of an expression."""
    try:
        return _value(_parsed(text), known)
    except (ZeroDivisionError, IndexError, ValueError) as problem:
        raise _strange(text) from problem


def _parsed(text: str) -> ast.expr:
    if len(text) > 10_000:
        raise _strange(text[:100])
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, RecursionError, MemoryError) as problem:
        raise _strange(text) from problem


def _value(part: ast.expr, known: Mapping[str, int]) -> int:
    if isinstance(part, ast.Constant) and isinstance(part.value, int):
        return part.value
    if isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.USub):
        return -_value(part.operand, known)
    if isinstance(part, ast.Call) and _called(part) == "Symbol":
        return known.get(str(ast.literal_eval(part.args[0])), SOME)
    if isinstance(part, ast.Call) and _called(part) in _FUNCTIONS:
        return _FUNCTIONS[_called(part)]([_value(each, known) for each in part.args])
    raise _strange(ast.unparse(part))


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _strange(text: str) -> ProjectProblem:
    return ProjectProblem(f"The program has a length {text[:100]}, which cannot be read here. Export it again.")
