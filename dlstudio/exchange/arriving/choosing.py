"""Choosing: which of the things that a Python file defines is the model."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from dlstudio.core.issue import ProjectProblem
from dlstudio.exchange.arriving.mishaps import told

LOADS = ("load", "load_model")
"""Functions that make a network with its weights, where they say that they give one."""
MAKES = ("model", "build", "make", "get_model", "create_model")


def shapes(module: ModuleType) -> tuple[tuple[int, ...], ...]:
    """The shape of one sample at each input, where a file that dlstudio wrote says it."""
    said = getattr(module, "INPUTS", None)
    found = [each.get("shape") for each in said.values() if isinstance(each, dict)] if isinstance(said, dict) else []
    sizes = [each for each in found if isinstance(each, tuple) and all(isinstance(n, int) and n > 0 for n in each)]
    return tuple(sizes) if isinstance(said, dict) and len(sizes) == len(said) else ()


def chosen(module: ModuleType, name: str) -> Any:
    """The model in a module: the one that was named, or the only one that stands for itself."""
    from torch import nn

    if name:
        if not hasattr(module, name):
            raise ProjectProblem(f"there is no {name} in it; there are {', '.join(_names(module)) or 'no models'}.")
        return _made(module, name)
    there = _different({each: value for each, value in vars(module).items() if isinstance(value, nn.Module)})
    if len(there) == 1:
        return vars(module)[there[0]]
    loading = [each for each in _functions(module) if each in LOADS and _gives_model(vars(module)[each])]
    if len(loading) == 1 and not there:
        return _made(module, loading[0])
    models = dict(_instances(module))
    outer = [n for n, m in models.items() if not any(_holds(other, m) for o, other in models.items() if o != n)]
    if len(outer) == 1:
        return models[outer[0]]
    return _ask(module, [*there, *outer])


def _ask(module: ModuleType, found: list[str]) -> Any:
    if found:
        raise ProjectProblem(f"there are several models in it: {', '.join(found)}. Say which one: --class {found[0]}.")
    made = [name for name in _functions(module) if name in MAKES]
    if len(made) == 1:
        return _made(module, made[0])
    if names := _names(module):
        raise ProjectProblem(
            f"{', '.join(names)} cannot be made without arguments. Add a function that makes it, such as "
            f"def model(): return {names[0]}(...), and say its name: --class model."
        )
    raise ProjectProblem("there is no class in it that derives from nn.Module.")


def _names(module: ModuleType) -> list[str]:
    from torch import nn

    return _different(
        {
            name: value
            for name, value in vars(module).items()
            if isinstance(value, nn.Module) or (_own_class(value, module) and issubclass(value, nn.Module))
        }
    )


def _different(things: Mapping[str, object]) -> list[str]:
    """The names of things, one for each where it has several."""
    first: dict[int, str] = {}
    for name, thing in things.items():
        first.setdefault(id(thing), name)
    return list(first.values())


def _gives_model(what: Callable[..., Any]) -> bool:
    """Whether a function says that it gives a network."""
    from torch import nn

    said = inspect.signature(what).return_annotation
    return isinstance(said, type) and issubclass(said, nn.Module)


def _own_class(value: object, module: ModuleType) -> bool:
    return isinstance(value, type) and value.__module__ == module.__name__


def _functions(module: ModuleType) -> list[str]:
    """Functions of the file that need no arguments."""
    own = {n: v for n, v in vars(module).items() if inspect.isfunction(v) and v.__module__ == module.__name__}
    return [name for name, value in own.items() if not name.startswith("_") and _bare(value)]


def _bare(what: Callable[..., Any]) -> bool:
    """Whether something can be called without arguments."""
    try:
        parameters = inspect.signature(what).parameters.values()
    except (TypeError, ValueError):
        return False
    free = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return all(each.default is not each.empty or each.kind in free for each in parameters)


def _instances(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """One of each class of models that can be made without arguments."""
    from torch import nn

    classes = {name: value for name, value in vars(module).items() if _own_class(value, module) and _bare(value)}
    for name in _different(classes):
        if issubclass(classes[name], nn.Module):
            yield name, _made(module, name)


def _made(module: ModuleType, name: str) -> Any:
    from torch import nn

    value = vars(module)[name]
    if isinstance(value, nn.Module):
        return value
    if not callable(value) or not _bare(value):
        raise ProjectProblem(f"{name} cannot be made without arguments; add a function that makes it, and name that.")
    with told(Path(str(module.__file__))):
        made = value()
    if not isinstance(made, nn.Module):
        raise ProjectProblem(f"{name} gives a {type(made).__name__}, not a model.")
    return made


def _holds(outer: Any, inner: Any) -> bool:
    return any(type(part) is type(inner) for part in outer.modules() if part is not outer)
