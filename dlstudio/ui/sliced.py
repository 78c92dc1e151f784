"""sliced: a package that takes longer than a turn to come into memory does so one statement after the other."""

import ast
import sys
from collections.abc import Generator, Iterator
from importlib import import_module
from importlib.abc import SourceLoader
from importlib.util import find_spec, module_from_spec
from inspect import GEN_RUNNING, getgeneratorstate
from types import ModuleType
from typing import Any


class Sliced(ModuleType):
    """A package of which some statements are still to come; who asks it for what is missing gets all of it at once."""

    __slices__: Generator[None]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or getgeneratorstate(self.__slices__) == GEN_RUNNING:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        for _ in self.__slices__:
            pass
        return getattr(self, name)


def slices(name: str) -> Iterator[None]:
    """Imports a package, or goes on with it, and rests after each statement at its top."""
    module = sys.modules.get(name) or _begun(name)
    if isinstance(module, Sliced):
        for _ in module.__slices__:  # not "yield from": who loses interest must not end it
            yield


def _begun(name: str) -> ModuleType:
    """A package with all its statements still to come; one that is not there as a text is imported as ever."""
    found = find_spec(name)
    source = found.loader.get_source(name) if found and isinstance(found.loader, SourceLoader) else None
    if found is None or source is None:
        return import_module(name)
    module = module_from_spec(found)
    module.__class__ = Sliced
    assert isinstance(module, Sliced)
    module.__slices__ = _run(module, source, found.origin or name)
    sys.modules[name] = module
    return module


def _run(module: ModuleType, source: str, file: str) -> Generator[None]:
    try:
        for statement in ast.parse(source, file).body:
            program = compile(ast.Module([statement], []), file, "exec", dont_inherit=True)
            exec(program, module.__dict__)  # noqa: S102 - what importlib does with the whole text
            yield
    except BaseException:
        sys.modules.pop(module.__name__, None)
        raise
    finally:
        module.__class__ = ModuleType
