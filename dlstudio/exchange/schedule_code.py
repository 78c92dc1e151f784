"""Schedule code: a declared schedule as functions of the step and the epoch, written from its own methods."""

import ast
import inspect
import textwrap
from typing import TypeGuard

from dlstudio.catalog.schedules import Schedule

TAKEN = {"step": "step", "epoch": "epoch", "total_steps": "TOTAL_STEPS", "steps_per_epoch": "STEPS_PER_EPOCH"}


def schedule_code(form: Schedule) -> list[str]:
    """Definitions of which the last is factor(step, epoch); what a form's fields say stands in them as numbers."""
    names = _used(form, "at")
    return [ast.unparse(ast.fix_missing_locations(_written(form, name))) for name in [*names[:0:-1], "at"]]


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


def _written(form: Schedule, name: str) -> ast.FunctionDef:
    method = _method(form, name)
    made: ast.FunctionDef = _Plain(form).visit(method)
    made.args.args = [each for each in made.args.args if each.arg not in ("self", "now")]
    if name == "at":
        made.name = "factor"
        made.args.args = [ast.arg("step", ast.Name("int")), ast.arg("epoch", ast.Name("int"))]
    return made


class _Plain(ast.NodeTransformer):
    """Writes fields as their values, methods as functions, and moments as a step and an epoch."""

    def __init__(self, form: Schedule) -> None:
        self.form = form

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if _of(node.func, "now"):
            unit = str(self.form.values()["unit"])
            return ast.Name({"steps": "step", "epochs": "epoch"}[unit])
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if _of(node, "self"):
            values = self.form.values()
            return ast.parse(repr(values[node.attr]), mode="eval").body if node.attr in values else ast.Name(node.attr)
        if _of(node, "now"):
            return ast.Name(TAKEN[node.attr])
        return self.generic_visit(node)
