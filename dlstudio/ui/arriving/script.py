"""Script: what can be known of a Python file without running it."""

import ast
from pathlib import Path

MOST = 1_000_000
"""Letters of a file that are read."""


def text(path: Path) -> str:
    """What is written in it, as far as anybody would read."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(MOST)
    except OSError:
        return ""


def classes(written: str) -> tuple[str, ...]:
    """The classes that may be networks, the last first: those that are made of others come after them."""
    try:
        tree = ast.parse(written)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    return tuple(node.name for node in reversed(tree.body) if isinstance(node, ast.ClassDef) and node.bases)
