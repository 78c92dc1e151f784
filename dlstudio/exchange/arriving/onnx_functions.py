"""Functions: operators that an ONNX file defines itself, as the steps that they are made of."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from onnx import inliner

from dlstudio.core.issue import ProjectProblem

MOST = 100_000
"""Steps that a graph may come to; functions within functions grow without end."""

Key = tuple[str, str]


def inlined(model: Any, name: str) -> Any:
    """The model without functions of its own."""
    functions = {(each.domain, each.name): each for each in model.functions}
    sizes: dict[Key, int] = {}
    for key in functions:
        _measure(key, functions, sizes, name)
    if sum(sizes.get((step.domain, step.op_type), 1) for step in _steps(model.graph.node)) > MOST:
        raise _too_large(name)
    try:
        return inliner.inline_local_functions(model)
    except Exception as error:
        reason = str(error).partition("\n")[0].rstrip(".")[:200]
        raise ProjectProblem(f"{name} defines operators of its own that cannot be read ({reason}).") from error


def _measure(first: Key, functions: Mapping[Key, Any], sizes: dict[Key, int], name: str) -> None:
    """How many steps a function comes to; without recursion, since a file may nest them as deep as it likes."""
    stack, open_ = [first], set[Key]()
    while stack:
        key = stack[-1]
        called = [each for each in _calls(functions[key]) if each in functions]
        waiting = next((each for each in called if each not in sizes), None)
        if key in sizes or waiting is None:
            sizes.setdefault(key, sum(sizes.get(each, 1) for each in _calls(functions[key])))
            open_.discard(stack.pop())
            if sizes[key] > MOST:
                raise _too_large(name)
            continue
        open_.add(key)
        if waiting in open_:
            raise ProjectProblem(f"{name} is damaged: its operator {waiting[1]} is made of itself.")
        stack.append(waiting)


def _calls(function: Any) -> Iterator[Key]:
    for step in _steps(function.node):
        yield step.domain, step.op_type


def _steps(nodes: Iterable[Any]) -> Iterator[Any]:
    """Steps, and those in graphs within them."""
    for step in nodes:
        yield step
        for attribute in step.attribute:
            yield from _steps(attribute.g.node)
            for graph in attribute.graphs:
                yield from _steps(graph.node)


def _too_large(name: str) -> ProjectProblem:
    return ProjectProblem(f"{name} comes to more than {MOST:,} steps through operators of its own; it is damaged.")
