"""The writer of the `.dls` text: one node to a line, sorted, layout last, so that a diff reads like the edit."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from dlstudio.core.document import Frame, Network, Node, Project, Sheet, Wire, natural
from dlstudio.core.frozen import Frozen, Value
from dlstudio.core.issue import ProjectProblem
from dlstudio.core.migrate import FORMAT
from dlstudio.core.proper import Place, describe, number, problem, proper, text
from dlstudio.core.reader import MOST_BYTES, too_large

_WIDEST = 100
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True).encode

Entries = dict[str, str]
"""Keys of an object, each with the JSON of what it holds."""

T = TypeVar("T")


def dumps(project: Project) -> str:
    """The project as `.dls` text, the same for equal projects; a ProjectProblem where it holds what no file can."""
    extra = dict(project.extra)
    kept = extra.pop("layout", Frozen())
    body = _free({"data": project.data, "training": project.training, "search": project.search}, (), 1)
    body["name"] = _text(project.name, ("name",))
    body.update(_words({"notes": project.notes}, ()))
    body["networks"] = _named(project.networks, ("networks",), 1, _network)
    body.update(_extra(extra, (), 1, {*_PROJECT, *body}))
    layout = _layout(project, kept)
    first, last = {"format": str(FORMAT)}, {"layout": _object(layout, 1)} if layout else {}
    written = _object(first | dict(sorted(body.items())) | last, 0) + "\n"
    if too_large(written):
        size = f"{MOST_BYTES // 2**20} MB"
        raise ProjectProblem(f"The project is larger than a file may be ({size}); take parts out of it.")
    return written


_PROJECT = {"format", "name", "notes", "networks", "data", "training", "search"}
_NETWORK = {"kind", "nodes", "wires", "arguments", "note"}
_NODE = {"kind", "fields", "muted", "note"}
_SHEET = {"positions", "frames", "notes"}
_FRAME = {"rect", "title", "color"}


def _network(network: Network, place: Place) -> str:
    entries = _free({"arguments": network.arguments}, place, 3)
    entries.update(_words({"note": network.note}, place))
    if network.kind != "tensor":
        entries["kind"] = _text(network.kind, (*place, "kind"))
    if network.nodes:
        entries["nodes"] = _named(network.nodes, (*place, "nodes"), 3, _node)
    wires = sorted(network.wires, key=_wire_order)
    if wires:
        entries["wires"] = _list([_wire(wire, (*place, "wires")) for wire in wires], 3)
    entries.update(_extra(network.extra, place, 3, _NETWORK))
    return _object(dict(sorted(entries.items())), 2)


def _node(node: Node, place: Place) -> str:
    if node.id != place[-1]:
        raise problem(place, f"the node there calls itself {json.dumps(node.id)}; give it one name.")
    plain: dict[str, Any] = {"kind": text(node.kind, (*place, "kind"))}
    if node.fields:
        plain["fields"] = proper(node.fields, (*place, "fields"))
    if node.muted:
        plain["muted"] = True
    if node.note:
        plain["note"] = text(node.note, (*place, "note"))
    return _encode(plain | _checked(node.extra, place, _NODE))


def _wire_order(wire: Wire) -> tuple[object, ...]:
    return natural(wire.target), natural(wire.input), natural(wire.source), natural(wire.output)


def _wire(wire: Wire, place: Place) -> str:
    return _encode([text(word, place) for word in wire])


def _layout(project: Project, kept: Value) -> Entries:
    if not isinstance(kept, Mapping):
        raise problem(("layout",), f"must be an object, not {describe(kept)}; take it out of the project's extra.")
    entries = _free({"panels": project.panels}, ("layout",), 2)
    if project.sheets:
        entries["sheets"] = _named(project.sheets, ("layout", "sheets"), 2, _sheet)
    entries.update(_extra(kept, ("layout",), 2, {"panels", "sheets"}))
    return dict(sorted(entries.items()))


def _sheet(sheet: Sheet, place: Place) -> str:
    entries: Entries = {}
    if sheet.positions:
        entries["positions"] = _named(sheet.positions, (*place, "positions"), 4, _numbers)
    if sheet.frames:
        entries["frames"] = _named(sheet.frames, (*place, "frames"), 4, _frame)
    if sheet.notes:
        entries["notes"] = _named(sheet.notes, (*place, "notes"), 4, _frame)
    entries.update(_extra(sheet.extra, place, 4, _SHEET))
    return _object(dict(sorted(entries.items())), 3)


def _frame(frame: Frame, place: Place) -> str:
    plain: dict[str, Any] = {"rect": json.loads(_numbers(frame.rect, (*place, "rect")))}
    if frame.title:
        plain["title"] = text(frame.title, (*place, "title"))
    if frame.color:
        plain["color"] = text(frame.color, (*place, "color"))
    return _encode(plain | _checked(frame.extra, place, _FRAME))


def _numbers(numbers: Iterable[float], place: Place) -> str:
    return _encode([_shortest(number(each, place)) for each in numbers])


def _shortest(length: float) -> float:
    """A length without the .0 that would tell 12 from 12.0, which are one place on the canvas."""
    return int(length) if length == int(length) and abs(length) < 10**15 else length


def _named(parts: Mapping[str, T], place: Place, depth: int, write: Callable[[T, Place], str]) -> str:
    """An object with one entry to a line, in natural order of the names."""
    names = sorted((text(name, place) for name in parts), key=natural)
    return _object({name: write(parts[name], (*place, name)) for name in names}, depth)


def _free(values: Mapping[str, Mapping[str, Value]], place: Place, depth: int) -> Entries:
    """Free objects of the document; the empty ones are left out."""
    return {key: _pretty(proper(value, (*place, key)), depth) for key, value in values.items() if value}


def _words(words: Mapping[str, str], place: Place) -> Entries:
    return {key: _text(word, (*place, key)) for key, word in words.items() if word}


def _text(word: str, place: Place) -> str:
    return _encode(text(word, place))


def _extra(extra: Mapping[str, Value], place: Place, depth: int, reserved: set[str]) -> Entries:
    return {key: _pretty(value, depth) for key, value in _checked(extra, place, reserved).items()}


def _checked(extra: Mapping[str, Value], place: Place, reserved: set[str]) -> Frozen[str, Value]:
    """What an older or newer program keeps in the file, unless it takes the place of a key of ours."""
    for key in extra:
        if key in reserved:
            raise problem(place, f"keeps an extra “{key}”, which means something of its own; rename it.")
    return Frozen({text(key, place): proper(value, (*place, key)) for key, value in extra.items()})


def _pretty(value: Value, depth: int) -> str:
    """A free value: on one line where that can be read, else an entry to a line."""
    line = _encode(value)
    inside = value if isinstance(value, tuple) else ()
    flat = not isinstance(value, Mapping) and not any(isinstance(item, Mapping | tuple) for item in inside)
    if flat or len(line) <= _WIDEST:
        return line
    if isinstance(value, Mapping):
        return _object({key: _pretty(value[key], depth + 1) for key in sorted(value)}, depth)
    return _list([_pretty(item, depth + 1) for item in value], depth)


def _object(entries: Entries, depth: int) -> str:
    lines = [f"{_encode(key)}: {value}" for key, value in entries.items()]
    return _lines("{", lines, "}", depth)


def _list(items: list[str], depth: int) -> str:
    return _lines("[", items, "]", depth)


def _lines(start: str, lines: list[str], end: str, depth: int) -> str:
    if not lines:
        return start + end
    pad = "  " * depth
    inner = f",\n{pad}  ".join(lines)
    return f"{start}\n{pad}  {inner}\n{pad}{end}"
