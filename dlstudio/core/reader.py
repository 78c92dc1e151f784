"""The reader of the `.dls` text: every key by its type, unknown keys kept, and a clear sentence for the rest."""

import json
import math
import sys
from collections.abc import Iterator
from typing import Any

from dlstudio.core.document import Frame, Network, Node, Point, Project, Rect, Sheet, Wire
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.migrate import migrate
from dlstudio.core.proper import MOST_DIGITS, Place, describe, number, problem, proper, text

MOST_BYTES = 32 * 2**20
MOST_MEMORY = 150 * 2**20
_WEIGHTS = {"{": 330, "[": 120, ",": 50, ":": 110, '"': 35}
"""Bytes that what begins at each mark takes once read, measured on files made to take much."""


def loads(source: str) -> Project:
    """The project that a `.dls` text describes, or a ProjectProblem."""
    return _project(migrate(_parse(source)))


def too_large(source: str) -> bool:
    """Whether a text is longer, or would take more memory once read, than a project may."""
    if len(source) > MOST_BYTES:
        return True
    marks = sum(source.count(mark) * weight for mark, weight in _WEIGHTS.items())
    return 2 * sys.getsizeof(source) + marks > MOST_MEMORY


def _parse(source: str) -> dict[str, Any]:
    if too_large(source):
        raise ProjectProblem(
            f"The text is larger than a project may be ({MOST_BYTES // 2**20} MB); take parts out of it."
        )
    if not source.strip("\ufeff \t\r\n\0"):
        raise ProjectProblem("The file is empty; open an older copy of it.")
    doubled: list[_Doubled] = []
    try:
        raw = json.loads(source.removeprefix("\ufeff"), object_pairs_hook=_hook(doubled), parse_int=_whole)
    except json.JSONDecodeError as error:
        raise ProjectProblem(_broken(source, error)) from None
    except RecursionError:
        raise ProjectProblem("The file is nested too deeply to be a project; open an older copy of it.") from None
    if doubled:
        place, key = _find_doubled(raw)
        raise problem(place, f"the key {json.dumps(key[:60])} stands there twice; keep one of the two.")
    if not isinstance(raw, dict):
        raise ProjectProblem(f"The file holds {describe(raw)}, not a project; choose a .dls file.")
    return raw


def _whole(digits: str) -> int | float:
    """A whole number; one that is too long reads as infinite, which is refused with its place."""
    return int(digits) if len(digits.lstrip("-")) <= MOST_DIGITS else math.inf


def _broken(source: str, error: json.JSONDecodeError) -> str:
    if error.pos >= len(source.rstrip()):
        return "The file ends too early: a part of it was lost; open an older copy of it."
    return (
        f"line {error.lineno}, column {error.colno}: this is not how a project is written "
        f"({error.msg[0].lower()}{error.msg[1:].rstrip(':')}); mend it there or open an older copy."
    )


class _Doubled(dict[str, Any]):
    """A JSON object in which a key stands twice."""

    key = ""


def _hook(doubled: list[_Doubled]) -> Any:
    def made(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        plain = dict(pairs)
        if len(plain) == len(pairs):
            return plain
        found = _Doubled(plain)
        keys = [key for key, _ in pairs]
        found.key = next(key for i, key in enumerate(keys) if key in keys[:i])
        doubled.append(found)
        return found

    return made


def _find_doubled(raw: Any) -> tuple[Place, str]:
    waiting: list[tuple[Place, Any]] = [((), raw)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, _Doubled):
            return place, value.key
        inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        waiting.extend(((*place, key), item) for key, item in inside)
    raise AssertionError("the doubled object is in the tree that was read")


class _Part:
    """One object of the file: keys are taken out by their type, and what is left is kept as it is.

    What is taken out is freed at once, so a large file is never in memory twice."""

    def __init__(self, raw: Any, place: Place) -> None:
        if not isinstance(raw, dict):
            raise problem(place, f"must be an object in {{}}, not {describe(raw)}; correct it or take it out.")
        self.left = raw
        self.place = place

    def text(self, key: str, default: str = "") -> str:
        return text(self.left.pop(key), (*self.place, key)) if key in self.left else default

    def flag(self, key: str) -> bool:
        value = self.left.pop(key, False)
        if not isinstance(value, bool):
            raise problem((*self.place, key), f"must be true or false, not {describe(value)}; correct it.")
        return value

    def values(self, key: str) -> Frozen[str, Value]:
        """A free object: names with any values."""
        inner = _Part(self.left.pop(key, {}), (*self.place, key))
        return inner.rest()

    def parts(self, key: str) -> Iterator[tuple[str, Any, Place]]:
        """The entries of an object, each with its place."""
        inner = _Part(self.left.pop(key, {}), (*self.place, key))
        for name in list(inner.left):
            yield text(name, inner.place), inner.left.pop(name), (*inner.place, name)

    def items(self, key: str) -> Iterator[tuple[Any, Place]]:
        """The entries of a list, each with its place."""
        raw = self.left.pop(key, [])
        place = (*self.place, key)
        if not isinstance(raw, list):
            raise problem(place, f"must be a list, not {describe(raw)}; correct it or take it out.")
        for i, item in enumerate(raw):
            raw[i] = None
            yield item, (*place, i)

    def numbers(self, key: str, count: int) -> tuple[float, ...]:
        if key not in self.left:
            raise problem(self.place, f"has no {key}; give it one of {count} numbers or take the entry out.")
        return _numbers(self.left.pop(key), (*self.place, key), count)

    def rest(self) -> Frozen[str, Value]:
        return Frozen({text(key, self.place): proper(raw, (*self.place, key)) for key, raw in self.left.items()})


def _project(raw: dict[str, Any]) -> Project:
    part = _Part(raw, ())
    del part.left["format"]
    named: dict[str, Any] = {}
    if "networks" in part.left:
        named["networks"] = Frozen({name: _network(each, at) for name, each, at in part.parts("networks")})
    layout = _Part(part.left.pop("layout", {}), ("layout",))
    sheets = Frozen({name: _sheet(each, at) for name, each, at in layout.parts("sheets")})
    panels = layout.values("panels")
    kept = layout.rest()
    return Project(
        name=part.text("name", "untitled"),
        notes=part.text("notes"),
        data=part.values("data"),
        training=part.values("training"),
        search=part.values("search"),
        sheets=sheets,
        panels=panels,
        extra=part.rest().put("layout", kept) if kept else part.rest(),
        **named,
    )


def _network(raw: Any, place: Place) -> Network:
    part = _Part(raw, place)
    return Network.of(
        [_node(name, each, at) for name, each, at in part.parts("nodes")],
        [_wire(each, at) for each, at in part.items("wires")],
        kind=part.text("kind", "tensor"),
        arguments=part.values("arguments"),
        note=part.text("note"),
        extra=part.rest(),
    )


def _node(name: str, raw: Any, place: Place) -> Node:
    part = _Part(raw, place)
    if "kind" not in part.left:
        raise problem(place, 'has no kind; add one such as "kind": "Linear", or take the node out.')
    return Node(
        name,
        kind=part.text("kind"),
        fields=part.values("fields"),
        muted=part.flag("muted"),
        note=part.text("note"),
        extra=part.rest(),
    )


def _wire(raw: Any, place: Place) -> Wire:
    if not isinstance(raw, list) or len(raw) != 4:
        raise problem(place, 'must be a wire such as ["conv1", "y", "relu1", "x"]; correct it or take it out.')
    return Wire(*(text(word, place) for word in raw))


def _sheet(raw: Any, place: Place) -> Sheet:
    part = _Part(raw, place)
    return Sheet(
        positions=Frozen({name: Point(*_numbers(each, at, 2)) for name, each, at in part.parts("positions")}),
        frames=Frozen({name: _frame(each, at) for name, each, at in part.parts("frames")}),
        notes=Frozen({name: _frame(each, at) for name, each, at in part.parts("notes")}),
        extra=part.rest(),
    )


def _frame(raw: Any, place: Place) -> Frame:
    part = _Part(raw, place)
    rect = Rect(*part.numbers("rect", 4))
    return Frame(part.text("title"), rect, part.text("color"), part.rest())


def _numbers(raw: Any, place: Place, count: int) -> tuple[float, ...]:
    if not isinstance(raw, list) or len(raw) != count or any(isinstance(n, bool) for n in raw):
        raise problem(place, f"must be {count} numbers in []; correct it or take it out.")
    return tuple(_float(each, place) for each in raw)


def _float(raw: Any, place: Place) -> float:
    if not isinstance(raw, int | float):
        raise problem(place, f"must hold numbers, not {describe(raw)}; correct it or take it out.")
    try:
        return float(number(raw, place))
    except OverflowError:
        raise problem(place, "lies too far out for a canvas; make the number smaller.") from None
