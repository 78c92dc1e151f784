"""Specialised: a text for settings that are known: branches that they rule out are gone, and so is what nobody uses."""

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

UNKNOWN = object()
NOTE = re.compile(r"  # (type: ignore|fmt: skip|noqa)[^\n]*")
"""What only our own checks read."""

Edit = tuple[int, int, str]
"""Where a piece of a text begins and ends, and what stands there instead."""
Definition = ast.FunctionDef | ast.ClassDef


def specialised(text: str, known: Mapping[str, Any]) -> str:
    """The text with every branch taken that the known names decide."""
    text = NOTE.sub("", text)
    while edit := next(_edits(text, known), None):
        start, end, made = edit
        text = text[:start] + made + text[end:]
    return text


def _edits(text: str, known: Mapping[str, Any]) -> Iterator[Edit]:
    """What can be decided, the outermost first."""
    place = Place(text)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.If) and (value := _value(node.test, known)) is not UNKNOWN:
            yield _taken(place, node, bool(value))
        elif isinstance(node, ast.IfExp) and (value := _value(node.test, known)) is not UNKNOWN:
            yield *place.of(node), place.text_of(node.body if value else node.orelse)
        elif after := _never(node):
            yield place.offset(after[0].lineno, 0), place.offset((after[-1].end_lineno or 0) + 1, 0), ""
        elif isinstance(node, ast.BoolOp):
            left = [each for each in node.values if _value(each, known) is UNKNOWN]
            if left and len(left) < len(node.values):
                word = " and " if isinstance(node.op, ast.And) else " or "
                yield *place.of(node), word.join(map(place.text_of, left))


def _never(node: ast.AST) -> list[ast.stmt]:
    """What stands behind a return, once the branch around it is gone."""
    body = getattr(node, "body", None)
    lines: list[ast.stmt] = body if isinstance(body, list) else []
    ends = [place for place, each in enumerate(lines) if isinstance(each, ast.Return)]
    return lines[ends[0] + 1 :] if ends else []


def _value(test: ast.expr, known: Mapping[str, Any]) -> Any:
    """What a test comes to, where only known names and plain values stand in it."""
    if isinstance(test, ast.Constant):
        return test.value
    if isinstance(test, ast.Name):
        return known.get(test.id, UNKNOWN)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _value(test.operand, known)
        return inner if inner is UNKNOWN else not inner
    if isinstance(test, ast.BoolOp):
        return _joined(test, known)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        one, two = _value(test.left, known), _value(test.comparators[0], known)
        return UNKNOWN if UNKNOWN in (one, two) else _compared(test.ops[0], one, two)
    return UNKNOWN


def _joined(test: ast.BoolOp, known: Mapping[str, Any]) -> Any:
    values = [_value(each, known) for each in test.values]
    decides = isinstance(test.op, ast.Or)
    if any(value is not UNKNOWN and bool(value) is decides for value in values):
        return decides
    return UNKNOWN if any(value is UNKNOWN for value in values) else not decides


def _compared(how: ast.cmpop, one: Any, two: Any) -> Any:
    if isinstance(how, ast.Eq | ast.NotEq):
        return (one == two) is isinstance(how, ast.Eq)
    return one > two if isinstance(how, ast.Gt) else UNKNOWN


def _taken(place: "Place", node: ast.If, holds: bool) -> Edit:
    """The lines of the branch that is taken, in the place of all."""
    start, end = place.offset(node.lineno, 0), place.offset((node.end_lineno or 0) + 1, 0)
    chosen = node.body if holds else node.orelse
    if not chosen:
        return start, end, ""
    first = (node.test.end_lineno or 0) + 1 if holds else chosen[0].lineno
    lines = place.lines[first - 1 : chosen[-1].end_lineno]
    apart = chosen[0].col_offset - node.col_offset
    made = "".join(line[apart:] if line.strip() else line for line in lines)
    return start, end, made.replace("elif", "if", 1) if made.lstrip().startswith("elif ") else made


class Place:
    """Where nodes stand in a text."""

    def __init__(self, text: str) -> None:
        self.text, self.lines = text, text.splitlines(keepends=True)
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))

    def offset(self, line: int, column: int) -> int:
        """Columns are counted in bytes."""
        if line > len(self.lines):
            return len(self.text)
        return self.starts[line - 1] + len(self.lines[line - 1].encode()[:column].decode())

    def of(self, node: ast.expr) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def text_of(self, node: ast.expr) -> str:
        start, end = self.of(node)
        return self.text[start:end]


def pruned(texts: Collection[str], roots: Collection[str]) -> list[str]:
    """The definitions that the roots need; of a class the methods that are called, and what Python calls itself."""
    parts = [(text, part) for text in texts for part in ast.parse(text).body]
    found: set[str] = set()
    names, attributes = set(roots), set[str]()
    while True:
        before = len(found), len(names), len(attributes)
        for _, part in parts:
            if title(part) in names:
                found.add(title(part))
                for piece in _pieces(part, attributes):
                    names |= {each.id for each in ast.walk(piece) if isinstance(each, ast.Name)}
                    attributes |= {each.attr for each in ast.walk(piece) if isinstance(each, ast.Attribute)}
        if before == (len(found), len(names), len(attributes)):
            return [_kept(text, part, attributes) for text, part in parts if title(part) in found]


def title(part: ast.stmt) -> str:
    """The name that a definition or an assignment gives."""
    if isinstance(part, Definition):
        return part.name
    target = part.targets[0] if isinstance(part, ast.Assign) else part.target if isinstance(part, ast.AnnAssign) else 0
    return target.id if isinstance(target, ast.Name) else ""


def _pieces(part: ast.stmt, called: Collection[str]) -> list[ast.AST]:
    """What runs of a definition."""
    if not isinstance(part, ast.ClassDef):
        return [part]
    return [*part.bases, *part.decorator_list, *(each for each in part.body if _runs(each, called))]


def _runs(part: ast.stmt, called: Collection[str]) -> bool:
    return not isinstance(part, ast.FunctionDef) or part.name.startswith("__") or part.name in called


def _kept(text: str, part: ast.stmt, called: Collection[str]) -> str:
    """The text of a definition without the methods that nobody calls."""
    lines = text.split("\n")
    inside = part.body if isinstance(part, ast.ClassDef) else []
    gone = {
        number
        for each in inside
        if not _runs(each, called)
        for number in range(first_line(each) - 1, (each.end_lineno or 0) + 1)
    }
    kept = [number for number in range(first_line(part), (part.end_lineno or 0) + 1) if number not in gone]
    return "\n".join(lines[number - 1] for number in kept)


def first_line(part: ast.stmt) -> int:
    """Where a definition begins, with what decorates it."""
    decorators = part.decorator_list if isinstance(part, Definition) else []
    return min([part.lineno, *(each.lineno for each in decorators)])
