"""Source file: an exported Python file put together: imports, constants, classes, what it carries, and a main."""

import ast
import pprint
import re
from collections.abc import Collection, Sequence
from importlib import resources
from typing import Any

from dlstudio.exchange.subject import Subject

MAIN = 'if __name__ == "__main__":'
WIDTH = 110
STANDARD = ("csv", "json", "math", "re", "sys")


def assembled(
    subject: Subject,
    what: str,
    constants: Sequence[str],
    before: Sequence[str],
    after: Sequence[str],
    more: Sequence[str] = (),
) -> str:
    """The text of a file around the class of a network, which needs torch only; `more` are further imports."""
    source = subject.source
    whole = source.text.rpartition(f"\n\n{MAIN}")[0]
    tree = ast.parse(whole)
    rest = tree.body[1:]
    first = next(part for part in rest if not isinstance(part, ast.Import | ast.ImportFrom))
    lines = whole.split("\n")
    start = min([first.lineno, *(each.lineno for each in getattr(first, "decorator_list", []))])
    classes = "\n".join(lines[start - 1 :]).strip("\n")
    title = ast.get_docstring(tree) or source.class_name
    head = f'"""{title.partition(": written by")[0]}, {what}: written by dlstudio; needs torch only."""'
    own = [*more, *(ast.unparse(part) for part in rest if isinstance(part, ast.Import | ast.ImportFrom))]
    future = list(dict.fromkeys(each for each in own if each.startswith("from __future__")))
    pieces = [*constants, *before, classes, f"Network = {source.class_name}", *after, f"{MAIN}\n    main()"]
    body = "\n\n\n".join(piece.strip("\n") for piece in pieces)
    return f"{head}\n\n{_imports([*own], body, future)}\n\n{body}\n"


def _imports(own: Sequence[str], body: str, future: Sequence[str]) -> str:
    """The import lines that a text needs, the standard library first."""
    plain = [f"import {name}" for name in STANDARD if re.search(rf"(?<![\w.]){name}\.", body)]
    abstract = [name for name in ("Callable", "Iterable", "Iterator", "Mapping", "Sequence") if f"{name}[" in body]
    plain += [f"from collections.abc import {', '.join(abstract)}"] if abstract else []
    plain += ["from pathlib import Path"] + (["from typing import Any"] if re.search(r"\bAny\b", body) else [])
    torchs = ["import torch"] + (["import torch.nn.functional as F"] if re.search(r"\bF\.", body) else [])
    torchs.append("from torch import Tensor, nn")
    others = [each for each in own if each not in (*plain, *torchs, *future) and "torch import" not in each]
    others = [each for each in others if "collections.abc" not in each and "functional as F" not in each]
    return "\n".join([*future, *([""] if future else []), *plain, *others, "", *torchs])


def constant(name: str, doc: str, value: Any) -> str:
    """A constant in lines of a readable length."""
    return f'{name} = {pprint.pformat(value, width=WIDTH, compact=True, sort_dicts=False)}\n"""{doc}"""'


def carried(file: str, only: Collection[str] = (), *, skip: Collection[str] = ()) -> list[str]:
    """The functions of a file that exported files carry: all, or only some, or all but some."""
    text = resources.files("dlstudio.exchange.carried").joinpath(file).read_text("utf-8")
    lines = text.split("\n")
    found = []
    for part in ast.parse(text).body:
        if isinstance(part, ast.FunctionDef) and part.name not in skip and (not only or part.name in only):
            first = min([part.lineno, *(each.lineno for each in part.decorator_list)])
            found.append("\n".join(lines[first - 1 : part.end_lineno]))
    return found
