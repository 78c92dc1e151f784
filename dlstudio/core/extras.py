"""Extras: what a sheet keeps beside places and frames: bends of wires, nodes that are folded, kept views."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from dlstudio.core.document import Point, Sheet, Wire
from dlstudio.core.frozen import Frozen, Value

BENDS, FOLDED, VIEWS = "bends", "collapsed", "views"

View = tuple[float, float, float]
"""The upper left corner that is seen, and the zoom."""


def bends(sheet: Sheet) -> dict[Wire, tuple[Point, ...]]:
    """The places that wires are led through."""
    found = {}
    for entry in _tuple(sheet.extra.get(BENDS)):
        match entry:
            case ((str(), str(), str(), str()) as ends, tuple(places)):
                points = tuple(Point(*map(float, p)) for p in places if _numbers(p, 2))
                if points:
                    found[Wire(*ends)] = points
    return found


def folded(sheet: Sheet) -> frozenset[str]:
    """The nodes that are shown as their heads only."""
    return frozenset(name for name in _tuple(sheet.extra.get(FOLDED)) if isinstance(name, str))


def views(sheet: Sheet) -> dict[str, View]:
    """The kept views by the key that goes there."""
    kept = sheet.extra.get(VIEWS)
    found = kept.items() if isinstance(kept, Mapping) else ()
    return {key: (float(v[0]), float(v[1]), float(v[2])) for key, v in found if _numbers(v, 3) and v[2] > 0}


def part(sheet: Sheet, nodes: Collection[str]) -> Frozen[str, Value]:
    """What is kept of some nodes and the wires between them."""
    led = {wire: points for wire, points in bends(sheet).items() if wire.source in nodes and wire.target in nodes}
    kept = {BENDS: written(led), FOLDED: tuple(sorted(node for node in folded(sheet) if node in nodes))}
    return Frozen({key: value for key, value in kept.items() if value})


def written(led: Mapping[Wire, Iterable[Point]]) -> tuple[Value, ...]:
    """Bends as they stand in a sheet."""
    return tuple((tuple(wire), tuple(map(tuple, points))) for wire, points in sorted(led.items()))


def renamed(sheet: Sheet, old: str, new: str) -> Sheet:
    """The sheet after a node got another name."""
    extra = sheet.extra
    if BENDS in extra:
        names = {old: new}
        moved = {aimed(wire, names): points for wire, points in bends(sheet).items()}
        extra = extra.put(BENDS, written(moved))
    if FOLDED in extra:
        extra = extra.put(FOLDED, tuple(new if node == old else node for node in sorted(folded(sheet))))
    return replace(sheet, extra=extra)


def aimed(wire: Wire, names: Mapping[str, str]) -> Wire:
    """A wire between nodes that have other names now."""
    return wire._replace(source=names.get(wire.source, wire.source), target=names.get(wire.target, wire.target))


def _tuple(value: Value) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) else ()


def _numbers(value: Value, count: int) -> bool:
    return isinstance(value, tuple) and len(value) == count and all(isinstance(n, int | float) for n in value)
