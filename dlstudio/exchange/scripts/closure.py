"""Closure: definitions of a package of ours as they stand there, with all that they lean on, to be carried along."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path

from dlstudio.exchange.scripts.annotations import named, settled, types
from dlstudio.exchange.specialised import first_line

OURS = "dlstudio."
GIVEN = ("torch", "F", "nn", "Tensor", "Any")
"""What every script has."""
Name = tuple[str, str]
"""A module and a name in it."""


class NotCarried(Exception):
    """Something that a file which needs torch only cannot have: the module and the name."""


@dataclass(frozen=True)
class Carried:
    """Texts in an order in which they can run, and what they import from elsewhere, by module."""

    texts: tuple[str, ...]
    imports: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        """The imports as lines; annotations are not looked at, so they may name what is not there."""
        said = [f"from {name} import {', '.join(sorted(self.imports[name]))}" for name in sorted(self.imports)]
        return ["from __future__ import annotations", *said]


def closure(package: str, wanted: Iterable[Name], *, leave: frozenset[str] = frozenset()) -> Carried:
    """What the wanted names of a package need at run time, but for methods of the names left out.

    What only annotations say is not needed: the file needs `from __future__ import annotations`."""
    found: dict[str, set[str]] = {}
    imports: dict[str, set[str]] = {}
    waiting = list(wanted)
    while waiting:
        module, name = waiting.pop()
        if name in found.setdefault(module, set()):
            continue
        found[module].add(name)
        known = _module(module, leave)
        for used in known.uses(name):
            if used in known.parts:
                waiting.append((module, used))
            elif used in known.imports:
                source, original = known.imports[used]
                if source.startswith(package):
                    waiting.append((source, original))
                elif source.startswith(OURS):
                    raise NotCarried(source, original)
                elif original:
                    imports.setdefault(source, set()).add(original)
    names = [name for each in found.values() for name in each]
    if len(names) != len(set(names)):
        raise NotCarried(package, "two definitions of one name")
    for module, each in found.items():
        for source, original in _module(module, leave).said(each):
            imports.setdefault(source, set()).add(original)
    there = {*names, *GIVEN, *(name for each in imports.values() for name in each)}
    ordered = [text for module in _in_order(found) for text in _module(module, leave).texts(found[module])]
    return Carried(
        tuple(settled(text, there) for text in ordered), {module: frozenset(each) for module, each in imports.items()}
    )


def _in_order(found: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Modules such that each comes after those that it imports."""
    done: set[str] = set()

    def visit(module: str) -> Iterator[str]:
        if module in done or module not in found:
            return
        done.add(module)
        for source, _ in _module(module, frozenset()).imports.values():
            yield from visit(source)
        yield module

    for module in sorted(found):
        yield from visit(module)


@dataclass
class _Module:
    """The top of one file: what it defines and imports."""

    text: str
    leave: frozenset[str]
    parts: dict[str, ast.stmt] = field(default_factory=dict)
    imports: dict[str, Name] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for part in ast.parse(self.text).body:
            if isinstance(part, ast.ClassDef | ast.FunctionDef):
                self.parts[part.name] = part
            elif isinstance(part, ast.Assign | ast.AnnAssign):
                targets = part.targets if isinstance(part, ast.Assign) else [part.target]
                self.parts.update({each.id: part for each in targets if isinstance(each, ast.Name)})
            elif isinstance(part, ast.ImportFrom) and part.module:
                self.imports.update({each.asname or each.name: (part.module, each.name) for each in part.names})
            elif isinstance(part, ast.Import):
                self.imports.update({each.asname or each.name: (each.name, "") for each in part.names})

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    def uses(self, name: str) -> set[str]:
        """The names that a definition needs when it runs."""
        seen = _Names(self.leave)
        seen.visit(self.parts[name])
        return seen.names

    def said(self, names: Iterable[str]) -> Iterator[Name]:
        """What the annotations of definitions name of other packages, which costs nothing to import."""
        for part in {self.parts[name] for name in names}:
            for each in types(part):
                for name in named(each):
                    source, original = self.imports.get(name, (OURS, ""))
                    if original and not source.startswith(OURS):
                        yield source, original

    def texts(self, names: Iterable[str]) -> Iterator[str]:
        """The definitions as they stand, in their order."""
        for part in sorted({self.parts[name] for name in names}, key=lambda part: part.lineno):
            gone = {
                number
                for each in self._left(part)
                for number in range(first_line(each) - 1, (each.end_lineno or 0) + 1)
            }
            kept = [
                self.lines[number - 1]
                for number in range(first_line(part), (part.end_lineno or 0) + 1)
                if number not in gone
            ]
            yield "\n".join(kept)

    def _left(self, part: ast.stmt) -> list[ast.stmt]:
        """The methods of a class that are left out, each with the empty line before it."""
        inside = part.body if isinstance(part, ast.ClassDef) else []
        return [each for each in inside if isinstance(each, ast.FunctionDef) and each.name in self.leave]


@lru_cache
def _module(name: str, leave: frozenset[str]) -> _Module:
    spec = find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    return _Module(Path(spec.origin).read_text("utf-8"), leave)


class _Names(ast.NodeVisitor):
    """Gathers the names that are read outside of annotations."""

    def __init__(self, leave: frozenset[str]) -> None:
        self.leave = leave
        self.names: set[str] = set()

    def visit_Name(self, node: ast.Name) -> None:
        self.names.add(node.id)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self.visit(node.value)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if node.name in self.leave:
            return
        for part in (*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults), *node.body):
            self.visit(part)
