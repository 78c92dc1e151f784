"""Annotations: types of definitions that are carried along; what only an annotation names becomes Any."""

import ast
import builtins
from collections.abc import Collection, Iterator

from dlstudio.exchange.specialised import Place


def settled(text: str, known: Collection[str]) -> str:
    """The definition with types that are there."""
    place = Place(text)
    edits = [place.of(each) for each in types(ast.parse(text)) if not _there(each, known)]
    for start, end in sorted(edits, reverse=True):
        text = f"{text[:start]}Any{text[end:]}"
    return text


def types(tree: ast.AST) -> Iterator[ast.expr]:
    """The annotations of a tree."""
    for part in ast.walk(tree):
        if isinstance(part, ast.arg | ast.AnnAssign) and part.annotation:
            yield part.annotation
        elif isinstance(part, ast.FunctionDef) and part.returns:
            yield part.returns


def named(annotation: ast.expr) -> set[str]:
    """The names that a type is made of."""
    return {part.id for part in ast.walk(annotation) if isinstance(part, ast.Name)}


def _there(annotation: ast.expr, known: Collection[str]) -> bool:
    return all(name in known or hasattr(builtins, name) for name in named(annotation))
