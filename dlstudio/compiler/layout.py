"""Layout of lines in the generated source: none is too long to read."""

import textwrap

LONGEST = 110
INDENT = "    "


def docstring(text: str) -> list[str]:
    """A class's docstring, over several lines where one would be too long."""
    if len(text) + 10 <= LONGEST:
        return [f'{INDENT}"""{text}"""']
    first, *rest = textwrap.wrap(text, LONGEST - 10)
    return [f'{INDENT}"""{first}', *(INDENT + line for line in rest), f'{INDENT}"""']


def wrapped(line: str) -> list[str]:
    """A long call over several lines, one argument to a line."""
    start = line.find("(")
    end = _closing(line, start) if start >= 0 else -1
    if len(line) <= LONGEST or end < 0:
        return [line]
    indent = " " * (len(line) - len(line.lstrip()))
    parts = _arguments(line[start + 1 : end])
    inner = [each for part in parts for each in _part(f"{indent}    ", part)]
    return [line[: start + 1], *inner, f"{indent}{line[end:]}"]


def _part(indent: str, part: str) -> list[str]:
    """One argument; a long list of numbers with one row to a line, and a long row over several."""
    if not part.startswith("[") or len(indent) + len(part) < LONGEST:
        return [f"{indent}{part},"]
    rows, deeper = part[1:-1], f"{indent}    "
    if "[" in rows:
        inner = [each for row in _arguments(rows) for each in _part(deeper, row)]
    else:
        inner = textwrap.wrap(f"{rows},", LONGEST, initial_indent=deeper, subsequent_indent=deeper)
    return [f"{indent}[", *inner, f"{indent}],"]


def commented(line: str, comment: str) -> list[str]:
    """A line with a comment behind it, or above it where both do not fit."""
    if len(line) + len(comment) <= LONGEST:
        return [line + comment]
    indent = " " * (len(line) - len(line.lstrip()))
    above = [f"{indent}{comment.strip()}"] if comment else []
    return [*above, *wrapped(line)]


def _closing(line: str, start: int) -> int:
    """Where the bracket that opens at a place is closed."""
    depth = 0
    for i in range(start, len(line)):
        depth += (line[i] in "([{") - (line[i] in ")]}")
        if depth == 0:
            return i
    return -1


def _arguments(text: str) -> list[str]:
    """The arguments of a call, split at its own commas only."""
    parts, depth, last = [], 0, 0
    for i, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            parts.append(text[last:i].strip())
            last = i + 1
    return [*parts, text[last:].strip()]
