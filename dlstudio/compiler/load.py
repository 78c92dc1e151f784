"""load: generated source becomes a class, and an error while it runs finds its node again."""

import linecache
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from types import TracebackType
from typing import TYPE_CHECKING

from dlstudio.compiler.emit import Source, emit
from dlstudio.core.document import MODEL, Project
from dlstudio.core.issue import ProjectProblem

if TYPE_CHECKING:
    from torch import nn

_numbers = count(1)
_places: dict[str, dict[int, tuple[str, str]]] = {}


@dataclass(frozen=True, slots=True)
class Blame:
    """Where in the project an exception arose."""

    network: str
    node: str
    line: int


def load(source: Source, *, allow_code: bool = False) -> "type[nn.Module]":
    """The class that the source defines; code of the user's own runs only where it is allowed."""
    if source.own_code and not allow_code:
        nodes = ", ".join(source.own_code)
        raise ProjectProblem(
            f"The project carries Python code of its own (in {nodes}), which has not run. Read it, then allow it."
        )
    name = f"dlstudio_generated_{next(_numbers)}"
    file = f"<dlstudio {source.class_name} {name.rsplit('_', 1)[1]}>"
    lines = source.text.splitlines(keepends=True)
    linecache.cache[file] = (len(source.text), None, lines, file)
    module = types.ModuleType(name)
    sys.modules[name] = module
    _places[file] = source.places
    exec(compile(source.text, file, "exec"), module.__dict__)  # noqa: S102 - this text was written by emit
    made: type[nn.Module] = getattr(module, source.class_name)
    return made


def forget(made: "type[nn.Module]") -> None:
    """Lets go of the source of a class that lives on without it: errors in it no longer find their nodes."""
    file = f"<dlstudio {made.__name__} {made.__module__.rsplit('_', 1)[1]}>"
    sys.modules.pop(made.__module__, None)
    linecache.cache.pop(file, None)
    _places.pop(file, None)


def build(project: Project, network: str = MODEL, *, allow_code: bool = False) -> "nn.Module":
    """A network as a torch module."""
    return load(emit(project, network), allow_code=allow_code)()


def blame(problem: BaseException) -> Blame | None:
    """The node whose line raised the exception, the innermost one."""
    found = [place for place in _frames(problem.__traceback__) if place]
    return found[-1] if found else None


def _frames(trace: TracebackType | None) -> Iterator[Blame | None]:
    while trace:
        places = _places.get(trace.tb_frame.f_code.co_filename, {})
        if place := places.get(trace.tb_lineno):
            yield Blame(*place, trace.tb_lineno)
        trace = trace.tb_next
