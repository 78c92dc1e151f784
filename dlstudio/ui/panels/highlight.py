"""Highlight: Python source cut into words of a kind, line by line, for colours."""

import io
import keyword
import tokenize
from collections.abc import Iterator
from typing import Literal

from dlstudio.ui.theme.tokens import Theme, family_color

Kind = Literal["keyword", "name", "self", "text", "number", "comment"]
Span = tuple[int, int, Kind]
"""Where a word begins in its line, how long it is, and what it is."""

_PLAIN = {tokenize.STRING: "text", tokenize.NUMBER: "number", tokenize.COMMENT: "comment"}


def spans(source: str) -> tuple[tuple[Span, ...], ...]:
    """The coloured words of each line."""
    lines = source.split("\n")
    found: list[list[Span]] = [[] for _ in lines]
    for kind, (top, left), (bottom, right) in _words(source):
        for row in range(top, bottom + 1):
            start = left if row == top else 0
            end = right if row == bottom else len(lines[row - 1])
            if end > start:
                found[row - 1].append((start, end - start, kind))
    return tuple(map(tuple, found))


def _words(source: str) -> Iterator[tuple[Kind, tuple[int, int], tuple[int, int]]]:
    before = ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        kind = _PLAIN.get(token.type) or (_named(token.string, before) if token.type == tokenize.NAME else "")
        if kind:
            yield kind, token.start, token.end  # type: ignore[misc]
        before = token.string


def _named(word: str, before: str) -> str:
    if keyword.iskeyword(word):
        return "keyword"
    if before in ("def", "class"):
        return "name"
    return "self" if word == "self" else ""


def tint(kind: Kind, theme: Theme) -> str:
    """The colour of a kind of word."""
    return {
        "keyword": family_color("Linear", theme),
        "name": family_color("Convolution", theme),
        "self": theme.muted,
        "text": theme.good,
        "number": family_color("Activation", theme),
        "comment": theme.muted,
    }[kind]
