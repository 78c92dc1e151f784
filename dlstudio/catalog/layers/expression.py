"""Expression: a formula of the user's own, number by number."""

import ast
import math
from collections.abc import Callable
from functools import lru_cache, reduce
from typing import Annotated, Any

from dlstudio.catalog.agreement import Branch, agree
from dlstudio.catalog.code import Code
from dlstudio.catalog.layer import Layer, Line, Port, layer
from dlstudio.catalog.refusal import Refused, expect_real
from dlstudio.core.expression import ExpressionProblem, evaluate, names, write
from dlstudio.core.fields import Formula
from dlstudio.core.tensor import Tensor

_FUNCTIONS: dict[str, tuple[str, Callable[[float], float]]] = {
    "exp": ("torch.exp", math.exp),
    "log": ("torch.log", math.log),
    "log2": ("torch.log2", math.log2),
    "sqrt": ("torch.sqrt", math.sqrt),
    "abs": ("torch.abs", abs),
    "sin": ("torch.sin", math.sin),
    "cos": ("torch.cos", math.cos),
    "tan": ("torch.tan", math.tan),
    "atan": ("torch.atan", math.atan),
    "sinh": ("torch.sinh", math.sinh),
    "cosh": ("torch.cosh", math.cosh),
    "tanh": ("torch.tanh", math.tanh),
    "erf": ("torch.erf", math.erf),
    "sigmoid": ("torch.sigmoid", lambda x: 1 / (1 + math.exp(-x))),
    "softplus": ("F.softplus", lambda x: math.log1p(math.exp(x))),
    "relu": ("F.relu", lambda x: max(x, 0.0)),
    "sign": ("torch.sign", lambda x: float((x > 0) - (x < 0))),
    "floor": ("torch.floor", math.floor),
    "ceil": ("torch.ceil", math.ceil),
    "round": ("torch.round", round),
}
"""Functions of one number: how torch calls them, and their value where the number is known."""

_EXTREMES = {"max": ("maximum", "clamp_min", max), "min": ("minimum", "clamp_max", min)}
"""Functions of many numbers: of two tensors, of a tensor and a number, of numbers."""

_WRITTEN = {name: text for name, (text, _) in _FUNCTIONS.items()} | {
    name: f"torch.{name}" for two in _EXTREMES.values() for name in two[:2]
}
_CONSTANTS = {"pi": math.pi}
KNOWN = (*_FUNCTIONS, *_EXTREMES)
"""What may be called in a formula."""


class _Settle(ast.NodeTransformer):
    """Works out the calls of plain numbers, which torch's functions do not take, and max and min by their arguments."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        assert isinstance(node.func, ast.Name)
        name, given = node.func.id, node.args
        if name not in KNOWN:
            raise ExpressionProblem(f"“{name}” is no function here; there are {', '.join(KNOWN)}.")
        if name in _FUNCTIONS and len(given) != 1:
            raise ExpressionProblem(f"{name} takes one number, not {len(given)}.")
        tensors = [each for each in given if _reads(each)]
        if not tensors:
            return ast.Constant(_known(name, [_number(each) for each in given]))
        if name in _FUNCTIONS:
            return node
        two, one, best = _EXTREMES[name]
        joined = reduce(lambda a, b: _call(two, a, b), tensors)
        numbers = [_number(each) for each in given if not _reads(each)]
        return _call(one, joined, ast.Constant(best(numbers))) if numbers else joined

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if not _reads(node):
            _number(node)
        return node


def _call(name: str, *given: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(given), [])


def _reads(part: ast.expr) -> bool:
    """Whether a part of the formula depends on an input."""
    return any(name not in _CONSTANTS for name in names(ast.unparse(part)))


def _number(part: ast.expr) -> float:
    return evaluate(ast.unparse(part), _CONSTANTS)


def _known(name: str, given: list[float]) -> float:
    try:
        return float(_FUNCTIONS[name][1](*given) if name in _FUNCTIONS else _EXTREMES[name][2](given))
    except (ValueError, OverflowError):
        raise ExpressionProblem(f"{name} has no value at {', '.join(f'{n:g}' for n in given)}.") from None


@lru_cache(maxsize=1024)
def torch_text(formula: str) -> str:
    """The formula as torch calculates it, with a hole for each input; an ExpressionProblem says what is wrong."""
    settled = ast.unparse(_Settle().visit(ast.parse(formula.strip(), mode="eval").body))
    holes = {name: f"{{{name}}}" for name in names(formula)}
    return write(settled, holes | {"pi": "torch.pi"}, _WRITTEN)


@layer(
    "Expression",
    line=Line(("expression", "expr", "formula"), ("expression",)),
    synonyms="formula, custom function, equation, divergence, arithmetic, f(x), lambda, LAY-49",
)
class Expression(Layer):
    """Calculates a formula of your own, number by number, such as a * sigmoid(b) + 1; gradients pass through it.

    Each name in the formula is an input. There are + - * / // % **, pi, and exp, log, log2, sqrt, abs, sin, cos, tan,
    atan, sinh, cosh, tanh, erf, sigmoid, softplus, relu, sign, floor, ceil, round, max and min."""

    examples = (
        {"expression": "x ** 2 / 2"},
        {"expression": "a * sigmoid(b) + (1 - a) * tanh(b)"},
        {"expression": "max(a, b, 0.1) - min(1, a) * sqrt(2) / pi"},
        {"expression": "exp(-(x ** 2)) / sqrt(2 * pi)"},
        {"expression": "-log(1 + exp(-x)) + abs(x - 1)"},
        {"expression": "p * log(abs(p) + 1) - 2 * cos(q % 3)"},
    )

    expression: Annotated[str, Formula(help="The formula; its names are the inputs")] = "a * b + 1"

    def ports_in(self) -> tuple[Port, ...]:
        return tuple(Port(name) for name in names(self.expression) if name not in _CONSTANTS)

    def shape(self, /, **ins: Any) -> Tensor:
        try:
            torch_text(self.expression)
        except ExpressionProblem as problem:
            raise Refused(str(problem), port="", code="formula") from None
        strange = [name for name in ins if name in ("self", "module") or name in KNOWN]
        if strange:
            raise Refused(f"An input cannot be called “{strange[0]}”; use another letter.", port="", code="formula")
        if not ins:
            raise Refused(
                f"“{self.expression}” has no input. Use names such as a and b in it.", port="", code="formula"
            )
        for port, x in ins.items():
            expect_real(x, "Expression", port=port)
        return agree("Expression", [Branch(port, x) for port, x in ins.items()])

    def forward(self, **ins: Any) -> Code:
        return Code(torch_text(self.expression))
