"""Slots: which values of a class are the same wherever it is used, and which become constructor arguments."""

import ast
from collections.abc import Mapping, Sequence

from dlstudio.compiler.names import word
from dlstudio.core import expression
from dlstudio.core.frozen import Value

_PLAIN = (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod)

ENOUGH, TIMES = 3, range(2, 9)
"""How many different values make a multiple of an argument more than a coincidence, and which multiples count."""


class Slots:
    """The values of one class over all its variants; those that differ are asked for by name."""

    def __init__(self, arguments: Sequence[Mapping[str, Value]]) -> None:
        self.variants = len(arguments)
        self.parameters: dict[str, tuple[Value, ...]] = {}
        self.kept: dict[str, str] = {}
        names = arguments[0] if arguments else {}
        self._arguments = {name: tuple(each[name] for each in arguments) for name in names}
        self._texts = {repr(values): name for name, values in self._arguments.items()}

    def text(self, node: str, name: str, values: Sequence[Value], raw: Value = None) -> str:
        """How the value is written in the constructor: a literal, an argument, or an expression of arguments."""
        if len({repr(value) for value in values}) == 1:
            return repr(values[0])
        key, wanted = repr(tuple(values)), tuple(values)
        if said := self._expression(raw, wanted):
            self._texts[key] = said
        elif key not in self._texts:
            self._texts[key] = self._multiple(wanted) or self._new(node, name, wanted)
        return self._use(self._texts[key])

    def held(self, node: str, name: str, values: Sequence[Value], raw: Value = None) -> str:
        """How the value is written in the forward pass: a literal or an attribute."""
        text = self.text(node, name, values, raw)
        if len({repr(value) for value in values}) == 1:
            return text
        attribute = f"{word(node)}_{name}"
        self.kept[attribute] = text
        return f"self.{attribute}"

    def _use(self, text: str) -> str:
        for name, values in self._arguments.items():
            if name in expression.names(text):
                self.parameters.setdefault(name, values)
        return text

    def _new(self, node: str, name: str, values: tuple[Value, ...]) -> str:
        taken = {*self.parameters, *self._arguments}
        wanted = name if name not in taken else f"{word(node)}_{name}"
        self.parameters[wanted] = values
        return wanted

    def _given(self, variant: int) -> dict[str, Value]:
        return {name: values[variant] for name, values in self._arguments.items()}

    def _multiple(self, values: tuple[Value, ...]) -> str | None:
        """Several times an argument, where three places or more agree on it: so 4·width comes in again."""
        if len(set(values)) < ENOUGH or not all(type(value) is int for value in values):
            return None
        for name, given in self._arguments.items():
            if all(type(each) is int and each > 0 for each in given):
                for times in TIMES:
                    if values == tuple(each * times for each in given):
                        return f"{name} * {times}"
        return None

    def _expression(self, raw: Value, values: tuple[Value, ...]) -> str | None:
        """The user's own expression, where Python's arithmetic means the same as ours and gives these values."""
        if not isinstance(raw, str) or not raw.startswith("="):
            return None
        tree = expression.parse(raw[1:])
        operators = [part.op for part in ast.walk(tree) if isinstance(part, ast.BinOp)]
        if any(isinstance(part, ast.Call) for part in ast.walk(tree)) or not all(
            isinstance(o, _PLAIN) for o in operators
        ):
            return None
        if tuple(expression.evaluate(raw[1:], self._given(i)) for i in range(self.variants)) != values:
            return None
        return expression.write(raw[1:], {name: name for name in self._arguments}, {})
