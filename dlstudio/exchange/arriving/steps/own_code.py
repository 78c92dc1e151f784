"""Own code: a module that cannot be drawn, as a layer that carries its Python, where that was allowed."""

import ast
import inspect
import linecache
from collections.abc import Iterator
from typing import Any

from torch import nn

from dlstudio.exchange.arriving.scribe import Scribe, Unfit
from dlstudio.exchange.arriving.steps.rule import name_of
from dlstudio.exchange.arriving.trace import Step, Value, values
from dlstudio.exchange.arriving.transformers import bound


def carried(scribe: Scribe, step: Step) -> None:
    """A Custom layer with the class's source and the settings that it was made with."""
    part = step.module
    assert part is not None
    if not scribe.trace.allow_code:
        raise Unfit(
            "it goes where its data sends it, and Python of its own is carried along only where that is allowed"
        )
    settings = _settings(part)
    outs = list(values(step.out))
    results = ("y",) if len(outs) == 1 else tuple(f"y{i + 1}" for i in range(len(outs)))
    fields = {
        "code": _source(type(part)),
        "settings": settings,
        "results": results,
        "size": outs[0].sample,
        "dtype": outs[0].kind,
    }
    given = bound(part, step.args, dict(step.kwargs))
    inputs = {name: scribe.known(value) for name, value in given.items() if isinstance(value, Value)}
    _check(part, settings)
    made = scribe.layer("Custom", name_of(scribe, step), fields, inputs, results, part.state_dict())
    for value, name in zip(outs, made, strict=True):
        scribe.give(value, name)


def _settings(part: nn.Module) -> dict[str, Any]:
    """What the class was made with, as far as it remembers it under the same name."""
    found: dict[str, Any] = {}
    for name, parameter in list(inspect.signature(type(part).__init__).parameters.items())[1:]:
        value = vars(part).get(name, parameter.default)
        if isinstance(value, bool | int | float | str):
            found[name] = value
        elif parameter.default is parameter.empty and parameter.kind is parameter.POSITIONAL_OR_KEYWORD:
            raise Unfit(f"what its {name} was is not remembered")
    return found


def _check(part: nn.Module, settings: dict[str, Any]) -> None:
    shapes = [{name: x.shape for name, x in each.state_dict().items()} for each in (type(part)(**settings), part)]
    if shapes[0] != shapes[1]:
        raise Unfit("made again with what it remembers, it has other weights")


def _source(cls: type[nn.Module]) -> str:
    """The class's text, with the imports that it needs."""
    text = "".join(linecache.getlines(cls.forward.__code__.co_filename))
    try:
        body = ast.parse(text).body
    except SyntaxError:
        body = []
    found = next((node for node in body if isinstance(node, ast.ClassDef) and node.name == cls.__name__), None)
    if found is None:
        raise Unfit("its source cannot be read")
    used = {node.id for node in ast.walk(found) if isinstance(node, ast.Name)}
    return "\n".join([*_imports(body, used), "", "", ast.unparse(found)]) + "\n"


def _imports(body: list[ast.stmt], used: set[str]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [each for each in node.names if (each.asname or each.name.partition(".")[0]) in used]
            if names:
                kept = (
                    ast.Import(names)
                    if isinstance(node, ast.Import)
                    else ast.ImportFrom(node.module, names, node.level)
                )
                yield ast.unparse(kept)
