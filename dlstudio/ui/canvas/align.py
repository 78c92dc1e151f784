"""Align: rectangles laid in line, at equal distances, or along their wires; it knows neither Qt nor the project."""

from collections.abc import Callable, Iterable, Mapping

from dlstudio.core.document import Point, Rect, Wire

Boxes = Mapping[str, Rect]
Places = dict[str, Point]
"""The new upper left corner of each."""


def left(boxes: Boxes) -> Places:
    edge = min(box.x for box in boxes.values())
    return {name: Point(edge, box.y) for name, box in boxes.items()}


def right(boxes: Boxes) -> Places:
    edge = max(box.x + box.width for box in boxes.values())
    return {name: Point(edge - box.width, box.y) for name, box in boxes.items()}


def center(boxes: Boxes) -> Places:
    """In one column, by their middles."""
    middle = _mean(box.x + box.width / 2 for box in boxes.values())
    return {name: Point(middle - box.width / 2, box.y) for name, box in boxes.items()}


def top(boxes: Boxes) -> Places:
    edge = min(box.y for box in boxes.values())
    return {name: Point(box.x, edge) for name, box in boxes.items()}


def bottom(boxes: Boxes) -> Places:
    edge = max(box.y + box.height for box in boxes.values())
    return {name: Point(box.x, edge - box.height) for name, box in boxes.items()}


def middle(boxes: Boxes) -> Places:
    """In one row, by their middles."""
    height = _mean(box.y + box.height / 2 for box in boxes.values())
    return {name: Point(box.x, height - box.height / 2) for name, box in boxes.items()}


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return float(round(sum(found) / len(found)))


def across(boxes: Boxes) -> Places:
    """The same gap between neighbours from left to right; the first and the last stay."""
    row = sorted(boxes.items(), key=lambda item: (item[1].x, item[1].y))
    starts = _spread([(box.x, box.width) for _, box in row])
    return {name: Point(x, box.y) for (name, box), x in zip(row, starts, strict=True)}


def down(boxes: Boxes) -> Places:
    """The same gap between neighbours from top to bottom; the first and the last stay."""
    column = sorted(boxes.items(), key=lambda item: (item[1].y, item[1].x))
    starts = _spread([(box.y, box.height) for _, box in column])
    return {name: Point(box.x, y) for (name, box), y in zip(column, starts, strict=True)}


def _spread(spans: list[tuple[float, float]]) -> list[float]:
    """Where pieces begin that lie at equal distances between the first and the last."""
    first, last = spans[0], spans[-1]
    free = last[0] + last[1] - first[0] - sum(length for _, length in spans)
    gap, at, starts = free / max(len(spans) - 1, 1), first[0], []
    for _, length in spans:
        starts.append(float(round(at)))
        at += length + gap
    return starts


def straight(boxes: Boxes, wires: Iterable[Wire], port: Callable[[Wire], tuple[float, float]]) -> Places:
    """Each node as high as it must be for the wire from the one left of it to run straight.

    `port` says how far below the tops of its two cards a wire ends."""
    places = {name: Point(box.x, box.y) for name, box in boxes.items()}
    settled: set[str] = set()
    for wire in sorted(wires, key=lambda wire: (boxes[wire.source].x, boxes[wire.target].x)):
        source, target = boxes[wire.source], boxes[wire.target]
        if wire.target not in settled and source.x + source.width <= target.x:
            leaves, comes = port(wire)
            settled |= {wire.source, wire.target}
            places[wire.target] = Point(places[wire.target].x, places[wire.source].y + leaves - comes)
    return places
