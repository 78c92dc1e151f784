"""Source file: an exported Python file put together: imports, constants, classes, what it carries, and a main."""

import ast
import pprint
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from dlstudio.compiler.emit import Source
from dlstudio.exchange.import_lines import imports
from dlstudio.exchange.specialised import first_line
from dlstudio.exchange.subject import Subject

MAIN = 'if __name__ == "__main__":'
WIDTH = 110


@dataclass(frozen=True)
class Drawn:
    """The classes of a network as it was drawn, without what stands around them."""

    title: str
    name: str
    text: str
    imports: tuple[str, ...]

    @classmethod
    def of(cls, source: Source) -> "Drawn":
        """The part of a source between its imports and what tries it."""
        whole = source.text.rpartition(f"\n\n{MAIN}")[0]
        tree = ast.parse(whole)
        own = [part for part in tree.body[1:] if isinstance(part, ast.Import | ast.ImportFrom)]
        start = first_line(next(part for part in tree.body[1:] if part not in own))
        text = "\n".join(whole.split("\n")[start - 1 :]).strip("\n")
        title = (ast.get_docstring(tree) or source.class_name).partition(": written by")[0]
        return cls(title, source.class_name, text, tuple(map(ast.unparse, own)))


def assembled(subject: Subject, what: str, constants: Sequence[str], after: Sequence[str]) -> str:
    """The text of a file around the class of a network, which needs torch only."""
    drawn = Drawn.of(subject.source)
    pieces = [*constants, drawn.text, f"Network = {drawn.name}", *after, f"{MAIN}\n    main()"]
    return put_together(f"{drawn.title}, {what}", drawn.imports, pieces)


def put_together(title: str, own: Sequence[str], pieces: Sequence[str]) -> str:
    """The text of a file: what it is, what it imports, and its pieces."""
    body = "\n\n\n".join(piece.strip("\n") for piece in pieces)
    return f'"""{title}: written by dlstudio; needs torch only."""\n\n{imports(own, body)}\n\n{body}\n'


def constant(name: str, doc: str, value: Any) -> str:
    """A constant in lines of a readable length."""
    return f'{name} = {pprint.pformat(value, width=WIDTH, compact=True, sort_dicts=False)}\n"""{doc}"""'


def carried(file: str, only: Collection[str] = (), *, skip: Collection[str] = ()) -> list[str]:
    """The functions of a file that exported files carry: all, or only some, or all but some."""
    text = carried_text(file)
    lines = text.split("\n")
    return [
        "\n".join(lines[first_line(part) - 1 : part.end_lineno])
        for part in ast.parse(text).body
        if isinstance(part, ast.FunctionDef) and part.name not in skip and (not only or part.name in only)
    ]


def carried_text(file: str) -> str:
    """A whole file of those that are carried."""
    return resources.files("dlstudio.exchange.carried").joinpath(file).read_text("utf-8")
