"""UserClass: what a piece of the user's own Python says about itself, read without running it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache


class CodeProblem(Exception):
    """Why a piece of code cannot be a node, in one sentence that names the line."""


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter of a function: its name, and whether it has a value when nothing is given."""

    name: str
    optional: bool
    by_name: bool = False
    """Whether it can only be given by its name."""

    @property
    def named(self) -> bool:
        """Whether a call says its name: others before it may be missing."""
        return self.optional or self.by_name


@dataclass(frozen=True, slots=True)
class UserClass:
    """A module class: its name, what its `forward` takes, and what its constructor takes."""

    name: str
    inputs: tuple[Argument, ...]
    settings: tuple[Argument, ...]
    any_setting: bool
    """Whether the constructor takes settings of any name (**kwargs), or its parent's."""


_RESERVED = ("self", "module")


@lru_cache(maxsize=256)
def read(code: str) -> UserClass:
    """The last class in the code that derives from nn.Module, or a CodeProblem."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, MemoryError, RecursionError) as problem:
        line = getattr(problem, "lineno", None)
        text = getattr(problem, "msg", None) or "this is not Python"
        raise CodeProblem(f"{f'Line {line}' if line else 'The code'}: {text}.") from None
    modules = _modules(tree)
    if not modules:
        raise CodeProblem(
            "The code has no class that derives from nn.Module. Write class Name(nn.Module) with forward."
        )
    cls = modules[-1]
    forward = _method(cls, "forward")
    if forward is None:
        raise CodeProblem(f"Line {cls.lineno}: the class {cls.name} has no method forward(self, x).")
    start = _method(cls, "__init__")
    settings = tuple(_arguments(start)) if start else ()
    return UserClass(cls.name, _inputs(forward), settings, bool(start is None or start.args.kwarg))


def _modules(tree: ast.Module) -> list[ast.ClassDef]:
    """The classes that derive from nn.Module, directly or through one before."""
    known = {"nn.Module", "torch.nn.Module", "Module"}
    found = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base) in known for base in node.bases):
            known.add(node.name)
            found.append(node)
    return found


def _method(cls: ast.ClassDef, name: str) -> ast.FunctionDef | None:
    return next((node for node in cls.body if isinstance(node, ast.FunctionDef) and node.name == name), None)


def _arguments(function: ast.FunctionDef) -> Iterator[Argument]:
    """The parameters after self."""
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    required = len(positional) - len(given.defaults)
    for i, each in enumerate(positional[1:], 1):
        yield Argument(each.arg, i >= required)
    for each, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
        yield Argument(each.arg, default is not None, by_name=True)


def _inputs(forward: ast.FunctionDef) -> tuple[Argument, ...]:
    given = forward.args
    if given.vararg or given.kwarg:
        star = f"*{given.vararg.arg}" if given.vararg else f"**{given.kwarg.arg if given.kwarg else ''}"
        raise CodeProblem(
            f"Line {forward.lineno}: forward takes {star}, so its inputs have no names. Name each: forward(self, a, b)."
        )
    if not given.posonlyargs and not given.args:
        raise CodeProblem(f"Line {forward.lineno}: forward needs self as its first parameter.")
    inputs = tuple(_arguments(forward))
    reserved = next((each.name for each in inputs if each.name in _RESERVED), None)
    if reserved:
        raise CodeProblem(f"Line {forward.lineno}: an input of forward cannot be called “{reserved}”; rename it.")
    if len(given.posonlyargs) > 1:
        raise CodeProblem(f"Line {forward.lineno}: forward has parameters before a /; leave the / out.")
    if all(each.optional for each in inputs):
        raise CodeProblem(f"Line {forward.lineno}: forward takes no input that is needed. Add one: forward(self, x).")
    return inputs
