"""Import lines: what a text imports, sorted as people sort it: the standard library first."""

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Sequence

MODULES = ("csv", "json", "math", "re", "sys", "torch")
"""Known by what stands before a dot."""
NAMES = {
    **dict.fromkeys(("Callable", "Iterable", "Iterator", "Mapping", "Sequence"), "collections.abc"),
    **dict.fromkeys(("Any", "NamedTuple", "ClassVar", "cast"), "typing"),
    "Path": "pathlib",
    "pairwise": "itertools",
    "contextmanager": "contextlib",
    "dataclass": "dataclasses",
    "Tensor": "torch",
    "nn": "torch",
}
FUNCTIONAL = "import torch.nn.functional as F"
OURS = ("torch", *sys.stdlib_module_names)
"""Modules of which nothing is imported that the text does not name."""


def imports(own: Sequence[str], body: str) -> str:
    """The lines that a text needs, beside those that it says itself."""
    plain, names = _said(own)
    plain |= {f"import {name}" for name in MODULES if re.search(rf"(?<![\w.]){name}\.", body)}
    plain |= {FUNCTIONAL} if re.search(r"(?<![\w.])F\.", body) else set()
    for name, module in NAMES.items():
        names.setdefault(module, set()).add(name)
    kept = {module: _used(module, found, body) for module, found in names.items()}
    future = kept.pop("__future__", set())
    lines = [f"from {module} import {', '.join(sorted(found, key=_order))}" for module, found in kept.items() if found]
    plain = {line for line in plain if _module(line) not in OURS or _shown(line.split()[-1].split(".")[0], body)}
    groups = [[f"from __future__ import {', '.join(sorted(future))}"] if future else [], *_parted(plain, lines)]
    return "\n\n".join("\n".join(group) for group in groups if group)


def _said(own: Iterable[str]) -> tuple[set[str], dict[str, set[str]]]:
    """Whole modules as lines, and single names by their modules."""
    plain: set[str] = set()
    names: dict[str, set[str]] = {}
    for part in ast.parse("\n".join(own)).body:
        if isinstance(part, ast.ImportFrom) and part.module:
            names.setdefault(part.module, set()).update(map(ast.unparse, part.names))
        elif isinstance(part, ast.Import):
            plain |= {f"import {ast.unparse(each)}" for each in part.names}
    return plain, names


def _used(module: str, names: Iterable[str], body: str) -> set[str]:
    if module.split(".", maxsplit=1)[0] not in OURS or module == "__future__":
        return set(names)
    return {name for name in names if _shown(name.split()[-1], body)}


def _shown(name: str, body: str) -> bool:
    return re.search(rf"(?<![\w.]){name}\b", body) is not None


def _module(line: str) -> str:
    return line.split()[1].split(".", maxsplit=1)[0]


def _order(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2), name


def _parted(plain: Iterable[str], names: Iterable[str]) -> Iterator[list[str]]:
    """The standard library, then others; in each, whole modules before single names."""
    for standard in (True, False):
        here = [
            sorted((each for each in lines if (_module(each) in sys.stdlib_module_names) is standard), key=_said_of)
            for lines in (plain, names)
        ]
        yield [*here[0], *here[1]]


def _said_of(line: str) -> str:
    return line.split()[1]
