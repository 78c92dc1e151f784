"""Schedule code: a declared schedule as functions of the step, written from its own methods."""

import ast
import inspect
import textwrap
from collections.abc import Mapping
from typing import TypeGuard

from dlstudio.catalog.schedules import Schedule
from dlstudio.exchange.specialised import specialised

EPOCH = "step // STEPS_PER_EPOCH"
TAKEN = {"step": "step", "epoch": EPOCH, "total_steps": "TOTAL_STEPS", "steps_per_epoch": "STEPS_PER_EPOCH"}
SLOWER = {
    name: text.replace("TOTAL_STEPS", "SLOWER_STEPS").replace("STEPS_PER_EPOCH", "SLOWER_STEPS_PER_EPOCH")
    for name, text in TAKEN.items()
}
"""The same for a player who takes fewer steps than there are batches."""
FACTOR = "The share of the full learning rate at a step."
AFTER = "What is remembered of the validations, and by what the rate is multiplied."


def schedule_code(form: Schedule, name: str = "factor", taken: Mapping[str, str] = TAKEN) -> list[str]:
    """Definitions of which the last is factor(step); what a form's fields say stands in them as numbers."""
    return _code(form, "at", f"def {name}(step: int) -> float:", FACTOR, taken)


def validation_code(form: Schedule) -> list[str]:
    """Definitions of which the last says what a schedule that waits for a measure remembers of it."""
    head = "def after_validation(state: dict[str, Any], metric: float) -> dict[str, Any]:"
    return _code(form, "update", head, AFTER, TAKEN)


def _code(form: Schedule, method: str, head: str, doc: str, taken: Mapping[str, str]) -> list[str]:
    first, *more = _used(form, method)
    made = [ast.unparse(_written(form, name, taken)) for name in more[::-1]]
    body = _written(form, first, taken).body
    body = body[1:] if isinstance(body[0], ast.Expr) else body
    lines = textwrap.indent("\n".join(map(ast.unparse, body)), "    ")
    made.append(f'{head}\n    """{doc}"""\n{lines}')
    return [specialised(text, {}) for text in made]


def _method(form: Schedule, name: str) -> ast.FunctionDef:
    [found] = ast.parse(textwrap.dedent(inspect.getsource(getattr(type(form), name)))).body
    assert isinstance(found, ast.FunctionDef)
    return found


def _used(form: Schedule, name: str) -> list[str]:
    """The method and those of its own that it calls, each after who calls it."""
    found = [name]
    for one in found:
        for part in ast.walk(_method(form, one)):
            if _of(part, "self") and part.attr not in form.specs and part.attr not in found:
                found.append(part.attr)
    return found


def _of(part: ast.AST, owner: str) -> TypeGuard[ast.Attribute]:
    return isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == owner


def _written(form: Schedule, name: str, taken: Mapping[str, str]) -> ast.FunctionDef:
    made: ast.FunctionDef = _Plain(form, taken).visit(_method(form, name))
    made.args.args = [each for each in made.args.args if each.arg not in ("self", "now")]
    return ast.fix_missing_locations(made)


class _Plain(ast.NodeTransformer):
    """Writes fields as their values, methods as functions, and moments as a step."""

    def __init__(self, form: Schedule, taken: Mapping[str, str]) -> None:
        self.form, self.taken = form, taken

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if _of(node.func, "now"):
            unit = str(self.form.values()["unit"])
            return self._moment({"steps": "step", "epochs": "epoch"}[unit])
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if _of(node, "self"):
            values = self.form.values()
            return ast.parse(repr(values[node.attr]), mode="eval").body if node.attr in values else ast.Name(node.attr)
        if _of(node, "now"):
            return self._moment(node.attr)
        return self.generic_visit(node)

    def _moment(self, name: str) -> ast.expr:
        return ast.parse(self.taken[name], mode="eval").body
