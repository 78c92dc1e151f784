"""carry: what torch lacks is carried along in generated source, no more of it than is used."""

import ast
import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

Definition = ast.ClassDef | ast.FunctionDef
ABSTRACT = ("Callable", "Iterable", "Iterator", "Mapping", "Sequence")
"""What our modules name of collections.abc, always with what it holds: Callable[[], Tensor]."""


@lru_cache
def definitions(file: str, wanted: frozenset[str]) -> tuple[str, ...]:
    """The texts of the wanted classes and functions of a file of dlstudio.modules, and of what they use themselves."""
    text = resources.files("dlstudio.modules").joinpath(f"{file}.py").read_text("utf-8")
    known = {node.name: node for node in ast.parse(text).body if isinstance(node, Definition)}
    lines = text.split("\n")
    return tuple("\n".join(_lines(node, lines)) for name, node in known.items() if name in _used(wanted, known))


def _used(wanted: Iterable[str], known: dict[str, Definition]) -> set[str]:
    """The wanted names and all that they lean on."""
    found: set[str] = set()
    waiting = list(wanted)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            inside = {part.id for part in ast.walk(known[name]) if isinstance(part, ast.Name)}
            waiting.extend(inside & known.keys())
    return found


def _lines(node: Definition, lines: list[str]) -> list[str]:
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return lines[first - 1 : node.end_lineno]


def imports(text: str) -> list[str]:
    """The import lines that a text needs, the standard library first."""
    plain = ["import math"] if re.search(r"\bmath\.", text) else []
    abstract = [name for name in ABSTRACT if re.search(rf"\b{name}\[", text)]
    plain += [f"from collections.abc import {', '.join(abstract)}"] if abstract else []
    names = [name for name in ("Tensor", "nn") if re.search(rf"(?<![\w.]){name}\b", text)]
    functional = ["import torch.nn.functional as F"] if re.search(r"\bF\.", text) else []
    head = [*plain, ""] if plain else []
    return [*head, "import torch", *functional, f"from torch import {', '.join(names)}"]
